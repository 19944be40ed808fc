import { sql, type SQL } from 'drizzle-orm'
import { announcements, incidents } from '../../../db/schema.ts'
import { natures } from '../../domain/announcement.ts'
import { weights } from '../../domain/audience.ts'

/** What the rows say of whom an operator spared an announcement. */
export const stopped = { code: 'stopped', reason: 'stopped by an operator' }

/** What becomes of a delivery of `a` to `s` that still waits; null while it may be told. */
export function withdrawal(): SQL {
  return sql`CASE WHEN a.stopped_at IS NOT NULL THEN 'skipped' WHEN ${isSuperseded()} THEN 'superseded' END`
}

/**
 * Whether the announcement `a` is stale for the subscriber `s`: a newer word on the same incident reaches them too, the
 * incident is over, or went on without words. What they will hear no newer word of is news to them still.
 */
export function isSuperseded(): SQL {
  return sql`(a.superseded_at IS NOT NULL AND (
    NOT EXISTS (SELECT 1 FROM ${announcements} n WHERE ${isNewer} AND n.created_at <= a.superseded_at)
    OR (a.kind NOT IN (SELECT value FROM json_each(${JSON.stringify(endings)})) AND EXISTS (
      SELECT 1 FROM ${incidents} i WHERE i.id = a.incident_id AND i.resolved_at IS NOT NULL))
    OR EXISTS (
      SELECT 1 FROM ${announcements} n JOIN json_each(${JSON.stringify(kinds)}) k ON k.value ->> 0 = n.kind
      WHERE ${isNewer} AND (${follows} OR ${hears}))))`
}

const kinds = Object.entries(natures).map(([kind, { event, phase }]) => [kind, event, phase])
const endings = kinds.filter(([, , phase]) => phase === 'end').map(([kind]) => kind)

const isNewer = sql`n.incident_id = a.incident_id AND n.rowid > a.rowid`

const follows = sql`instr(s.preferences, '"' || a.incident_id || '"') > 0`

/** `isTold`, but for components: an incident only ever affects more of them. */
const hears = sql`(
  NOT s.preferences ->> '$.only_incidents'
  AND instr(s.preferences ->> '$.events', '"' || (k.value ->> 1) || '"') > 0
  AND (s.preferences ->> '$.updates' = 'all' OR k.value ->> 2 <> 'middle')
  AND ${weightOf(sql`n.impact`)} >= ${weightOf(sql`s.preferences ->> '$.min_impact'`)})`

function weightOf(impact: SQL): SQL {
  return sql`instr(${Object.keys(weights).join(' ')}, ${impact})`
}
