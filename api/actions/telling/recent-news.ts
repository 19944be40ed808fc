import { sql, type SQL } from 'drizzle-orm'
import { announcements, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY } from '../../domain/time.ts'

/**
 * The announcements `a` of what is open or recent, with their incidents `i`; none that an operator stopped. Some are given
 * up only when it is too late, so a day more than they may be told.
 */
export function recentNews(now: number): SQL {
  return sql`(
    SELECT id, name, ${wasStopped} AS was_stopped FROM ${incidents} WHERE resolved_at IS NULL
    UNION SELECT id, name, ${wasStopped} FROM ${incidents} WHERE started_at > ${now - 30 * DAY}) i
    CROSS JOIN ${announcements} a ON a.incident_id = i.id AND a.expires_at > ${now - DAY}
      AND a.folded_at IS NULL AND a.stopped_at IS NULL`
}

/** Asked once of an incident, so that nobody need be asked one by one where nothing was stopped. */
const wasStopped = sql`EXISTS (
  SELECT 1 FROM ${announcements} n WHERE n.incident_id = ${incidents}.id AND n.stopped_at IS NOT NULL)`

/** The incidents of recent news, whatever became of them. */
export async function recentlyTold(deps: Deps): Promise<string[]> {
  const rows = await deps.db.all<{ id: string }>(
    sql`SELECT DISTINCT i.id AS id FROM ${recentNews(deps.clock.now())}`,
  )
  return rows.map(({ id }) => id)
}
