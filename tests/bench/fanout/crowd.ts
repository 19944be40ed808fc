import { statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { everything } from '../../../api/domain/subscription.ts'
import { subscribers } from '../../../db/schema.ts'
import { openFile } from '../fill.ts'

const CHUNK = 100_000

/** Confirmed subscribers `person0@example.com`, `person1@...` in several languages and zones, straight into the file. */
export async function gather(dir: string, count: number): Promise<void> {
  const db = await openFile(dir)
  const now = Date.now()
  const consent = { at: now, source: 'bench', text_version: '1', ip_hash: null }
  for (let from = 0; from < count; from += CHUNK)
    await db.run(sql`
      WITH RECURSIVE n(i) AS (SELECT CAST(${from} AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${Math.min(count, from + CHUNK)})
      INSERT INTO ${subscribers} (id, channel, address, address_hash, state, preferences, locale, time_zone, challenged_at, consent, created_at, confirmed_at, updated_at)
      SELECT 'p' || printf('%011d', i), 'email', 'person' || i || '@example.com', hex(randomblob(32)), 'active',
        ${JSON.stringify(everything)},
        CASE i % 20 WHEN 0 THEN 'ja' WHEN 1 THEN 'fr' WHEN 2 THEN 'es' WHEN 3 THEN 'de' WHEN 4 THEN 'de' ELSE 'en' END,
        CASE i % 7 WHEN 0 THEN 'America/New_York' WHEN 1 THEN 'Asia/Tokyo' WHEN 2 THEN 'Etc/UTC' ELSE 'Europe/Berlin' END,
        ${now}, ${JSON.stringify(consent)}, ${now}, ${now}, ${now}
      FROM n`)
  await db.run(sql`PRAGMA wal_checkpoint(TRUNCATE)`)
  db.close()
}

/** Bytes of the database file, with all that was written in it. */
export async function databaseBytes(dir: string): Promise<number> {
  const db = await openFile(dir)
  await db.run(sql`PRAGMA wal_checkpoint(TRUNCATE)`)
  db.close()
  return statSync(join(dir, 'allclear.db')).size
}
