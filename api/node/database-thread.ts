import { parentPort, workerData } from 'node:worker_threads'
import { guardedConnection } from '../../db/guard.ts'
import { systemClock } from './clock.ts'
import { migrateFile, openFile } from './database-file.ts'
import { wiredResult, type Answer, type Question } from './database-wire.ts'
import { wiredError } from './wired-error.ts'

// The thread in which a database file is read and written: nobody else waits for disks and locks.

export type FileSettings = { url: string }

const { url } = workerData as FileSettings

const connection = guardedConnection({
  async connect() {
    await migrateFile(url)
    // Contention is the guard's to resolve: who reads must not wait as long as who writes.
    return openFile(url, 100)
  },
  sleep: systemClock.sleep,
  random: Math.random,
})

/** What is asked while it is being opened waits for that. */
let opening: Promise<unknown> = Promise.resolve()

async function answer(question: Question): Promise<Answer> {
  const { id, kind } = question
  try {
    if (kind === 'connect') await (opening = connection.connect())
    else await opening.catch(() => undefined)
    if (kind === 'execute') {
      const result = await connection.execute(question.statement)
      return { id, results: [wiredResult(result)] }
    }
    if (kind === 'batch') {
      const results = await connection.batch(question.statements)
      return { id, results: results.map(wiredResult) }
    }
    if (kind === 'close') await connection.close()
    return { id, results: [] }
  } catch (error) {
    return { id, error: wiredError(error) }
  }
}

parentPort!.on('message', async (question: Question) => {
  parentPort!.postMessage(await answer(question), [])
  if (question.kind === 'close') parentPort!.close()
})
