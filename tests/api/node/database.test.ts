import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { createClient } from '@libsql/client'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../../api/node/clock.ts'
import { nodeDatabase } from '../../../api/node/database.ts'
import { duties } from '../../../db/schema.ts'

vi.setConfig({ testTimeout: 60_000 })

let dir: string
let thread: Worker
let opened: ReturnType<typeof nodeDatabase>

const noteThread = (worker: Worker) => void (thread = worker)

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allclear-file-'))
  process.on('worker', noteThread)
  opened = nodeDatabase({ DATA_DIR: dir }, systemClock)
  await opened.connect()
})

afterEach(async () => {
  process.off('worker', noteThread)
  await opened.database.close()
  await rm(dir, { recursive: true, force: true })
})

const other = () => createClient({ url: pathToFileURL(join(dir, 'allclear.db')).href })
const duty = (name: string) => ({ name, startedAt: 1 })

test('rows come from the thread as from the client: by name, and of one name the first', async () => {
  const { database } = opened
  await database.write([database.insert(duties).values(duty('probe'))])
  expect(await database.select().from(duties)).toEqual([
    { name: 'probe', startedAt: 1, finishedAt: null, error: null },
  ])
  expect(await database.all(sql`SELECT 1 AS x, 2 AS x, 'three' AS y`)).toEqual([
    { x: 1, y: 'three' },
  ])
})

test('what breaks a rule says which, and the same statement works afterwards', async () => {
  const { database } = opened
  const add = (name: string) => database.write([database.insert(duties).values(duty(name))])
  await add('probe')
  await expect(add('probe')).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT' })
  await add('send')
  expect(await database.$count(duties)).toBe(2)
})

test('a statement that was prepared before a change of the schema reads and writes after it', async () => {
  const { database } = opened
  const add = (name: string) => database.write([database.insert(duties).values(duty(name))])
  const names = () => database.select({ name: duties.name }).from(duties)
  await add('probe')
  await names()
  const changing = other()
  await changing.execute(`ALTER TABLE duties ADD COLUMN mood TEXT DEFAULT 'fine'`)
  changing.close()
  await add('send')
  expect(await names()).toEqual([{ name: 'probe' }, { name: 'send' }])
  expect(await database.all(sql`SELECT DISTINCT mood FROM duties`)).toEqual([{ mood: 'fine' }])
})

test('erased rows are overwritten on every connection, also after a lock made it start afresh', async () => {
  const { database } = opened
  const erasing = async () => (await database.all(sql`PRAGMA secure_delete`))[0]
  expect(await erasing()).toEqual({ secure_delete: 2 })
  const holding = other()
  const lock = await holding.transaction('write')
  const writing = database.write([database.insert(duties).values(duty('probe'))])
  await systemClock.sleep(250)
  await lock.rollback()
  await writing
  holding.close()
  expect(await erasing()).toEqual({ secure_delete: 2 })
})

test('while a writer waits for a lock this thread goes on', async () => {
  const { database } = opened
  const holding = other()
  const lock = await holding.transaction('write')
  let isWritten = false
  const writing = database
    .write([database.insert(duties).values(duty('probe'))])
    .then(() => (isWritten = true))
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(isWritten).toBe(false)
  await lock.rollback()
  await writing
  holding.close()
})

test('a thread that dies is unavailable to who waits for it, and there again for who comes next', async () => {
  const { database } = opened
  const dying = thread.terminate()
  const waiting = database.select().from(duties).execute()
  await expect(waiting).rejects.toMatchObject({ cause: { code: 'unavailable' } })
  await dying
  expect(await database.select().from(duties)).toEqual([])
})

test('before it is open and once it is closed it is unavailable', async () => {
  const { database } = opened
  const unavailable = { cause: { code: 'unavailable', retryAfter: 2 } }
  await database.close()
  await expect(database.select().from(duties)).rejects.toMatchObject(unavailable)
  await opened.connect()
  expect(await database.select().from(duties)).toEqual([])
})
