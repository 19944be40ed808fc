import { parentPort, workerData } from 'node:worker_threads'
import { tell } from '../actions/telling/telling.ts'
import type { Telling } from '../deps.ts'
import { SECOND } from '../domain/time.ts'
import { createLog } from '../log.ts'
import { siteRenderer } from '../site.ts'
import { systemClock as clock } from './clock.ts'
import { nodeDeps } from './deps.ts'
import type { CompleteConfig } from './kept.ts'
import { loadSite } from './site.ts'
import { wiredError, type WiredError } from './wired-error.ts'

// The thread that turns what is to be told into requests to providers, on a database connection of its own.

export type TellingSettings = {
  config: CompleteConfig
  publicUrl: string
  /** Of the process: it alone holds leases, through whichever thread. */
  instance: string
  startedAt: number
  /** Where what is posted to subscribers' URLs ends instead; null when they answer themselves. */
  endpointsUrl: string | null
}

export type Order = { kind: 'run'; id: number; what: Telling } | { kind: 'end' }
export type Said =
  | { kind: 'seen'; id: number }
  | { kind: 'ended'; id: number; count: number }
  | { kind: 'failed'; id: number; error: WiredError }

const port = parentPort!
const say = (said: Said) => port.postMessage(said, [])
const absent = () => Promise.reject(new Error('the thread that tells has no documents and no API'))

const settings = workerData as TellingSettings
const { deps, connect, endDeferred, settled } = await nodeDeps({
  ...settings,
  log: createLog((line) => process.stderr.write(`${line}\n`), clock.now),
  // Letters are made of what they are given.
  render: siteRenderer(await loadSite(), () => ({ fetch: absent })),
  store: {
    serve: absent,
    put: absent,
    remove: absent,
    publishedThrough: absent,
    setPublishedThrough: absent,
    paths: absent,
  },
  inboxUrl: null,
  reaching: (others) => others,
})

let isEnding = false
const runs = new Set<Promise<void>>()

async function run(id: number, what: Telling): Promise<void> {
  let seenAt = -Infinity
  const stopped = () => {
    if (clock.now() - seenAt >= SECOND) {
      seenAt = clock.now()
      say({ kind: 'seen', id })
    }
    return isEnding
  }
  try {
    say({ kind: 'ended', id, count: await tell(deps, what, stopped) })
  } catch (error) {
    say({ kind: 'failed', id, error: wiredError(error) })
  }
}

async function end(): Promise<void> {
  isEnding = true
  endDeferred()
  await Promise.all(runs)
  await settled()
  await deps.db.close()
  process.exit(0)
}

await connect()

port.on('message', (order: Order) => {
  if (order.kind === 'end') return void end()
  const running: Promise<void> = run(order.id, order.what).finally(() => runs.delete(running))
  runs.add(running)
})
