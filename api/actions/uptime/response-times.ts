import { asc, eq, sql } from 'drizzle-orm'
import { probes, sampleBuckets } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { disruptionsOf } from '../../domain/disruptions.ts'
import { readHistogram } from '../../domain/latency.ts'
import { isAsked } from '../../domain/question.ts'
import {
  continued,
  seriesOf,
  spanNames,
  windowOf,
  type Dated,
  type Figures,
  type Series,
  type Span,
} from '../../domain/response-times.ts'
import { DAY, HOUR, SECOND } from '../../domain/time.ts'
import type { Interval } from '../../domain/uptime.ts'
import { iso } from '../page.ts'
import type { History } from './intervals.ts'

/** What a probe found, by span. */
export type ProbeTimes = { probe: string; spans: SpanView[] }
type SpanView = ReturnType<typeof spanView>

/**
 * What each probe of a component found, the one that was made first before the others. Jobs and meters that report by
 * themselves have no response times.
 */
export async function loadResponseTimes(
  deps: Deps,
  componentId: string,
  { since, intervals }: History,
): Promise<ProbeTimes[]> {
  const now = deps.clock.now()
  const known = intervals.filter(({ endedAt }) => (endedAt ?? now) > since)
  const rows = await deps.db
    .select({ id: probes.id, key: probes.key, kind: probes.kind })
    .from(probes)
    .where(eq(probes.componentId, componentId))
    .orderBy(asc(probes.createdAt), asc(probes.id))
  const asked = rows.filter(({ kind }) => isAsked(kind))
  if (asked.length === 0) return []
  const levels = await deps.db.batch(
    asked.flatMap(({ id }) => [
      bucketsOf(deps, id, 300, windowOf('24h', now).from),
      bucketsOf(deps, id, 3600, windowOf('30d', now).from),
      bucketsOf(deps, id, 86_400, windowOf('365d', now).from),
    ]) as [ReturnType<typeof bucketsOf>],
  )
  return asked.map(({ key }, index) => {
    const [fine, hourly, daily] = levels.slice(3 * index, 3 * index + 3).map(read)
    const buckets = bucketsBySpan(fine!, hourly!, daily!)
    return {
      probe: key,
      spans: spanNames.map((span) =>
        spanView(span, seriesOf(span, buckets[span], now), known, now),
      ),
    }
  })
}

/** One row per level: a row per bucket would cost several times as much to read. */
function bucketsOf(deps: Deps, probeId: string, resolution: number, from: number) {
  return deps.db.all<{ buckets: string }>(sql`
    SELECT json_group_array(json_array(started_at, ok, failed, latency_sum, latency_max, histogram)) AS buckets
    FROM ${sampleBuckets}
    WHERE probe_id = ${probeId} AND resolution = ${resolution} AND started_at >= ${from}`)
}

type Row = [at: number, ok: number, failed: number, sum: number, max: number, histogram: string]

function read([row]: { buckets: string }[]): Dated[] {
  return (JSON.parse(row!.buckets) as Row[]).map(([at, ok, failed, sum, max, histogram]) => ({
    at,
    bucket: { ok, failed, latencySum: sum, latencyMax: max, histogram: readHistogram(histogram) },
  }))
}

function bucketsBySpan(fine: Dated[], hourly: Dated[], daily: Dated[]): Record<Span, Dated[]> {
  const byHour = continued(hourly, fine, HOUR)
  const byDay = continued(daily, byHour, DAY)
  return { '24h': fine, '7d': byHour, '30d': byHour, '90d': byDay, '365d': byDay }
}

function spanView(span: Span, series: Series, intervals: Interval[], now: number) {
  const told = (figure: keyof Figures) => series.points.map((point) => point?.[figure] ?? null)
  return {
    span,
    from: iso(series.from),
    until: iso(series.until),
    step_s: series.step / SECOND,
    p50_ms: told('p50_ms'),
    p95_ms: told('p95_ms'),
    p99_ms: told('p99_ms'),
    error_rate: told('error_rate'),
    total: series.total,
    rows: series.rows.map(({ at, ...figures }) => ({ at: iso(at), ...figures })),
    disruptions: disruptionsOf(intervals, series, now).map(({ status, from, until }) => ({
      status,
      from: iso(from),
      until: iso(until),
    })),
  }
}
