import { join } from 'node:path'
import { createClient, type Client, type InStatement } from '@libsql/client'
import type { Deps } from '../../api/deps.ts'
import { newId } from '../../api/secrets.ts'
import { openDatabase } from '../../db/client.ts'
import type { World } from './world.ts'

export type Asked = { sql: string; args: unknown[] }

type Watch = {
  /** What it throws, the database throws: it was not reached. */
  before?(statements: Asked[]): unknown
  /** What it throws, the database throws: its answer was lost. */
  after?(statements: Asked[]): unknown
  /** What is put to the database instead. */
  instead?(statements: Asked[]): Asked[]
}

/** Another process on the database of a world, with an eye on each use of it; over HTTP each is a request. */
export async function anotherProcess(on: World, watch: Watch = {}): Promise<Deps> {
  const { database, connect } = openDatabase({
    connect: () => Promise.resolve(watched(join(on.dir, 'allclear.db'), watch)),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  })
  await connect()
  return { ...on.deps, instance: newId(), db: database }
}

function watched(file: string, watch: Watch): Client {
  const client = createClient({ url: `file:${file}`, concurrency: 1, timeout: 100 })
  const through = async <T>(statements: Asked[], use: (instead: Asked[]) => Promise<T>) => {
    await watch.before?.(statements)
    const result = await use(watch.instead?.(statements) ?? statements)
    await watch.after?.(statements)
    return result
  }
  return {
    protocol: client.protocol,
    execute: (statement: Asked) =>
      through([statement], async (instead) => {
        const results = await client.batch(instead.map(toClient), 'write')
        return results.at(-1)
      }),
    batch: (statements: Asked[], mode: 'read' | 'write') =>
      through(statements, (instead) => client.batch(instead.map(toClient), mode)),
    reconnect: () => client.reconnect(),
    close: () => client.close(),
  } as unknown as Client
}

function toClient({ sql, args }: Asked): InStatement {
  return { sql, args: args as never }
}

/** When a process is killed: before its nth use of the database, with its answer on the way, or before the nth statement. */
export const moments = ['before', 'after', 'within'] as const

export function killedAt(on: World, n: number, moment: (typeof moments)[number]): Promise<Deps> {
  let count = 0
  if (moment !== 'within')
    return anotherProcess(on, {
      [moment]: () => {
        if (++count === n) throw new Error('killed')
      },
    })
  const end = { sql: 'SELECT killed', args: [] }
  return anotherProcess(on, {
    instead: (statements) =>
      statements.flatMap((statement) => (++count === n ? [end, statement] : [statement])),
  })
}

/** Every statement once that `work` puts to the database. */
export async function statementsOf(
  on: World,
  work: (deps: Deps) => Promise<unknown>,
): Promise<Asked[]> {
  const seen = new Map<string, Asked>()
  const deps = await anotherProcess(on, {
    before(statements) {
      for (const statement of statements) seen.set(statement.sql, statement)
    },
  })
  await work(deps)
  deps.db.close()
  return [...seen.values()]
}

/** How SQLite goes about a statement, step by step. */
export async function planOf({ deps }: World, { sql, args }: Asked): Promise<string[]> {
  const { $client } = deps.db as unknown as { $client: Client }
  const plan = await $client.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args: args as never })
  return plan.rows.map(({ detail }) => String(detail))
}
