import { and, asc, eq, gte, sql } from 'drizzle-orm'
import { components, componentStatusIntervals, probes, sampleBuckets } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { averageOf, percentileOf, readHistogram } from '../../domain/latency.ts'
import { addDays, DAY, dayOf, startOfDay } from '../../domain/time.ts'
import type { ComponentStatus } from '../../domain/words.ts'
import { calendar, daysOf, uptimeOf, type Day, type Interval } from '../../domain/uptime.ts'

const DAYS = 90

export type Uptime = { days: Omit<Day, 'operational_s'>[]; uptime: number | null }

/** The last 90 days of components, today last, cut in the page's time zone. One query, however many they are. */
export async function loadDays(
  deps: Deps,
  componentIds: string[],
  timeZone: string,
): Promise<Map<string, Uptime>> {
  const now = deps.clock.now()
  const today = dayOf(now, timeZone)
  const days = calendar(addDays(today, 1 - DAYS), today, timeZone)
  const from = days[0]!.start
  // Intervals follow one another: the first that matters is the last that began before. They come as one row per
  // component, because a row per interval would cost ten times as much to read.
  const rows = await deps.db.all<{ id: string; start_date: string | null; intervals: string }>(sql`
    SELECT c.id, c.start_date, (
      SELECT json_group_array(json_array(i.status, i.started_at, i.ended_at))
      FROM (
        SELECT * FROM ${componentStatusIntervals} each
        WHERE each.component_id = c.id AND each.started_at >= coalesce((
          SELECT max(earlier.started_at) FROM ${componentStatusIntervals} earlier
          WHERE earlier.component_id = c.id AND earlier.started_at <= ${from}), 0)
        ORDER BY each.started_at, each.id) i
    ) AS intervals
    FROM ${components} c
    WHERE c.id IN (SELECT value FROM json_each(${JSON.stringify(componentIds)}))`)
  return new Map(
    rows.map(({ id, start_date, intervals }) => {
      const since = start_date ? startOfDay(start_date, timeZone) : 0
      const exact = daysOf(readIntervals(intervals), days, { since, now })
      return [id, { days: exact.map(inWholeSeconds), uptime: uptimeOf(exact) }]
    }),
  )
}

function readIntervals(text: string): Interval[] {
  const rows = JSON.parse(text) as [ComponentStatus, number, number | null][]
  return rows.map(([status, startedAt, endedAt]) => ({ status, startedAt, endedAt }))
}

function inWholeSeconds({ date, status, uptime, ...seconds }: Day): Uptime['days'][number] {
  return {
    date,
    status,
    uptime,
    degraded_s: Math.round(seconds.degraded_s),
    partial_s: Math.round(seconds.partial_s),
    major_s: Math.round(seconds.major_s),
    maintenance_s: Math.round(seconds.maintenance_s),
  }
}

/** The last 24 hours of the first probe of a component, in steps of 5 minutes, newest last. */
export async function loadLatency(
  deps: Deps,
  componentId: string,
): Promise<{ at: string; average_ms: number; p95_ms: number }[]> {
  const first = deps.db
    .select({ id: probes.id })
    .from(probes)
    .where(eq(probes.componentId, componentId))
    .orderBy(asc(probes.createdAt), asc(probes.id))
    .limit(1)
  const rows = await deps.db
    .select()
    .from(sampleBuckets)
    .where(
      and(
        eq(sampleBuckets.probeId, first),
        eq(sampleBuckets.resolution, 300),
        gte(sampleBuckets.startedAt, deps.clock.now() - DAY),
      ),
    )
    .orderBy(asc(sampleBuckets.startedAt))
  return rows.flatMap(({ startedAt, ...row }) => {
    const bucket = { ...row, histogram: readHistogram(row.histogram) }
    const [average, p95] = [averageOf(bucket), percentileOf(bucket, 0.95)]
    if (average === null || p95 === null) return []
    return [{ at: new Date(startedAt).toISOString(), average_ms: average, p95_ms: p95 }]
  })
}
