import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from '@libsql/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../db/client.ts'
import { migrate, readMigrations } from '../../db/migrate.ts'
import { duties } from '../../db/schema.ts'
import { listenRaw } from '../support/listen.ts'
import { eventually } from '../support/service.ts'
import { startSqld } from '../support/sqld.ts'

let file: string
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allclear-client-'))
  file = join(dir, 'it.db')
  const client = open()
  await client.execute('PRAGMA journal_mode = WAL')
  await migrate(client, await readMigrations())
  client.close()
})

afterEach(() => rm(dir, { recursive: true, force: true }))

const open = (): Client => createClient({ url: `file:${file}`, concurrency: 1, timeout: 0 })

/** The guarded database on the file; `sleeps` counts how often it waited for others. */
async function guarded(connect = () => Promise.resolve(open())) {
  const waits: number[] = []
  const opened = openDatabase({
    connect,
    sleep(ms) {
      waits.push(ms)
      return new Promise((resolve) => setImmediate(resolve))
    },
    random: () => 0.5,
  })
  return { ...opened, waits }
}

const duty = (name: string) => ({ name, startedAt: 1 })

test('before it is open every use is answered with unavailable and a time to come back', async () => {
  const { database } = await guarded()
  await expect(database.select().from(duties)).rejects.toMatchObject({
    cause: { code: 'unavailable', retryAfter: 2 },
  })
})

test('a batch is saved whole or not at all', async () => {
  const { database, connect } = await guarded()
  await connect()
  await database.write([database.insert(duties).values(duty('probe'))])
  const twice = [
    database.insert(duties).values(duty('send')),
    database.insert(duties).values(duty('probe')),
  ]
  await expect(database.write(twice)).rejects.toThrow()
  expect(await database.select({ name: duties.name }).from(duties)).toEqual([{ name: 'probe' }])
  database.close()
})

test('results come in the order of the statements', async () => {
  const { database, connect } = await guarded()
  await connect()
  const [first, second] = await database.write([
    database.insert(duties).values(duty('a')).returning({ name: duties.name }),
    database.insert(duties).values(duty('b')).returning({ name: duties.name }),
  ])
  expect([first, second]).toEqual([[{ name: 'a' }], [{ name: 'b' }]])
  expect(await database.write([])).toEqual([])
  database.close()
})

test('a writer that finds the file locked waits and then writes; the connection is not poisoned', async () => {
  const { database, connect, waits } = await guarded()
  await connect()
  const other = open()
  const lock = await other.transaction('write')
  const writing = database.write([database.insert(duties).values(duty('probe'))])
  while (waits.length < 3) await new Promise((resolve) => setImmediate(resolve))
  await lock.rollback()
  await writing
  expect((await other.execute('SELECT name FROM duties')).rows.length).toBe(1)
  expect((await database.select().from(duties)).length).toBe(1)
  other.close()
  database.close()
})

test('a file that stays locked is unavailable, and works again once it is free', async () => {
  const { database, connect } = await guarded()
  await connect()
  const other = open()
  const lock = await other.transaction('write')
  await expect(
    database.write([database.insert(duties).values(duty('probe'))]),
  ).rejects.toMatchObject({ code: 'unavailable' })
  await lock.rollback()
  await database.write([database.insert(duties).values(duty('probe'))])
  other.close()
  database.close()
})

test('twenty writers that wait for a locked file all write, and none is cut off by another', async () => {
  const { database, connect, waits } = await guarded()
  await connect()
  const other = open()
  const lock = await other.transaction('write')
  const writing = Array.from({ length: 20 }, (_, i) =>
    database.write([database.insert(duties).values(duty(`duty ${i}`))]),
  )
  const reading = Array.from({ length: 5 }, () => database.select().from(duties))
  while (waits.length < 10) await new Promise((resolve) => setImmediate(resolve))
  await lock.rollback()
  await Promise.all([...writing, ...reading])
  expect(await database.$count(duties)).toBe(20)
  other.close()
  database.close()
})

test('a reader does not wait for a writer that waits for the lock', async () => {
  const { database, connect, waits } = await guarded()
  await connect()
  const other = open()
  const lock = await other.transaction('write')
  const writing = database.write([database.insert(duties).values(duty('probe'))])
  expect(await database.select().from(duties)).toEqual([])
  expect(waits.length).toBeLessThan(3)
  await lock.rollback()
  await writing
  other.close()
  database.close()
})

