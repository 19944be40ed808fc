import { disruptionsOf } from '../../api/domain/disruptions.ts'
import { bucketOf, emptyBucket, mergeBuckets } from '../../api/domain/latency.ts'
import { seriesOf, spanNames, spans, windowOf, type Span } from '../../api/domain/response-times.ts'
import { HOUR, MINUTE } from '../../api/domain/time.ts'
import type { Interval } from '../../api/domain/uptime.ts'
import type { ComponentPageView, MonthView, SpanView } from '../../api/routes/component-views.ts'

const now = Date.parse('2026-11-21T02:05:00.000Z')
const iso = (at: number) => new Date(at).toISOString()

/** An outage since an hour, a maintenance the evening before, and nobody there for three hours in between. */
const intervals: Interval[] = [
  { status: 'partial_outage', startedAt: now - 53 * MINUTE, endedAt: null },
  { status: 'under_maintenance', startedAt: now - 8 * HOUR, endedAt: now - 6.5 * HOUR },
]
const asleep = [now - 15 * HOUR, now - 12 * HOUR] as const

/** Forty checks around a moment: a wave over the day, slower while something is wrong. */
function found(at: number) {
  const isDown = at > now - 53 * MINUTE
  const base = 90 + 45 * Math.sin(at / (3.5 * HOUR)) + (isDown ? 260 : 0)
  const noise = (index: number) => Math.sin((at / MINUTE) * (7 + index) + index) / 2
  const answers = Array.from({ length: 40 }, (_, index) => {
    if (isDown && index % 3 === 0)
      return { outcome: 'failed', latency_ms: 0, status: 503, reason: '' }
    const tail = index === 39 ? 3 + 2 * noise(3) : index > 36 ? 1.9 + noise(2) : 1 + index / 60
    return { outcome: 'ok', latency_ms: base * tail * (1 + noise(1) / 9), status: 200, reason: '' }
  })
  return answers
    .map((answer) => bucketOf(answer as Parameters<typeof bucketOf>[0]))
    .reduce(mergeBuckets, emptyBucket)
}

export function spanView(span: Span): SpanView {
  const { step } = spans[span]
  const { from, until } = windowOf(span, now)
  const buckets = Array.from({ length: (until - from) / step }, (_, index) => from + index * step)
    .filter((at) => at < asleep[0] || at >= asleep[1])
    .filter((at) => at <= now && at > now - 80 * 24 * HOUR)
    .map((at) => ({ at, bucket: found(at) }))
  const series = seriesOf(span, buckets, now)
  const of = (key: 'p50_ms' | 'p95_ms' | 'p99_ms' | 'error_rate') =>
    series.points.map((point) => point?.[key] ?? null)
  return {
    span,
    from: iso(series.from),
    until: iso(series.until),
    step_s: step / 1000,
    p50_ms: of('p50_ms'),
    p95_ms: of('p95_ms'),
    p99_ms: of('p99_ms'),
    error_rate: of('error_rate'),
    total: series.total,
    rows: series.rows.map(({ at, ...row }) => ({ ...row, at: iso(at) })),
    disruptions: disruptionsOf(intervals, series, now).map((one) => ({
      status: one.status,
      from: iso(one.from),
      until: iso(one.until),
    })),
  }
}

export const responseTimes: NonNullable<ComponentPageView['response_times']> = {
  probe: 'checkout-page',
  spans: spanNames.map(spanView),
  others: [
    {
      probe: 'checkout-port',
      spans: spanNames.map((span) => ({ span, total: spanView(span).total })),
    },
  ],
}

const quietMonth = {
  fixed: true,
  uptime: 100,
  verdict: 'kept',
  operational_s: 30 * 86_400,
  degraded_s: 0,
  partial_s: 0,
  major_s: 0,
  maintenance_s: 0,
  no_data_s: 0,
} as const

export const months: MonthView[] = [
  { ...quietMonth, month: '2026-08', operational_s: 18 * 86_400, no_data_s: 13 * 86_400 },
  { ...quietMonth, month: '2026-09', maintenance_s: 7200, degraded_s: 5400 },
  {
    ...quietMonth,
    month: '2026-10',
    uptime: 99.852,
    verdict: 'missed',
    major_s: 3900,
    partial_s: 60,
  },
  { ...quietMonth, month: '2026-11', fixed: false, uptime: 99.95, partial_s: 3900 },
]
