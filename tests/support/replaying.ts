import { judge, withhold } from '../../api/domain/judging.ts'
import { areCanariesSilent } from '../../api/domain/own-fault.ts'
import { isAnswered, type Sample } from '../../api/domain/probe.ts'
import { HOUR, MINUTE, SECOND } from '../../api/domain/time.ts'
import type { Stretch, Trace } from '../api/domain/traces/trace.ts'
import { rules, unknown } from './judged.ts'

const MIDNIGHT = Date.parse('2026-11-21T00:00:00Z')
const gravity = { unknown: 0, up: 0, degraded: 1, down: 2 }

/** Plays a recorded day through the judge, asking whenever it wants to. */
export function replay(trace: Trace) {
  const probe = { ...rules, ...trace.rules, ...unknown }
  const random = randomFrom(trace.seed)
  const flips: string[] = []
  const delays: number[] = []
  const noticed = new Set<Stretch>()
  let [samples, falseAlarms] = [0, 0]
  let firstBad = null as { stretch: Stretch; at: number } | null
  for (let at = MIDNIGHT; at < MIDNIGHT + 24 * HOUR;) {
    const stretch = stretchAt(trace, at)
    if (stretch.isAsleep) {
      at += SECOND
      continue
    }
    const sample = sampleOf(stretch, at, random)
    if (isBad(sample, stretch) && firstBad?.stretch !== stretch) firstBad = { stretch, at }
    const verdict = judgeWithCanaries(probe, sample, at, stretch)
    samples++
    const { flip } = verdict
    if (flip && flip.from !== 'unknown') {
      flips.push(`${clock(at)} ${flip.from}>${flip.to} ${clock(flip.startedAt)}`)
      if (gravity[flip.to] > gravity[flip.from]) {
        if (gravity[flip.to] > gravity[stretch.truth]) falseAlarms++
        if (firstBad?.stretch === stretch && !noticed.has(stretch))
          delays.push((at - firstBad.at) / probe.recheckMs)
        noticed.add(stretch)
      }
    }
    Object.assign(probe, verdict.belief)
    at = verdict.nextAt
  }
  return { flips, delays, samples, falseAlarms, state: probe.state }
}

function judgeWithCanaries(
  probe: Parameters<typeof judge>[0],
  sample: Sample,
  at: number,
  { isOffline }: Stretch,
) {
  const verdict = judge(probe, sample, at)
  if (verdict.flip?.to !== 'down' || isAnswered(sample)) return verdict
  const canaries = [{ host: 'canary.example', sample: isOffline ? silence : good(50) }]
  return areCanariesSilent('target.example', canaries)
    ? withhold(probe, sample.reason, at)
    : verdict
}

function stretchAt({ day }: Trace, at: number): Stretch {
  const now = clock(at)
  return day.findLast(({ from }) => `${from}:00` <= now)!
}

function sampleOf(stretch: Stretch, at: number, random: () => number): Sample {
  const { failing = 0, silent, spiking = 0, latency = 120, scatter = 0, pulse, isOffline } = stretch
  // All are drawn each time: the same seed means the same day, whatever comes of it.
  const [luck, spread, spike] = [random(), random(), random()]
  if (isOffline) return silence
  const second = ((at - MIDNIGHT) / SECOND) % ((pulse?.good_s ?? 0) + (pulse?.bad_s ?? 0) || 1)
  if (luck < failing || (pulse && second >= pulse.good_s)) return silent ? silence : failure
  if (spike < spiking) return good(5 * latency)
  return good(Math.round(latency * (1 + scatter * (spread - 0.5) * 2)))
}

function isBad(sample: Sample, { truth }: Stretch): boolean {
  return truth !== 'up' && (sample.outcome === 'failed' || truth === 'degraded')
}

const silence: Sample = { outcome: 'failed', latency_ms: 5000, status: null, reason: 'no answer' }
const failure: Sample = { outcome: 'failed', latency_ms: 80, status: 503, reason: 'answered 503' }

function good(latency_ms: number): Sample {
  return { outcome: 'ok', latency_ms: Math.max(1, latency_ms), status: 200, reason: '' }
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed * MINUTE
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
