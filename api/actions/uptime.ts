import { and, asc, eq, gte, inArray, sql } from 'drizzle-orm'
import { components, componentStatusIntervals, probes, sampleBuckets } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { averageOf, percentileOf, readHistogram } from '../domain/latency.ts'
import { addDays, DAY, dayOf, startOfDay } from '../domain/time.ts'
import { calendar, daysOf, uptimeOf, type Day, type Interval } from '../domain/uptime.ts'

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
  const rows = await deps.db
    .select({
      id: components.id,
      startDate: components.startDate,
      status: componentStatusIntervals.status,
      startedAt: componentStatusIntervals.startedAt,
      endedAt: componentStatusIntervals.endedAt,
    })
    .from(components)
    .leftJoin(
      componentStatusIntervals,
      and(
        eq(componentStatusIntervals.componentId, components.id),
        // Intervals follow one another: the first that matters is the last that began before.
        sql`${componentStatusIntervals.startedAt} >= coalesce((
          SELECT max(started_at) FROM ${componentStatusIntervals} earlier
          WHERE earlier.component_id = ${components.id} AND earlier.started_at <= ${from}), 0)`,
      ),
    )
    .where(inArray(components.id, componentIds))
    .orderBy(
      asc(components.id),
      asc(componentStatusIntervals.startedAt),
      asc(componentStatusIntervals.id),
    )
  const found = new Map<string, { since: number; intervals: Interval[] }>()
  for (const { id, startDate, status, startedAt, endedAt } of rows) {
    const since = startDate ? startOfDay(startDate, timeZone) : 0
    const component = found.get(id) ?? { since, intervals: [] }
    found.set(id, component)
    if (status && startedAt !== null) component.intervals.push({ status, startedAt, endedAt })
  }
  return new Map(
    [...found].map(([id, { since, intervals }]) => {
      const exact = daysOf(intervals, days, { since, now })
      return [id, { days: exact.map(inWholeSeconds), uptime: uptimeOf(exact) }]
    }),
  )
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
