import { sql } from 'drizzle-orm'
import { components, componentStatusIntervals } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { startOfDay } from '../../domain/time.ts'
import type { Interval } from '../../domain/uptime.ts'
import type { ComponentStatus } from '../../domain/words.ts'

/** What became of a component, oldest first; what lies before `since` does not count. */
export type History = { since: number; intervals: Interval[] }

/** The status of components from a moment on. One query, however many they are. */
export async function loadIntervals(
  deps: Deps,
  componentIds: string[],
  from: number,
  timeZone: string,
): Promise<Map<string, History>> {
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
      return [id, { since, intervals: readIntervals(intervals) }]
    }),
  )
}

function readIntervals(text: string): Interval[] {
  const rows = JSON.parse(text) as [ComponentStatus, number, number | null][]
  return rows.map(([status, startedAt, endedAt]) => ({ status, startedAt, endedAt }))
}
