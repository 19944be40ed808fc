import type { Certificate } from '../domain/certificate.ts'
import type { Sample } from '../domain/probe.ts'
import { explain } from './reasons.ts'

/** What came of asking; no reason means that all is well. */
export type Finding = { reason: string; status?: number; certificate?: Certificate | undefined }

export type Clocks = {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds of the clock on the wall, which goes on while the machine is asleep. */
  wall?: (() => number) | undefined
}

/** Milliseconds by which a machine that is awake is never late. */
const AWAKE = 500
const WALL_IS_OFF = 5_000

/** Turns asking into a sample: whatever is thrown has a reason, and the signal ends what takes too long. */
export async function timed(
  { now, wall = now, timeout_ms }: Clocks & { timeout_ms: number },
  ask: (signal: AbortSignal, seen: (status: number) => void) => Promise<Finding>,
): Promise<Sample> {
  const started = now()
  const startedOnWall = wall()
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(), timeout_ms)
  let status: number | null = null
  const sample = (outcome: Sample['outcome'], reason: string): Sample => ({
    outcome,
    status,
    reason: shorten(reason),
    latency_ms: Math.round(now() - started),
  })
  try {
    const { reason, certificate } = await untilAborted(ending.signal, (signal) =>
      ask(signal, (seen) => (status = seen)),
    )
    return {
      ...sample(reason ? 'failed' : 'ok', reason),
      ...(reason && status === null && { answered: true }),
      ...(certificate && { certificate }),
    }
  } catch (error) {
    const { refused, ours, reached, reason } = explain(error)
    if (refused) return { ...sample('refused', reason), ...(ours && { isOurs: true }) }
    if (hasSlept())
      return { ...sample('refused', 'this machine slept or was too busy to ask'), isOurs: true }
    if (ending.signal.aborted) return sample('failed', `no complete answer in ${timeout_ms} ms`)
    return { ...sample('failed', reason), ...(reached && { answered: true }) }
  } finally {
    clearTimeout(timer)
  }

  /** An answer may have come, or been waited for in vain, while nobody here was awake to hear it. */
  function hasSlept(): boolean {
    const took = now() - started
    return took > timeout_ms + AWAKE || wall() - startedOnWall > took + timeout_ms + WALL_IS_OFF
  }
}

/** Whatever somebody makes of a signal, it ends the waiting. */
function untilAborted<T>(
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // After those who know more of why.
    signal.addEventListener('abort', () => setImmediate(reject, signal.reason))
    ask(signal).then(resolve, reject)
  })
}

const LONGEST = 200

/** One line without control or invisible characters, short enough to be stored. */
export function shorten(sentence: string): string {
  const line = sentence.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').toWellFormed()
  return line.length <= LONGEST
    ? line
    : `${line.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
