import type { Certificate } from './certificate.ts'
import { MINUTE } from './time.ts'
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
  /** Slower than this is slow; null never is. */
  degradedMs: number | null
}

/** What a probe believes of its target: the rest of the row. */
export type Belief = {
  state: ProbeState
  stateSince: number | null
  /** In a row, and only until they are enough. */
  failures: number
  successes: number
  /** The last five latencies, newest in the lowest bit; 1 is slow. */
  slow: number
  streakStartedAt: number | null
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

/** What a probe believes after a check that was asked at `at`. */
export function judge(probe: ProbeRules & Belief, sample: Sample, at: number): Verdict {
  if (sample.outcome === 'refused') return keep(probe, sample.reason, at)
  const gap = gapBefore(probe, at)
  const known = gap ? { ...beliefOf(probe), ...noStreak } : beliefOf(probe)
  if (sample.outcome === 'unchanged') {
    const belief = { ...known, lastCheckedAt: at }
    return { belief, flip: null, nextAt: nextCheck(probe, belief, at), gap }
  }
  const belief = {
    ...known,
    ...(sample.outcome === 'ok'
      ? afterSuccess(probe, known, sample, at)
      : afterFailure(probe, known, at)),
    lastCheckedAt: at,
    lastLatencyMs: isAnswered(sample) ? sample.latency_ms : null,
    lastReason: sample.reason,
  }
  const flip =
    belief.state === probe.state
      ? null
      : { from: probe.state, to: belief.state, startedAt: belief.stateSince! }
  return { belief, flip, nextAt: nextCheck(probe, belief, at), gap }
}

/** The same check once it turned out that our own network was to blame: everything stays, streaks included. */
export function withhold(probe: ProbeRules & Belief, reason: string, at: number): Verdict {
  const verdict = keep(probe, reason, at)
  const belief = { ...verdict.belief, lastCheckedAt: at, lastLatencyMs: null }
  return { ...verdict, belief, nextAt: at + Math.min(probe.recheckMs, probe.intervalMs) }
}

/** An error page is an answer, too: it proves that the network between us works. */
export function isAnswered(sample: Sample): boolean {
  return sample.outcome === 'ok' || sample.status !== null || sample.answered === true
}

function keep(probe: ProbeRules & Belief, reason: string, at: number): Verdict {
  const belief = { ...beliefOf(probe), lastReason: reason }
  return { belief, flip: null, nextAt: nextSlot(probe.id, probe.intervalMs, at), gap: null }
}

function beliefOf(probe: Belief): Belief {
  const { state, stateSince, failures, successes, slow, streakStartedAt } = probe
  const { lastCheckedAt, lastLatencyMs, lastReason } = probe
  return {
    state,
    stateSince,
    failures,
    successes,
    slow,
    streakStartedAt,
    lastCheckedAt,
    lastLatencyMs,
    lastReason,
  }
}

const noStreak = { failures: 0, successes: 0, streakStartedAt: null }

/** More than two slots missed, as when the process slept; a beat of one minute never counts as missed. */
function gapBefore(probe: ProbeRules & Belief, at: number): Verdict['gap'] {
  const { lastCheckedAt, intervalMs } = probe
  if (lastCheckedAt === null || at - lastCheckedAt <= 2 * Math.max(intervalMs, MINUTE)) return null
  return { from: lastCheckedAt + intervalMs, to: at }
}

function afterFailure(probe: ProbeRules, known: Belief, at: number): Partial<Belief> {
  if (known.state === 'down') return noStreak
  const failures = known.failures + 1
  const streakStartedAt = known.failures === 0 ? at : known.streakStartedAt
  if (failures < probe.failureThreshold) return { failures, streakStartedAt }
  return { ...noStreak, state: 'down', stateSince: streakStartedAt, slow: 0 }
}

function afterSuccess(
  probe: ProbeRules,
  known: Belief,
  sample: Sample,
  at: number,
): Partial<Belief> {
  const slow = lastFive(known.slow, probe.degradedMs, sample)
  if (known.state !== 'down') {
    const state = stateByLatency(known.state, slow)
    return { ...noStreak, slow, state, stateSince: state === known.state ? known.stateSince : at }
  }
  const successes = known.successes + 1
  const streakStartedAt = known.successes === 0 ? at : known.streakStartedAt
  if (successes < probe.successThreshold) return { successes, streakStartedAt, slow }
  return { ...noStreak, slow, state: stateByLatency('up', slow), stateSince: streakStartedAt }
}

function lastFive(slow: number, degradedMs: number | null, sample: Sample): number {
  const { degraded, latency_ms: latency } = sample
  if (degradedMs === null && degraded === undefined) return 0
  return ((slow << 1) | Number(degraded ?? (latency ?? 0) > degradedMs!)) & 0b11111
}

/** Slow in 3 of the last 5 is degraded; only when at most 1 of them is left is it up again. */
function stateByLatency(state: ProbeState, slow: number): ProbeState {
  let count = 0
  for (let bits = slow; bits > 0; bits >>= 1) count += bits & 1
  return count >= (state === 'degraded' ? 2 : 3) ? 'degraded' : 'up'
}

function nextCheck(probe: ProbeRules, belief: Belief, at: number): number {
  const slot = nextSlot(probe.id, probe.intervalMs, at)
  const inDoubt = belief.failures > 0 || belief.successes > 0
  return inDoubt ? Math.min(slot, at + probe.recheckMs) : slot
}

/**
 * Every probe has a phase of its own in the interval, by the hash of its id: the load is even, and no slot drifts. Slots
 * less than half an interval away are left out.
 */
export function nextSlot(id: string, intervalMs: number, at: number): number {
  const phase = hash(id) % intervalMs
  const earliest = at + intervalMs / 2
  return Math.floor((earliest - phase) / intervalMs + 1) * intervalMs + phase
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

const ENOUGH_HOSTS = 4
const MOST_WITNESSES = 8

/** One probe each of some hosts that have not been heard lately; nobody where there are too few hosts to tell. */
export function pickWitnesses(
  neighbours: { id: string; host: string; fresh: boolean }[],
): string[] {
  if (new Set(neighbours.map(({ host }) => host)).size < ENOUGH_HOSTS) return []
  const heard = new Set(neighbours.filter(({ fresh }) => fresh).map(({ host }) => host))
  const picked = new Map<string, string>()
  for (const { id, host } of neighbours)
    if (!heard.has(host) && !picked.has(host) && picked.size < MOST_WITNESSES) picked.set(host, id)
  return [...picked.values()]
}

/**
 * When more than half of at least four hosts give no answer at the same time, the fault is likely ours. Whatever a host
 * answers, it was reached.
 */
export function isOwnFault(witnesses: { host: string; answered: boolean }[]): boolean {
  const hosts = new Map<string, boolean>()
  for (const { host, answered } of witnesses) hosts.set(host, answered || hosts.get(host) === true)
  const silent = [...hosts.values()].filter((answered) => !answered).length
  return hosts.size >= ENOUGH_HOSTS && silent * 2 > hosts.size
}
