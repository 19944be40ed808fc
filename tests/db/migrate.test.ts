import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from '@libsql/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate, readMigrations, type Migration } from '../../db/migrate.ts'

let dir: string
const clients: Client[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allclear-migrate-'))
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await rm(dir, { recursive: true, force: true })
})

/** As a process that starts opens it. */
function open(): Client {
  const client = createClient({ url: `file:${join(dir, 'it.db')}`, concurrency: 1, timeout: 5000 })
  clients.push(client)
  return client
}

const steps: Migration[] = [
  {
    name: '0000_shelves',
    sql: 'CREATE TABLE shelves (id INTEGER)--> statement-breakpoint\nINSERT INTO shelves VALUES (1)',
  },
  { name: '0001_books', sql: 'CREATE TABLE books (id INTEGER)' },
]

async function count(client: Client, table: string): Promise<unknown> {
  const { rows } = await client.execute(`SELECT count(*) AS n FROM ${table}`)
  return rows[0]!['n']
}

test('every migration of this checkout is applied, in order', async () => {
  const migrations = await readMigrations()
  expect(await migrate(open(), migrations)).toEqual(migrations.map(({ name }) => name))
  expect(migrations.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name).toSorted())
})

test('what was applied is not applied again', async () => {
  await migrate(open(), steps.slice(0, 1))
  expect(await migrate(open(), steps)).toEqual(['0001_books'])
  expect(await count(open(), 'shelves')).toBe(1)
})

test('of processes that start together each migration is applied by one', async () => {
  const applied = await Promise.all(
    [open(), open(), open()].map((client) => migrate(client, steps)),
  )
  expect(applied.flat().toSorted()).toEqual(['0000_shelves', '0001_books'])
  expect(await count(open(), 'shelves')).toBe(1)
})

test('a migration that fails leaves nothing behind and is tried again', async () => {
  const broken = { ...steps[0]!, sql: `${steps[0]!.sql}--> statement-breakpoint\nNONSENSE` }
  await expect(migrate(open(), [broken])).rejects.toThrow('syntax error')
  expect(await migrate(open(), steps)).toEqual(['0000_shelves', '0001_books'])
})
