import type { Client, InArgs, InStatement, ResultSet } from '@libsql/client'
import { DomainError } from '../api/domain/error.ts'

type Guard = {
  /** Opens the connection; called again only after `close`. */
  connect(): Promise<Client>
  sleep(ms: number): Promise<void>
  random(): number
  /** How many writes may be under way at a server; a file has one writer. */
  writesAtOnce?: number
}

/** A connection that contention never poisons. Until `connect` succeeds every use is answered with `unavailable`. */
export type Connection = {
  execute(statement: InStatement | string, args?: InArgs): Promise<ResultSet>
  /** Reads see one moment; anything else is saved as a whole or not at all. */
  batch(statements: InStatement[]): Promise<ResultSet[]>
  connect(): Promise<void>
  close(): Promise<void>
}

type Use<T> = (client: Client) => Promise<T>

/** Attempts at a locked database until somebody is told to come back. */
const CONTENTION_ATTEMPTS = 40

export function guardedConnection(guard: Guard): Connection {
  let client: Client | null = null
  let surrenders = 0
  let silences = 0
  const connection = createQueue()
  const writers = createQueue()
  const turns = createQueue(guard.writesAtOnce ?? Infinity)

  async function patiently<T>(use: Use<T>, attempts = CONTENTION_ATTEMPTS): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      if (!client) throw unavailable('the database is not open yet')
      const isFile = client.protocol === 'file'
      try {
        return await (isFile ? connection(() => onFile(use)) : use(client))
      } catch (error) {
        if (!isContention(error)) throw isOutage(error, isFile) ? noAnswer(error) : error
        if (attempt >= attempts) {
          surrenders++
          throw noAnswer(error)
        }
        await guard.sleep(pause(attempt))
      }
    }
  }

  /** Uses of a file follow one another: a reconnection would cut off whoever else is in the middle of something. */
  async function onFile<T>(use: Use<T>): Promise<T> {
    if (!client) throw unavailable('the database is not open yet')
    try {
      return await use(client)
    } catch (error) {
      // One SQLITE_BUSY leaves a file connection unusable (libsql-client-ts #352): always start afresh.
      if (isContention(error)) client?.reconnect()
      throw error
    }
  }

  /** Of all writers only the first tries a file's lock; who waited behind one that gave up tries once. */
  function write<T>(use: Use<T>): Promise<T> {
    if (client?.protocol !== 'file') return patiently((client) => inTurn(() => use(client)))
    const before = surrenders
    return writers(() => patiently(use, surrenders > before ? 1 : CONTENTION_ATTEMPTS))
  }

  /** Who waited for its turn at a server that says nothing would only wait as long again. */
  function inTurn<T>(use: () => Promise<T>): Promise<T> {
    const before = silences
    return turns(async () => {
      if (silences > before) throw noAnswer(undefined)
      try {
        return await use()
      } catch (error) {
        if (isSilence(error)) silences++
        throw error
      }
    })
  }

  const pause = (attempt: number) => 5 + guard.random() * Math.min(500, 10 * 2 ** attempt)

  /** Reads that belong together see one moment and wait for nobody; anything else takes the write lock at once. */
  function batch(statements: InStatement[]): Promise<ResultSet[]> {
    return statements.every(onlyReads)
      ? patiently((client) => client.batch(statements, 'read'))
      : write((client) => client.batch(statements, 'write'))
  }

  return {
    async execute(statement, args) {
      const query = typeof statement === 'string' ? { sql: statement, args: args ?? [] } : statement
      if (onlyReads(query)) return patiently((client) => client.execute(query))
      return (await batch([query]))[0]!
    },
    batch,
    async connect() {
      client ??= await guard.connect()
    },
    async close() {
      client?.close()
      client = null
    },
  }
}

/** What is given to it runs in the order in which it came, as many at once as it is wide. */
function createQueue(width = 1) {
  let free = width
  const waiting: (() => void)[] = []
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
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

/** Over HTTP whatever is not the statement's own fault is the way to the server: cut bodies, time-outs, a proxy's page. */
function isOutage(error: unknown, isFile: boolean): boolean {
  if (error instanceof DomainError) return false
  const { code = '' } = error as { code?: string }
  if (/^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|NOTADB)/.test(code)) return true
  return isFile ? code === 'CLIENT_CLOSED' : !/^(SQL|ARGS_|RESPONSE_TOO_LARGE)/.test(code)
}

function isSilence(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'TimeoutError' || isSilence(error.cause)
}

function noAnswer(cause: unknown): DomainError {
  return unavailable('the database does not answer', cause)
}

function unavailable(message: string, cause?: unknown): DomainError {
  return new DomainError('unavailable', message, { retryAfter: 2, cause })
}
