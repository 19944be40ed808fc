import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import type { Deps } from '../../api/deps.ts'
import { newId } from '../../api/secrets.ts'
import { openDatabase } from '../../db/client.ts'
import { migrate, readMigrations } from '../../db/migrate.ts'
import { openShop } from './shop.ts'
import { startSqld } from './sqld.ts'
import type { Telling } from './telling.ts'

export type Neighbours = AsyncDisposable & {
  /** Processes of their own on one database, with the same clock and providers. */
  all: Deps[]
}

/** More processes on a world's own database file. */
export async function onOneFile(told: Telling, count: number): Promise<Neighbours> {
  const url = `file:${join(told.dir, 'allclear.db')}`
  const others = await Promise.all(Array.from({ length: count - 1 }, () => connected(told, url)))
  return {
    all: [told.deps, ...others],
    async [Symbol.asyncDispose]() {
      for (const { db } of others) db.close()
    },
  }
}

/** Processes on a libSQL server with a shop of its own, and nobody subscribed yet. */
export async function onOneServer(told: Telling, count: number): Promise<Neighbours> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-sqld-'))
  const server = await startSqld(dir)
  const client = createClient({ url: server.url })
  await migrate(client, await readMigrations())
  client.close()
  const all = await Promise.all(Array.from({ length: count }, () => connected(told, server.url)))
  await openShop(all[0]!)
  return {
    all,
    async [Symbol.asyncDispose]() {
      for (const { db } of all) db.close()
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function connected({ deps }: Telling, url: string): Promise<Deps> {
  const { database, connect } = openDatabase({
    connect: async () => createClient({ url, concurrency: url.startsWith('file:') ? 1 : 20 }),
    sleep: (ms) => new Promise((wake) => setTimeout(wake, ms)),
    random: Math.random,
  })
  await connect()
  return { ...deps, db: database, instance: newId() }
}
