import type { Client } from '@libsql/client'
import type { LibSQLDatabase } from 'drizzle-orm/libsql/driver-core'
import { drizzle } from 'drizzle-orm/libsql/web'
import type { BatchItem } from 'drizzle-orm/batch'
import { guardedConnection, type Connection } from './guard.ts'
import * as schema from './schema.ts'

export type Statement = BatchItem<'sqlite'>

/** Drizzle over a guarded connection: every write is one `batch(..., 'write')`, and contention never poisons it. */
export type Database = LibSQLDatabase<typeof schema> & {
  /** Saves all of it or nothing; results in the order of the statements. */
  write(statements: Statement[]): Promise<unknown[][]>
  close(): Promise<void>
}

type Opened = { database: Database; connect(): Promise<void> }

export function openDatabase(guard: Parameters<typeof guardedConnection>[0]): Opened {
  return databaseOver(guardedConnection(guard))
}

/** Until `connect` succeeds every use is answered with `unavailable`. */
export function databaseOver(connection: Connection): Opened {
  const facade = {
    execute: connection.execute,
    batch: connection.batch,
    transaction() {
      throw new Error('interactive transactions block the process on a file: use write([...])')
    },
  } as unknown as Client
  const orm = drizzle({ client: facade, schema, casing: 'snake_case' })
  const database = Object.assign(orm, {
    write: async (statements: Statement[]) =>
      statements.length === 0 ? [] : await orm.batch(statements as [Statement, ...Statement[]]),
    close: connection.close,
  }) as Database
  return { database, connect: connection.connect }
}
