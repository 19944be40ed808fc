import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient, type Client } from '@libsql/client'
import { openDatabase } from '../../db/client.ts'
import { migrate, readMigrations } from '../../db/migrate.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../deps.ts'

type Settings = Pick<Config, 'DATABASE_URL' | 'DATABASE_AUTH_TOKEN' | 'DATA_DIR'>

/** Milliseconds after which a database server that says nothing counts as gone. */
const PATIENCE = 10_000

/** The database of this machine, migrated when it is opened. */
export function nodeDatabase(config: Settings, clock: Clock) {
  return openDatabase({
    async connect() {
      await migrateDatabase(config)
      // Contention is the guard's to resolve: a busy file must not block this process while it waits.
      const client = open(config, 100)
      // Whoever is erased must not be readable in the file's free space either.
      if (client.protocol === 'file') await client.execute('PRAGMA secure_delete = FAST')
      return client
    },
    sleep: clock.sleep,
    random: Math.random,
  })
}

/** Applies what is missing on a connection of its own: statements it leaves open would lock tables for the app's. */
export async function migrateDatabase(config: Settings): Promise<string[]> {
  const client = open(config, 5_000)
  try {
    if (client.protocol === 'file') await client.execute('PRAGMA journal_mode = WAL')
    return await migrate(client, await readMigrations())
  } finally {
    client.close()
  }
}

/** One connection: PRAGMAs and transactions are a connection's own. `synchronous` is FULL unless told otherwise. */
function open(config: Settings, timeout: number): Client {
  const url = config.DATABASE_URL ?? pathToFileURL(resolve(config.DATA_DIR, 'allclear.db')).href
  if (url.startsWith('file:')) return createClient({ url, concurrency: 1, timeout })
  return createClient({ url, authToken: config.DATABASE_AUTH_TOKEN, fetch: patientFetch })
}

async function patientFetch(input: Request): Promise<Response> {
  try {
    return await fetch(input, { signal: AbortSignal.timeout(PATIENCE) })
  } catch (error) {
    throw new TypeError('fetch failed: the database server does not answer', { cause: error })
  }
}
