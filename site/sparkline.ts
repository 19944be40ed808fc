import type { RecentLatencyView } from '../api/routes/probe-latency.ts'
import { millis, type At, type Voice } from './voice.ts'

type Points = RecentLatencyView['points']

export const lineWidth = 120
export const lineHeight = 24

const DAY = 86_400_000
/** Wider than the widest step of the points: nobody looked. */
const GAP = 5_400_000

export type Sparkline = { line: string; failures: string }

/** A day of a probe in a line as small as a word, drawn from zero; ticks below stand where checks failed. */
export function drawSparkline(points: Points, now: At): Sparkline {
  const begin = millis(now) - DAY
  const place = (at: number) => Math.round(Math.max(0, ((at - begin) / DAY) * lineWidth) * 10) / 10
  const timed = points.filter(({ average_ms }) => average_ms !== null)
  const ceiling = Math.max(1, ...timed.map(({ average_ms }) => average_ms!))
  let before = -Infinity
  const line = timed.map(({ at, average_ms }) => {
    const when = Date.parse(at)
    const y = Math.round((lineHeight - 6 - (average_ms! / ceiling) * (lineHeight - 8)) * 10) / 10
    const step = when - before > GAP ? 'M' : 'L'
    before = when
    return `${step}${place(when)} ${y}`
  })
  const failures = points
    .filter(({ failed }) => failed > 0)
    .map(({ at }) => `M${place(Date.parse(at))} ${lineHeight - 4}v4`)
  return { line: line.join(''), failures: failures.join('') }
}

/** The same in a sentence. */
export function saySparkline(points: Points, { say, milliseconds, number }: Voice): string {
  const times = points.flatMap(({ average_ms }) => average_ms ?? [])
  const failed = points.reduce((sum, point) => sum + point.failed, 0)
  const line =
    times.length === 0
      ? say('probes.line.none')
      : say('probes.line', {
          from: milliseconds(Math.min(...times)),
          to: milliseconds(Math.max(...times)),
        })
  const failures =
    failed === 0
      ? say('probes.line.well')
      : say('probes.line.failed', { n: failed, count: number(failed) })
  return `${line}, ${failures}`
}
