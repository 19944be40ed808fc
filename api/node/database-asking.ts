import { Worker } from 'node:worker_threads'
import type { InStatement, ResultSet } from '@libsql/client'
import type { Connection } from '../../db/guard.ts'
import { DomainError } from '../domain/error.ts'
import type { FileSettings } from './database-thread.ts'
import { resultOf, type Answer, type Question } from './database-wire.ts'
import { errorOf } from './wired-error.ts'

type Asked = Question extends infer Q ? (Q extends Question ? Omit<Q, 'id'> : never) : never

/** A database file that is read and written in a thread of its own: reading, locks and disks hold up nobody here. */
export function fileConnection(settings: FileSettings): Connection {
  let thread: Thread | null = null
  let isOpen = false

  function start(): Thread {
    return (thread = startThread(settings))
  }

  /** One that died is started again by whoever asks next. */
  function living(): Thread {
    if (!isOpen) throw unavailable('the database is not open yet')
    if (thread && !thread.isDead()) return thread
    const fresh = start()
    fresh.ask({ kind: 'connect' }).catch(() => undefined)
    return fresh
  }

  return {
    async execute(statement, args) {
      const query = typeof statement === 'string' ? { sql: statement, args: args ?? [] } : statement
      return (await living().ask({ kind: 'execute', statement: plain(query) }))[0]!
    },
    batch: async (statements) => living().ask({ kind: 'batch', statements: statements.map(plain) }),
    async connect() {
      const ours = thread && !thread.isDead() ? thread : start()
      await ours.ask({ kind: 'connect' })
      isOpen = true
    },
    async close() {
      isOpen = false
      if (!thread || thread.isDead()) return
      await thread.ask({ kind: 'close' })
      await thread.ended
    },
  }
}

/** Without what cannot be handed to a thread. */
function plain(statement: InStatement): InStatement {
  return typeof statement === 'string' ? statement : { sql: statement.sql, args: statement.args! }
}

type Thread = ReturnType<typeof startThread>

function startThread(settings: FileSettings) {
  const waiting = new Map<number, PromiseWithResolvers<ResultSet[]>>()
  const worker = new Worker(new URL('./database-thread.ts', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  let last = 0
  let isDead = false
  let why: unknown
  worker.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) asked?.reject(errorOf(answer.error))
    else asked?.resolve(answer.results.map(resultOf))
  })
  worker.on('error', (error) => (why = error))
  const ended = new Promise<void>((resolve) =>
    worker.on('exit', () => {
      isDead = true
      for (const asked of waiting.values())
        asked.reject(unavailable('the database does not answer', why))
      resolve()
    }),
  )
  return {
    ended,
    isDead: () => isDead,
    ask(asked: Asked): Promise<ResultSet[]> {
      const answered = Promise.withResolvers<ResultSet[]>()
      const id = ++last
      waiting.set(id, answered)
      worker.postMessage({ ...asked, id }, [])
      return answered.promise
    },
  }
}

function unavailable(message: string, cause?: unknown): DomainError {
  return new DomainError('unavailable', message, { retryAfter: 2, cause })
}
