import type { Client } from '@libsql/client'

/** One migration file: `name` without `.sql`, its statements separated by Drizzle's breakpoint comment. */
export type Migration = { name: string; sql: string }

/**
 * Applies what is missing, in order. Safe when several processes start at once: each migration is one batch whose
 * first statement takes its name, so the loser's batch fails as a whole and it looks again.
 */
export async function migrate(client: Client, migrations: Migration[]): Promise<string[]> {
  await client.batch(
    [
      'CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) WITHOUT ROWID',
    ],
    'write',
  )
  const applied: string[] = []
  for (const { name, sql } of migrations) {
    if (await isApplied(client, name)) continue
    const take = { sql: 'INSERT INTO migrations VALUES (?, unixepoch() * 1000)', args: [name] }
    try {
      await client.batch([take, ...sql.split('--> statement-breakpoint')], 'write')
      applied.push(name)
    } catch (error) {
      if (!(await isApplied(client, name))) throw error
    }
  }
  return applied
}

async function isApplied(client: Client, name: string): Promise<boolean> {
  const found = await client.execute({
    sql: 'SELECT 1 FROM migrations WHERE name = ?',
    args: [name],
  })
  return found.rows.length > 0
}

/** The migrations of this checkout; Node only, a Worker has them bundled. */
export async function readMigrations(): Promise<Migration[]> {
  const { readdir, readFile } = await import('node:fs/promises')
  const folder = new URL('./migrations/', import.meta.url)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  return Promise.all(
    names.map(async (name) => ({
      name: name.replace(/\.sql$/, ''),
      sql: await readFile(new URL(name, folder), 'utf8'),
    })),
  )
}
