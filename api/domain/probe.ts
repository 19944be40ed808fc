import type { Certificate } from './certificate.ts'
import type { ProbeState } from './words.ts'

/**
 * One answer. `refused` means that we would not ask or cannot tell (private address, stale value): never the target's fault.
 * `unchanged` means that whoever tells us has said nothing new, and need not have.
 */
export type Sample = {
  outcome: 'ok' | 'failed' | 'refused' | 'unchanged'
  /** Milliseconds from the start of the request to the end of the answer; null when nobody was asked. */
  latency_ms: number | null
  /** What the target said; null when it gave no answer, or speaks no HTTP. */
  status: number | null
  /** A short sentence for operators; empty when ok. Never holds secrets of the request. */
  reason: string
  /** Set where the target was reached although it gave no status. */
  answered?: boolean
  /** Set where our own side has failed (no name server, no route, no sockets left): says nothing of the target. */
  isOurs?: boolean
  /** Set where something else than latency tells good from degraded. */
  degraded?: boolean
  /** Set where the target proved itself by one. */
  certificate?: Certificate
}

/** How a probe is asked and judged: the settings of a row of `probes`, as far as the rules need them. */
export type ProbeRules = {
  id: string
  intervalMs: number
  /** Spacing of checks while failing or recovering. */
  recheckMs: number
  failureThreshold: number
  successThreshold: number
  /** Down only when the first failure of the streak is at least so long ago. */
  confirmMs: number
  /** A flapping target is believed to be better only after so long. */
  stableMs: number
  /** Slower than this is slow; null never is. */
  degradedMs: number | null
  /** Degraded when this percentile of the newest `latencyWindow` latencies is slow; 0 to 1. */
  latencyPercentile: number
  latencyWindow: number
}

/** What a probe believes of its target: the rest of the row. */
export type Belief = {
  state: ProbeState
  stateSince: number | null
  /** In a row, and only until they are enough. Successes count while something better than `state` may be believed soon. */
  failures: number
  successes: number
  streakStartedAt: number | null
  /** Of good answers since it was last down, the newest last. */
  latencies: number[]
  /** When `state` changed of late, the newest last. */
  flips: number[]
  /** Set while flapping: when it will be called stable if nothing changes until then. */
  flappingUntil: number | null
  lastCheckedAt: number | null
  /** Null when the last check had no answer at all. */
  lastLatencyMs: number | null
  lastReason: string
}

export type Flip = { from: ProbeState; to: ProbeState; startedAt: number }

export type Verdict = {
  belief: Belief
  flip: Flip | null
  nextAt: number
  /** Set when nobody looked for a while before this check: that time is no data. */
  gap: { from: number; to: number } | null
}

/** An error page is an answer, too: it proves that the network between us works. */
export function isAnswered(sample: Sample): boolean {
  return sample.outcome === 'ok' || sample.status !== null || sample.answered === true
}
