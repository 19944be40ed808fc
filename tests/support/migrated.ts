import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { migrate, readMigrations } from '../../db/migrate.ts'

/** Names the file that all tests of a run copy. */
const TEMPLATE = 'MIGRATED_DATABASE'

/** Before the first test: migrates one database, which takes longer than most tests do. */
export default async function migrateOnce(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-migrated-'))
  process.env[TEMPLATE] = join(dir, 'allclear.db')
  await migrateFile(process.env[TEMPLATE])
  return () => rm(dir, { recursive: true, force: true })
}

/** An empty database of today's schema in a new file. */
export async function freshDatabase(file: string): Promise<void> {
  const template = process.env[TEMPLATE]
  await (template === undefined ? migrateFile(file) : copyFile(template, file))
}

async function migrateFile(file: string): Promise<void> {
  const client = createClient({ url: `file:${file}` })
  await client.execute('PRAGMA journal_mode = WAL')
  await migrate(client, await readMigrations())
  // Who copies the file copies no log that lies beside it.
  await client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
  client.close()
}
