import { Worker } from 'node:worker_threads'
import { releaseLeases } from '../actions/sending/batches.ts'
import { canExpand } from '../actions/telling/announcements.ts'
import { canSend } from '../actions/sending/sending.ts'
import type { Deps, Telling } from '../deps.ts'
import { MINUTE, SECOND } from '../domain/time.ts'
import type { Order, Said, TellingSettings } from './telling-work.ts'
import { errorOf } from './wired-error.ts'

/** A thread that has had nothing to do for so long is ended: asleep, we take half the memory. */
const IDLE = MINUTE
/** A thread that died is started again after this, and ever later while it keeps dying. */
const AGAIN = SECOND
const AGAIN_AT_MOST = MINUTE
/** What many mails leave behind is garbage at once: more room would only be more memory. */
const YOUNG_MB = 16

export type Teller = {
  tell: NonNullable<Deps['teller']>
  /** Begins nothing more, and ends when what is under way has ended and is saved. */
  stop(): Promise<void>
}

type Thread = ReturnType<typeof startThread>

/**
 * Who tells, in a thread of its own that lives as long as there is something to tell: pages never wait for mails.
 * `elapsed` counts milliseconds whatever the clock is set to: how long a thread rested is not a question of the date.
 */
export function createTeller(
  deps: () => Deps,
  settings: TellingSettings,
  elapsed: () => number = () => performance.now(),
): Teller {
  let thread: Thread | null = null
  const stopping = new AbortController()
  let deaths = 0
  let rest = Promise.resolve()
  let usefulAt = 0

  async function living(): Promise<Thread> {
    while (thread?.isEnding()) await thread.ended
    if (thread) return thread
    usefulAt = elapsed()
    const started = (thread = startThread(settings))
    void started.ended.then((why) => {
      if (thread === started) thread = null
      if (why !== null) rest = mourn(why)
    })
    return started
  }

  /** What it had in its hands is free at once: nobody else can hold it any more. */
  async function mourn(error: unknown): Promise<void> {
    const { clock, log, instance } = deps()
    const wait = Math.min(AGAIN_AT_MOST, AGAIN * 2 ** Math.min(deaths++, 10))
    log.error('the thread that tells died', { again_in_ms: wait, error })
    await releaseLeases(deps(), instance).catch((error: unknown) =>
      log.warn('its leases end by themselves', { error }),
    )
    await clock.sleep(wait, stopping.signal)
  }

  return {
    async tell(what, stopped) {
      await rest
      const isUp = thread !== null && !thread.isEnding()
      if (!isUp && !(await canTell(deps(), what))) return 0
      if (stopped() || stopping.signal.aborted) return 0
      const count = await (await living()).run(what, stopped)
      deaths = 0
      if (count > 0) usefulAt = elapsed()
      else if (thread?.isIdle() && elapsed() - usefulAt > IDLE) thread.end()
      return count
    },
    async stop() {
      stopping.abort()
      thread?.end()
      await thread?.ended
    },
  }
}

function canTell(deps: Deps, what: Telling): Promise<boolean> {
  return what === 'expand' ? canExpand(deps) : canSend(deps)
}

function startThread(settings: TellingSettings) {
  const runs = new Map<number, PromiseWithResolvers<number> & { seen(): void }>()
  const worker = new Worker(new URL('./telling-thread.ts', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
  const order = (order: Order) => worker.postMessage(order, [])
  let last = 0
  let isEnding = false
  let why: unknown = null
  worker.on('message', (said: Said) => {
    const run = runs.get(said.id)
    if (said.kind === 'seen') return run?.seen()
    runs.delete(said.id)
    if (said.kind === 'failed') run?.reject(errorOf(said.error))
    else run?.resolve(said.count)
  })
  worker.on('error', (error) => (why = error))
  const ended = new Promise<unknown>((resolve) =>
    worker.on('exit', (code) => {
      isEnding = true
      if (!why && code !== 0) why = new Error(`it ended with ${code}`)
      const cause = why
      for (const run of runs.values())
        run.reject(new Error('the thread that tells died', { cause }))
      resolve(why)
    }),
  )
  return {
    /** With why it died, or null. */
    ended,
    isEnding: () => isEnding,
    isIdle: () => runs.size === 0,
    run(what: Telling, stopped: () => boolean): Promise<number> {
      const id = ++last
      const run = { ...Promise.withResolvers<number>(), seen: () => void stopped() }
      runs.set(id, run)
      order({ kind: 'run', id, what })
      return run.promise
    },
    end(): void {
      if (isEnding) return
      isEnding = true
      order({ kind: 'end' })
    },
  }
}
