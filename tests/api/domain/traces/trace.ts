import type { ProbeRules } from '../../../../api/domain/probe.ts'

/** How a target fares from a time of day on, until the next stretch begins. */
export type Stretch = {
  from: string
  /** What people would say of it; a flip to anything worse is a false alarm. */
  truth: 'up' | 'degraded' | 'down'
  /** The share of answers that fail: with a status, or as silence where `silent` is set. */
  failing?: number
  silent?: boolean
  /** The middle of the latencies and the share by which they scatter. */
  latency?: number
  scatter?: number
  /** The share of good answers that take five times as long. */
  spiking?: number
  /** Good for so long, then failing for so long, again and again. */
  pulse?: { good_s: number; bad_s: number }
  /** Our own network is down: every target is silent, and so are the canaries. */
  isOffline?: boolean
  /** We sleep: nobody asks. */
  isAsleep?: boolean
}

/** A day of answers, made anew from its seed at each replay. */
export type Trace = {
  name: string
  seed: number
  rules?: Partial<ProbeRules>
  day: Stretch[]
  /** `when noticed, from>to since when`. */
  flips: string[]
  /** From the first bad answer of each bad stretch until it was noticed, in re-check times. */
  delays: number[]
}
