import type { ComponentStatus } from '../../api/domain/words.ts'
import type { SpanView } from '../../api/routes/component-views.ts'
import { middleOf } from '../uptime.ts'
import { barsPath, linePath } from './paths.ts'
import { quantile, ticksUpTo } from './scale.ts'
import { timeTicks } from './times.ts'

/** Heights in CSS pixels; across, a unit is a step. */
export const plotHeight = 144
export const laneHeight = 24

/** A response time as a picture: every number in it is a coordinate. */
export type ResponseChart = {
  steps: number
  lines: { p50: string; p95: string; p99: string }
  /** Empty where nothing failed. */
  errors: string
  /** The steps in which a component was not well; marked as in the days of its uptime, so that one legend serves both. */
  troubles: { status: ComponentStatus; band: string; mark: string }[]
  scale: { value: number; y: number }[]
  /** `x` in percent of the width. */
  times: { label: string; x: number }[]
  /** The slowest, where it is beyond the upper edge. */
  beyond: number | null
  hasGaps: boolean
}

export function drawResponseTimes(
  view: SpanView,
  { locale, timeZone }: { locale: string; timeZone: string },
): ResponseChart {
  const steps = view.p50_ms.length
  const [p95, p99] = [known(view.p95_ms), known(view.p99_ms)]
  // A few slow answers among thousands must not press everything else flat.
  const ticks = ticksUpTo(Math.max(1, ...p95, quantile(p99, 0.95)))
  const ceiling = ticks.at(-1)!
  const slowest = Math.max(0, ...p99)
  const heightOf = (value: number) =>
    Math.round(plotHeight * (1 - Math.min(value, ceiling) / ceiling))
  return {
    steps,
    lines: {
      p50: linePath(view.p50_ms, heightOf),
      p95: linePath(view.p95_ms, heightOf),
      p99: linePath(view.p99_ms, heightOf),
    },
    errors: barsPath(view.error_rate, laneHeight, (rate) =>
      Math.max(2, Math.round((rate / 100) * laneHeight)),
    ),
    troubles: troublesOf(view),
    scale: ticks.map((value) => ({ value, y: heightOf(value) })),
    times: timesOf(view, locale, timeZone),
    beyond: slowest > ceiling ? slowest : null,
    hasGaps: view.p50_ms.slice(view.p50_ms.findIndex(isKnown)).some((value) => !isKnown(value)),
  }
}

const isKnown = (value: number | null) => value !== null
const known = (values: (number | null)[]) => values.filter((value) => value !== null)

function troublesOf({ from, step_s, disruptions }: SpanView): ResponseChart['troubles'] {
  const start = Date.parse(from)
  const stepOf = (at: string) => Math.round((Date.parse(at) - start) / 1000 / step_s)
  const statuses = [...new Set(disruptions.map(({ status }) => status))]
  return statuses.map((status) => {
    const parts = disruptions
      .filter((one) => one.status === status)
      .map((one) => [stepOf(one.from), stepOf(one.until)] as const)
    return {
      status,
      band: parts.map(([a, b]) => `M${a} 0h${b - a}v${plotHeight}h${a - b}z`).join(''),
      mark: parts.map(([a, b]) => `M${a} ${middleOf(status)}H${b}`).join(''),
    }
  })
}

/** Labels at the very edges would hang over them. */
const EDGE = 3

function timesOf(view: SpanView, locale: string, timeZone: string) {
  const start = Date.parse(view.from)
  const length = Date.parse(view.until) - start
  return timeTicks(view, locale, timeZone)
    .map(({ at, label }) => ({ label, x: Math.round(((at - start) / length) * 1000) / 10 }))
    .filter(({ x }) => x >= EDGE && x <= 100 - EDGE)
}
