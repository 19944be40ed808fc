import { eq } from 'drizzle-orm'
import { components, groups } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY, MINUTE } from '../../domain/time.ts'
import { fullName, inPageOrder } from '../components/components.ts'
import { iso, isoOrNull } from '../page.ts'
import { findSeries, plannedOf, type Series } from './occurrences.ts'
import { assertRecurrence, nextStarts, type Recurrence } from './recurrence.ts'
import { listSeries } from './series.ts'

export type SeriesView = Awaited<ReturnType<typeof seriesView>>

/** Series as operators see them. */
export async function seriesViews(deps: Deps): Promise<SeriesView[]> {
  return Promise.all((await listSeries(deps)).map((series) => viewOf(deps, series)))
}

export async function seriesView(deps: Deps, id: string) {
  return viewOf(deps, await findSeries(deps, id))
}

async function viewOf(deps: Deps, series: Series) {
  const named = await deps.db
    .select({ id: components.id, name: components.name, groupName: groups.name })
    .from(components)
    .leftJoin(groups, eq(groups.id, components.groupId))
    .orderBy(...inPageOrder)
  const planned = await plannedOf(deps, series.id)
  return {
    id: series.id,
    name: series.name,
    body: series.body,
    components: named
      .filter(({ id }) => series.componentIds.includes(id))
      .map(({ id, name, groupName }) => ({ id, name: fullName(name, groupName) })),
    starts: series.startsLocal,
    time_zone: series.timeZone,
    rrule: series.rrule,
    duration_min: series.durationMs / MINUTE,
    remind_before_min: series.remindMs === null ? null : series.remindMs / MINUTE,
    auto_start: series.autoStart,
    auto_complete: series.autoComplete,
    tells: series.tells,
    ended_at: isoOrNull(series.endedAt),
    planned: planned.map(({ id, name, scheduledFor, scheduledUntil, occursAt }) => ({
      id,
      name,
      scheduled_for: iso(scheduledFor),
      scheduled_until: iso(scheduledUntil),
      occurs_at: iso(occursAt),
    })),
    created_at: iso(series.createdAt),
    updated_at: iso(series.updatedAt),
  }
}

const AHEAD = 20 * 366 * DAY

/** The next occurrences of what may become a series; refused where that would be. */
export function previewOf(
  deps: Deps,
  recurrence: Recurrence & { durationMs: number },
  count: number,
) {
  const now = deps.clock.now()
  assertRecurrence(recurrence, recurrence.durationMs, now)
  return nextStarts(recurrence, now, now + AHEAD, count).map((start) => ({
    scheduled_for: iso(start),
    scheduled_until: iso(start + recurrence.durationMs),
  }))
}

/** The next occurrences of a series, whether they are planned or not; none once it has ended. */
export async function previewOfSeries(deps: Deps, id: string, count: number) {
  const series = await findSeries(deps, id)
  return series.endedAt === null ? previewOf(deps, series, count) : []
}
