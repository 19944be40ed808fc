import type { Client, InStatement, InArgs, ResultSet, TransactionMode } from '@libsql/client'
import type { LibSQLDatabase } from 'drizzle-orm/libsql/driver-core'
import { drizzle } from 'drizzle-orm/libsql/web'
import type { BatchItem } from 'drizzle-orm/batch'
import { DomainError } from '../api/domain/error.ts'
import * as schema from './schema.ts'

export type Statement = BatchItem<'sqlite'>

/** Drizzle over a guarded connection: every write is one `batch(..., 'write')`, and contention never poisons it. */
export type Database = LibSQLDatabase<typeof schema> & {
  /** Saves all of it or nothing; results in the order of the statements. */
  write(statements: Statement[]): Promise<unknown[][]>
  close(): void
}

type Guard = {
  /** Opens the connection; called again only after `close`. */
  connect(): Promise<Client>
  sleep(ms: number): Promise<void>
  random(): number
}

/** Attempts in a row at a locked file, by whomever, until everybody is told to come back. */
const CONTENTION_ATTEMPTS = 40

/** The database behind its guard. Until `connect` succeeds every use is answered with `unavailable`. */
export function openDatabase(guard: Guard): { database: Database; connect(): Promise<void> } {
  let client: Client | null = null
  let lockedOut = 0
  let turn: Promise<unknown> = Promise.resolve()

  /** Uses of a file follow one another: a reconnection would cut off whoever else is in the middle of something. */
  function guarded<T>(use: (client: Client) => Promise<T>): Promise<T> {
    if (client && client.protocol !== 'file') return remotely(client, use)
    const mine = turn.then(() => onFile(use))
    turn = mine.catch(() => {})
    return mine
  }

  async function onFile<T>(use: (client: Client) => Promise<T>): Promise<T> {
    while (true) {
      if (!client) throw unavailable('the database is not open yet')
      try {
        const result = await use(client)
        lockedOut = 0
        return result
      } catch (error) {
        if (!isContention(error)) throw isFileOutage(error) ? noAnswer(error) : error
        // One SQLITE_BUSY leaves a file connection unusable (libsql-client-ts #352): always start afresh.
        client.reconnect()
        if (++lockedOut >= CONTENTION_ATTEMPTS) throw noAnswer(error)
        await guard.sleep(pause(lockedOut))
      }
    }
  }

  async function remotely<T>(server: Client, use: (client: Client) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++)
      try {
        return await use(server)
      } catch (error) {
        if (!isContention(error)) throw isStatementError(error) ? error : noAnswer(error)
        if (attempt === CONTENTION_ATTEMPTS) throw noAnswer(error)
        await guard.sleep(pause(attempt))
      }
  }

  const pause = (attempt: number) => 5 + guard.random() * Math.min(500, 10 * 2 ** attempt)

  /** Reads that belong together see one moment and wait for nobody; anything else takes the write lock at once. */
  function batch(statements: InStatement[]): Promise<ResultSet[]> {
    const mode = statements.every(onlyReads) ? 'read' : 'write'
    return guarded((client) => client.batch(statements, mode))
  }

  const facade = {
    async execute(statement: InStatement | string, args?: InArgs): Promise<ResultSet> {
      const query = typeof statement === 'string' ? { sql: statement, args: args ?? [] } : statement
      if (onlyReads(query)) return guarded((client) => client.execute(query))
      return (await batch([query]))[0]!
    },
    batch: (statements: InStatement[], _mode?: TransactionMode) => batch(statements),
    transaction() {
      throw new Error('interactive transactions block the process on a file: use write([...])')
    },
  } as unknown as Client

  const orm = drizzle({ client: facade, schema, casing: 'snake_case' })
  const database = Object.assign(orm, {
    write: async (statements: Statement[]) =>
      statements.length === 0 ? [] : await orm.batch(statements as [Statement, ...Statement[]]),
    close() {
      client?.close()
      client = null
    },
  }) as Database

  return {
    database,
    async connect() {
      client ??= await guard.connect()
    },
  }
}

function onlyReads(statement: InStatement): boolean {
  const sql = typeof statement === 'string' ? statement : statement.sql
  return /^\s*(select|pragma|explain)\b/i.test(sql)
}

function isContention(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string }
  return (
    /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code ?? '') ||
    /SQL statements in progress|database is locked|database table is locked/.test(message ?? '')
  )
}

function isFileOutage(error: unknown): boolean {
  const { code } = error as { code?: string }
  return /^(SQLITE_(FULL|IOERR|CANTOPEN|READONLY|NOTADB)|CLIENT_CLOSED)/.test(code ?? '')
}

/** Over HTTP whatever is not the statement's own fault is the way to the server: cut bodies, time-outs, a proxy's page. */
function isStatementError(error: unknown): boolean {
  const { code } = error as { code?: string }
  if (/^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|NOTADB)/.test(code ?? '')) return false
  return /^(SQL|ARGS_|RESPONSE_TOO_LARGE)/.test(code ?? '')
}

function noAnswer(cause: unknown): DomainError {
  return unavailable('the database does not answer', cause)
}

function unavailable(message: string, cause?: unknown): DomainError {
  return new DomainError('unavailable', message, { retryAfter: 2, cause })
}