test('who waited behind a writer that gave up does not wait as long again', async () => {
  const { database, connect, waits } = await guarded()
  await connect()
  const other = open()
  const lock = await other.transaction('write')
  const uses = Array.from({ length: 10 }, (_, i) => ({
    writing: database.write([database.insert(duties).values(duty(`duty ${i}`))]),
    reading: database.select().from(duties).execute(),
  }))
  const written = await Promise.allSettled(uses.map(({ writing }) => writing))
  expect(new Set(written.map(({ status }) => status))).toEqual(new Set(['rejected']))
  expect((await Promise.all(uses.map(({ reading }) => reading))).flat()).toEqual([])
  expect(waits.length).toBeLessThan(40)
  await lock.rollback()
  other.close()
  database.close()
})

test.each([
  ['cuts its answer', 'terminated'],
  ['answers with a page', '<html>502</html>'],
])('a server that %s is unavailable, not a bug', async (_, answer) => {
  const server = await listenRaw((_request, response) => {
    if (answer === 'terminated') {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{')
      setImmediate(() => response.destroy())
    } else response.end(answer)
  })
  const { database, connect } = await guarded(() =>
    Promise.resolve(createClient({ url: server.url })),
  )
  await connect()
  await expect(database.select().from(duties)).rejects.toMatchObject({
    cause: { code: 'unavailable' },
  })
  database.close()
  await server.close()
})

test('a server that cannot be reached is unavailable', async () => {
  const { database, connect } = await guarded(() =>
    Promise.resolve(createClient({ url: 'http://127.0.0.1:1' })),
  )
  await connect()
  await expect(database.select().from(duties)).rejects.toMatchObject({
    cause: { code: 'unavailable' },
  })
  database.close()
})

test('a server is written to by two at a time, and who reads waits for nobody', async () => {
  await using server = await watchedServer()
  const writing = Promise.all(['a', 'b', 'c', 'd', 'e'].map(server.insert))
  await eventually('two write', async () => server.underWay() === 2)
  expect(await server.names()).toEqual([])
  server.goOn()
  await writing
  expect(server.most()).toBe(2)
  expect(await server.names()).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('who waits for its turn at a server that says nothing is told when it is given up', async () => {
  await using server = await watchedServer()
  const writing = Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map(server.insert))
  await eventually('two write', async () => server.underWay() === 2)
  server.goOn(new DOMException('nothing was said in time', 'TimeoutError'))
  const unavailable = { status: 'rejected', reason: { code: 'unavailable' } }
  expect(await writing).toMatchObject(Array.from({ length: 5 }, () => unavailable))
  expect(server.asked(), 'nobody else tried in vain').toBe(2)
  await server.insert('f')
  expect(await server.names()).toEqual(['f'])
})

/** A real server whose writes are held on their way until they may go on, or are given up. */
async function watchedServer() {
  const server = await startSqld(join(dir, 'server'))
  const held = Promise.withResolvers<Error | undefined>()
  let isHolding = true
  let underWay = 0
  let most = 0
  let asked = 0
  async function watched(request: Request): Promise<Response> {
    const body = await request.clone().text()
    if (!body.includes('BEGIN IMMEDIATE')) return fetch(request)
    asked++
    most = Math.max(most, ++underWay)
    try {
      const error = isHolding ? await held.promise : undefined
      if (error) throw new TypeError('fetch failed', { cause: error })
      return await fetch(request)
    } finally {
      underWay--
    }
  }
  const { database, connect } = openDatabase({
    async connect() {
      const plain = createClient({ url: server.url })
      await migrate(plain, await readMigrations())
      plain.close()
      return createClient({ url: server.url, fetch: watched })
    },
    sleep: () => Promise.resolve(),
    random: () => 0.5,
    writesAtOnce: 2,
  })
  await connect()
  return {
    insert: (name: string) => database.write([database.insert(duties).values(duty(name))]),
    names: async () =>
      (await database.select({ name: duties.name }).from(duties).orderBy(duties.name)).map(
        ({ name }) => name,
      ),
    underWay: () => underWay,
    most: () => most,
    asked: () => asked,
    goOn(error?: Error): void {
      isHolding = false
      held.resolve(error)
    },
    async [Symbol.asyncDispose]() {
      await database.close()
      await server.stop()
    },
  }
}

test('interactive transactions are refused', async () => {
  const { database, connect } = await guarded()
  await connect()
  await expect(database.transaction(() => Promise.resolve())).rejects.toThrow('use write')
  database.close()
})

test('it can be closed and opened again', async () => {
  const { database, connect } = await guarded()
  await connect()
  database.close()
  await expect(database.select().from(duties)).rejects.toMatchObject({
    cause: { code: 'unavailable' },
  })
  await connect()
  expect(await database.select().from(duties)).toEqual([])
  database.close()
})
