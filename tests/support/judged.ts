import { judge } from '../../api/domain/judging.ts'
import type { Belief, Flip, ProbeRules, Sample } from '../../api/domain/probe.ts'
import { MINUTE, SECOND } from '../../api/domain/time.ts'

export const rules: ProbeRules = {
  id: 'probe1',
  intervalMs: 30 * SECOND,
  recheckMs: 10 * SECOND,
  failureThreshold: 3,
  successThreshold: 2,
  confirmMs: 0,
  stableMs: 5 * MINUTE,
  degradedMs: 500,
  latencyPercentile: 0.6,
  latencyWindow: 5,
}
export const unknown: Belief = {
  state: 'unknown',
  stateSince: null,
  failures: 0,
  successes: 0,
  streakStartedAt: null,
  latencies: [],
  flips: [],
  flappingUntil: null,
  lastCheckedAt: null,
  lastLatencyMs: null,
  lastReason: '',
}

export const samples: Record<string, Sample> = {
  o: { outcome: 'ok', latency_ms: 100, status: 200, reason: '' },
  s: { outcome: 'ok', latency_ms: 900, status: 200, reason: '' },
  f: { outcome: 'failed', latency_ms: 100, status: 503, reason: 'answered 503 instead of 2xx' },
  t: { outcome: 'failed', latency_ms: 9000, status: null, reason: 'no answer' },
  r: { outcome: 'refused', latency_ms: 0, status: null, reason: '10.0.0.1 is not allowed' },
}

const skips: Record<string, number> = { '|': 60 * MINUTE, '<': -10 * MINUTE, '>': 10 * MINUTE }

/** Plays a history of samples, one per letter, each when it is due; `|` is a long sleep, `<` and `>` set the clock by 10 minutes. */
export function play(history: string, probe: ProbeRules & Belief = { ...rules, ...unknown }) {
  const flips: string[] = []
  const times: number[] = []
  const changes: (Flip & { at: number })[] = []
  let believed = probe
  let at = 1_000_000_000_000
  for (const letter of history) {
    const skipped = skips[letter]
    if (skipped !== undefined) {
      at += skipped
      continue
    }
    const verdict = judge(believed, samples[letter]!, at)
    times.push(at)
    believed = Object.assign({}, believed, verdict.belief)
    if (verdict.flip) {
      const since = times.indexOf(verdict.flip.startedAt)
      changes.push({ ...verdict.flip, at })
      flips.push(`${verdict.flip.from}>${verdict.flip.to}@${since}`)
    }
    at = verdict.nextAt
  }
  return { flips, changes, believed, times, at }
}
