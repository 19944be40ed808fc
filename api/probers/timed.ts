import type { Certificate } from '../domain/certificate.ts'
import type { Sample } from '../domain/probe.ts'
import { explain } from './reasons.ts'

/** What came of asking; no reason means that all is well. */
export type Finding = { reason: string; status?: number; certificate?: Certificate | undefined }

type Timing = {
  /** Monotonic milliseconds. */
  now(): number
  timeout_ms: number
}

/** Turns asking into a sample: whatever is thrown has a reason, and the signal ends what takes too long. */
export async function timed(
  { now, timeout_ms }: Timing,
  ask: (signal: AbortSignal, seen: (status: number) => void) => Promise<Finding>,
): Promise<Sample> {
  const started = now()
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
    const found = await ask(ending.signal, (seen) => (status = seen))
    const { reason, certificate } = found
    return {
      ...sample(reason ? 'failed' : 'ok', reason),
      ...(reason && status === null && { answered: true }),
      ...(certificate && { certificate }),
    }
  } catch (error) {
    if (ending.signal.aborted) return sample('failed', `no complete answer in ${timeout_ms} ms`)
    const { refused, reached, reason } = explain(error)
    return { ...sample(refused ? 'refused' : 'failed', reason), ...(reached && { answered: true }) }
  } finally {
    clearTimeout(timer)
  }
}

const LONGEST = 200

/** One line without control characters, short enough to be stored. */
export function shorten(sentence: string): string {
  const line = sentence.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`
}
