import { damp } from './flapping.ts'
import { remember, stateByLatency } from './latency-window.ts'
import { isAnswered, type Belief, type ProbeRules, type Sample, type Verdict } from './probe.ts'
import { nextSlot } from './slots.ts'
import { MINUTE } from './time.ts'

/** What a probe believes after a check that was asked at `at`. */
export function judge(probe: ProbeRules & Belief, sample: Sample, at: number): Verdict {
  if (sample.outcome === 'refused') return keep(probe, sample.reason, at)
  const gap = gapBefore(probe, at)
  const isBroken = gap !== null || isSetBack(probe, at)
  const known = isBroken ? { ...beliefOf(probe), ...noStreak } : beliefOf(probe)
  if (sample.outcome === 'unchanged') {
    const belief = { ...known, lastCheckedAt: at }
    return { belief, flip: null, nextAt: nextCheck(probe, belief, at), gap }
  }
  const told =
    sample.outcome === 'ok'
      ? afterSuccess(probe, known, sample, at)
      : afterFailure(probe, known, at)
  const belief = damp(probe, known, told, at)
  belief.lastCheckedAt = at
  belief.lastLatencyMs = isAnswered(sample) ? sample.latency_ms : null
  belief.lastReason = sample.reason
  const flip =
    belief.state === probe.state
      ? null
      : { from: probe.state, to: belief.state, startedAt: belief.stateSince! }
  return { belief, flip, nextAt: nextCheck(probe, belief, at), gap }
}

/**
 * The same check once it turned out that our own side was to blame: everything stays, streaks included, and since the check
 * before nothing is known.
 */
export function withhold(probe: ProbeRules & Belief, reason: string, at: number): Verdict {
  const verdict = keep(probe, reason, at)
  const belief = { ...verdict.belief, lastCheckedAt: at, lastLatencyMs: null }
  const nextAt = at + Math.min(probe.recheckMs, probe.intervalMs)
  const { lastCheckedAt: from } = probe
  return { ...verdict, belief, nextAt, gap: from !== null && from < at ? { from, to: at } : null }
}

function keep(probe: ProbeRules & Belief, reason: string, at: number): Verdict {
  const belief = { ...beliefOf(probe), lastReason: reason }
  return { belief, flip: null, nextAt: nextSlot(probe.id, probe.intervalMs, at), gap: null }
}

function beliefOf(probe: Belief): Belief {
  return {
    state: probe.state,
    stateSince: probe.stateSince,
    failures: probe.failures,
    successes: probe.successes,
    streakStartedAt: probe.streakStartedAt,
    latencies: probe.latencies,
    flips: probe.flips,
    flappingUntil: probe.flappingUntil,
    lastCheckedAt: probe.lastCheckedAt,
    lastLatencyMs: probe.lastLatencyMs,
    lastReason: probe.lastReason,
  }
}

const noStreak = { failures: 0, successes: 0, streakStartedAt: null }

function gapBefore({ lastCheckedAt, intervalMs }: ProbeRules & Belief, at: number) {
  return lastCheckedAt === null ? null : gapAfter(lastCheckedAt, intervalMs, at)
}

/** More than two slots missed, as when the process slept; a beat of one minute never counts as missed. */
export function gapAfter(seenAt: number, intervalMs: number, at: number): Verdict['gap'] {
  if (at - seenAt <= 2 * Math.max(intervalMs, MINUTE)) return null
  return { from: seenAt + intervalMs, to: at }
}

/** A streak that would end before it began tells no time. */
function isSetBack({ lastCheckedAt }: Belief, at: number): boolean {
  return lastCheckedAt !== null && at < lastCheckedAt
}

function afterFailure(probe: ProbeRules, known: Belief, at: number): Belief {
  if (known.state === 'down') return { ...known, ...noStreak }
  const failures = known.failures + 1
  const streakStartedAt = known.failures === 0 ? at : known.streakStartedAt!
  if (failures < probe.failureThreshold || at - streakStartedAt < probe.confirmMs)
    return { ...known, failures, successes: 0, streakStartedAt }
  return { ...known, ...noStreak, state: 'down', stateSince: streakStartedAt, latencies: [] }
}

function afterSuccess(probe: ProbeRules, known: Belief, sample: Sample, at: number): Belief {
  const latencies = remember(known.latencies, sample)
  const base = known.state === 'down' ? 'up' : known.state
  const state = stateByLatency(probe, base, latencies, sample)
  if (state === known.state) return { ...known, ...noStreak, latencies }
  const successes = known.successes + 1
  const streakStartedAt = known.successes === 0 ? at : known.streakStartedAt
  if (known.state === 'down' && successes < probe.successThreshold)
    return { ...known, failures: 0, successes, streakStartedAt, latencies }
  return { ...known, ...noStreak, latencies, state, stateSince: streakStartedAt }
}

function nextCheck(probe: ProbeRules, belief: Belief, at: number): number {
  const slot = nextSlot(probe.id, probe.intervalMs, at)
  const inDoubt = belief.failures > 0 || belief.successes > 0
  return inDoubt ? Math.min(slot, at + probe.recheckMs) : slot
}
