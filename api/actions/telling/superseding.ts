import { sql, type SQL } from 'drizzle-orm'
import {
  announcements,
  batches,
  components,
  deliveries,
  incidents,
  subscribers,
} from '../../../db/schema.ts'
import { natures } from '../../domain/announcement.ts'
import { weights } from '../../domain/audience.ts'
import type { AnnouncementKind, DeliveryState, Phase } from '../../domain/words.ts'

/** What the rows say of whom an operator spared an announcement. */
export const stopped = { code: 'stopped', reason: 'stopped by an operator' }

/** What becomes of a delivery of `a` to `s` that still waits; null while it may be told. */
export function withdrawal(): SQL {
  return sql`CASE WHEN a.stopped_at IS NOT NULL THEN 'skipped' WHEN ${isSuperseded()} THEN 'superseded' END`
}

/**
 * Whether the announcement `a` is stale for the subscriber `s`: a newer word on the same incident reaches them too, the
 * incident is over, or it became untrue without words. What they will hear no newer word of is news to them still.
 */
export function isSuperseded(): SQL {
  return sql`(a.superseded_at IS NOT NULL AND (
    a.outdated_at IS NOT NULL
    OR (a.kind NOT IN (SELECT value FROM json_each(${JSON.stringify(endings)})) AND EXISTS (
      SELECT 1 FROM ${incidents} i WHERE i.id = a.incident_id AND i.resolved_at IS NOT NULL))
    OR EXISTS (
      SELECT 1 FROM ${announcements} n
      WHERE ${isNewer} AND (${follows} OR ${hears}))))`
}

/**
 * For counting deliveries `d` of `a` that are news still: joined and grouped like this, the question is put once to all who
 * chose the same, and to nobody where no newer word is. Whom a word reached before it was stopped is asked of each.
 */
export const receiver = sql`${subscribers} s ON a.superseded_at IS NOT NULL AND s.seq = d.subscriber_seq`

export function alike(wasStopped: SQL): SQL {
  return sql`a.id, s.preferences, CASE WHEN ${wasStopped} THEN s.seq END HAVING NOT ${isSuperseded()}`
}

const kinds = Object.entries(natures).map(([kind, nature]) => ({
  kind: kind as AnnouncementKind,
  ...nature,
}))
const kindsOf = (phase: Phase) => kinds.filter((one) => one.phase === phase).map(({ kind }) => kind)
export const endings = kindsOf('end')
const middles = kindsOf('middle')

/** Spelled out: a list to look it up in costs twenty times as much, and this is asked of everybody. */
const eventOfKind = sql`CASE n.kind ${sql.join(
  kinds.map(({ kind, event }) => sql`WHEN ${kind} THEN ${event}`),
  sql` `,
)} END`

const comesLater = sql`n.incident_id = a.incident_id AND n.rowid > a.rowid`

/** After these the words before them are true no more, whoever heard of it. */
const changesOfTime: AnnouncementKind[] = [
  'maintenance_moved',
  'maintenance_extended',
  'maintenance_started',
]

const perhapsHeard: DeliveryState[] = ['accepted', 'delayed', 'delivered', 'complained', 'unknown']

/** Whether `s` may have heard `n`. */
const reached = sql`EXISTS (
  SELECT 1 FROM ${deliveries} r LEFT JOIN ${batches} sent ON sent.id = r.batch_id
  WHERE r.announcement_id = n.id AND r.subscriber_seq = s.seq AND (
    r.state IN (${list(perhapsHeard)}) OR (r.state = 'sending' AND sent.first_sent_at IS NOT NULL)))`

/** Whom a word did not reach before an operator stopped it still wait for the one before it. */
const isNewer = sql`${comesLater} AND (
  n.stopped_at IS NULL OR n.kind IN (${list(changesOfTime)}) OR ${reached})`

const follows = sql`instr(s.preferences, '"' || a.incident_id || '"') > 0`

const chosenGroups = sql`s.preferences ->> '$.groups'`
const chosenComponents = sql`s.preferences ->> '$.components'`

/**
 * The components of `n` are theirs. What is about the same as `a` is so at once, except to whoever chose groups: a component
 * may have left theirs.
 */
const concerns = sql`(
  ${chosenGroups} = '[]' AND (n.component_ids = a.component_ids OR ${chosenComponents} = '[]')
  OR n.component_ids = '[]'
  OR EXISTS (
    SELECT 1 FROM json_each(n.component_ids) one
    WHERE instr(${chosenComponents}, '"' || one.value || '"') > 0
      OR ${chosenGroups} <> '[]' AND instr(${chosenGroups}, '"' || (
        SELECT c.group_id FROM ${components} c WHERE c.id = one.value) || '"') > 0))`

/** `isTold` of whoever is told of `a` already: no newer word is the beginning to them. */
const hears = sql`(
  NOT s.preferences ->> '$.only_incidents'
  AND instr(s.preferences ->> '$.events', '"' || ${eventOfKind} || '"') > 0
  AND (s.preferences ->> '$.updates' = 'all' OR n.kind NOT IN (SELECT value FROM json_each(${JSON.stringify(middles)})))
  AND ${weightOf(sql`n.impact`)} >= ${weightOf(sql`s.preferences ->> '$.min_impact'`)}
  AND ${concerns})`

function weightOf(impact: SQL): SQL {
  return sql`instr(${Object.keys(weights).join(' ')}, ${impact})`
}

function list(words: string[]): SQL {
  return sql.join(
    words.map((word) => sql`${word}`),
    sql`, `,
  )
}
