import type { ComponentPageView } from '../api/routes/views.ts'

type Point = ComponentPageView['latency'][number]

export const chartWidth = 600
export const chartHeight = 120

export type LatencyChart = {
  average: string
  p95: string
  /** The upper edge of the picture, a round number of milliseconds. */
  ceiling: number
  mean: number
  /** The slowest of the 95th percentiles. */
  worst: number
}

/** The lines of the response time; a gap stays a gap. */
export function drawLatency(points: Point[]): LatencyChart {
  const times = points.map(({ at }) => Date.parse(at))
  const first = times[0] ?? 0
  const span = Math.max(1, (times.at(-1) ?? 0) - first)
  const worst = Math.max(...points.map(({ p95_ms }) => p95_ms))
  const mean = points.reduce((sum, { average_ms }) => sum + average_ms, 0) / points.length
  const ceiling = roundUp(Math.max(1, worst))
  const gap = 2.5 * median(times.slice(1).map((at, index) => at - times[index]!))

  const line = (value: (point: Point) => number) =>
    points
      .map((point, index) => {
        const x = Math.round(((times[index]! - first) / span) * chartWidth)
        const y = Math.round(chartHeight - (value(point) / ceiling) * chartHeight)
        const broken = index === 0 || times[index]! - times[index - 1]! > gap
        return `${broken ? 'M' : 'L'}${x} ${y}`
      })
      .join('')
  return {
    average: line((point) => point.average_ms),
    p95: line((point) => point.p95_ms),
    ceiling,
    mean,
    worst,
  }
}

/** The next figure that reads well: 1, 1.2, 1.5, 2 and so on, times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value)!
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
