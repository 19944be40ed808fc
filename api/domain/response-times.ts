import { emptyBucket, mergeBuckets, percentileOf, type Bucket } from './latency.ts'
import { DAY, HOUR, MINUTE } from './time.ts'

/**
 * What is told of response times: how far back, how long each point lasts, and the rows of the table beside it. All begin
 * at full hours, days, Mondays and months of UTC, because that is how samples are folded.
 */
export const spans = {
  '24h': { length: DAY, step: 5 * MINUTE, row: 'hour' },
  '7d': { length: 7 * DAY, step: HOUR, row: 'day' },
  '30d': { length: 30 * DAY, step: 4 * HOUR, row: 'day' },
  '90d': { length: 90 * DAY, step: DAY, row: 'week' },
  '365d': { length: 365 * DAY, step: DAY, row: 'month' },
} as const
export type Span = keyof typeof spans
export const spanNames = Object.keys(spans) as Span[]

type RowLength = (typeof spans)[Span]['row']

/** A bucket and the moment it begins. */
export type Dated = { at: number; bucket: Bucket }

/** `error_rate` is 0 to 100; null where nothing was asked, or nothing was answered well. */
export type Figures = {
  checks: number
  failed: number
  p50_ms: number | null
  p95_ms: number | null
  p99_ms: number | null
  error_rate: number | null
}

export type Series = {
  from: number
  until: number
  step: number
  /** One per step; null where nothing was asked. */
  points: (Figures | null)[]
  total: Figures
  /** The same summed up in longer rows, oldest first, without those in which nothing was asked. */
  rows: (Figures & { at: number })[]
}

/** The steps of a span end with the one that is under way. */
export function windowOf(span: Span, now: number): { from: number; until: number } {
  const { length, step } = spans[span]
  const until = (Math.floor(now / step) + 1) * step
  return { from: until - length, until }
}

/** Buckets are folded into longer ones only when they are finished: what is not folded yet stands in for them. */
export function continued(coarse: Dated[], fine: Dated[], resolution: number): Dated[] {
  const there = new Set(coarse.map(({ at }) => at))
  return [...coarse, ...fine.filter(({ at }) => !there.has(at - (at % resolution)))]
}

export function seriesOf(span: Span, buckets: Dated[], now: number): Series {
  const { step, row } = spans[span]
  const { from, until } = windowOf(span, now)
  const steps: (Bucket | undefined)[] = Array.from({ length: (until - from) / step })
  for (const { at, bucket } of buckets)
    if (at >= from && at < until) add(steps, Math.floor((at - from) / step), bucket)
  const rows: Record<number, Bucket | undefined> = {}
  const whole: (Bucket | undefined)[] = []
  steps.forEach((bucket, index) => {
    if (!bucket) return
    add(rows, startOfRow(from + index * step, row), bucket)
    add(whole, 0, bucket)
  })
  return {
    from,
    until,
    step,
    points: steps.map((bucket) => (bucket ? figuresOf(bucket) : null)),
    total: figuresOf(whole[0] ?? emptyBucket),
    rows: Object.entries(rows)
      .map(([at, bucket]) => ({ at: Number(at), ...figuresOf(bucket!) }))
      .toSorted((a, b) => a.at - b.at),
  }
}

function add(to: Record<number, Bucket | undefined>, key: number, bucket: Bucket): void {
  const there = to[key]
  to[key] = there ? mergeBuckets(there, bucket) : bucket
}

function figuresOf(bucket: Bucket): Figures {
  const checks = bucket.ok + bucket.failed
  return {
    checks,
    failed: bucket.failed,
    p50_ms: percentileOf(bucket, 0.5),
    p95_ms: percentileOf(bucket, 0.95),
    p99_ms: percentileOf(bucket, 0.99),
    error_rate: checks === 0 ? null : Math.round((bucket.failed / checks) * 1e5) / 1e3,
  }
}

/** 1 January 1970 was a Thursday. */
const THURSDAY = 3 * DAY

function startOfRow(at: number, row: RowLength): number {
  if (row === 'hour') return at - (at % HOUR)
  if (row === 'day') return at - (at % DAY)
  if (row === 'week') return at - ((at + THURSDAY) % (7 * DAY))
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}
