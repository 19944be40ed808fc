import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Client } from '@libsql/client'
import { databaseOver, openDatabase } from '../../db/client.ts'
import { migrate, readMigrations } from '../../db/migrate.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../deps.ts'
import { fileConnection } from './database-asking.ts'

type Settings = Pick<Config, 'DATABASE_URL' | 'DATABASE_AUTH_TOKEN' | 'DATA_DIR'>

/** Milliseconds after which a database server that says nothing counts as gone. */
const PATIENCE = 10_000

/** Six writers at once make sqld 0.24.32 end, or never write again; several services share it. */
const WRITES_AT_ONCE = 2

/** The database of this machine, migrated when it is opened. */
export function nodeDatabase(config: Settings, clock: Clock) {
  const url = urlOf(config)
  if (isFile(url)) return databaseOver(fileConnection({ url }))
  return openDatabase({
    async connect() {
      const client = await openServer(url, config)
      await migrate(client, await readMigrations())
      return client
    },
    sleep: clock.sleep,
    random: Math.random,
    writesAtOnce: WRITES_AT_ONCE,
  })
}

/** Returns the names of what was missing. */
export async function migrateDatabase(config: Settings): Promise<string[]> {
  const url = urlOf(config)
  if (isFile(url)) return (await import('./database-file.ts')).migrateFile(url)
  const client = await openServer(url, config)
  try {
    return await migrate(client, await readMigrations())
  } finally {
    client.close()
  }
}

function urlOf(config: Settings): string {
  return config.DATABASE_URL ?? pathToFileURL(resolve(config.DATA_DIR, 'allclear.db')).href
}

function isFile(url: string): boolean {
  return url.startsWith('file:')
}

async function openServer(url: string, { DATABASE_AUTH_TOKEN }: Settings): Promise<Client> {
  const { createClient } = await import('@libsql/client')
  return createClient({ url, authToken: DATABASE_AUTH_TOKEN, fetch: patientFetch })
}

async function patientFetch(input: Request): Promise<Response> {
  try {
    return await fetch(input, { signal: AbortSignal.timeout(PATIENCE) })
  } catch (error) {
    throw new TypeError('fetch failed: the database server does not answer', { cause: error })
  }
}
