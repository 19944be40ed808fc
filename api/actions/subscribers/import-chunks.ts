import { sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import {
  announcements,
  deliveries,
  imports,
  subscribers,
  suppressions,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { digestDue } from '../../domain/audience.ts'
import { fateOf, type KnownAddress } from '../../domain/import-fate.ts'
import type { Consent } from '../../domain/subscription.ts'
import { DAY, MINUTE } from '../../domain/time.ts'
import { channels } from '../../domain/words.ts'
import { erasedHash } from './erasing.ts'
import type { Refused, Row } from './import-rows.ts'
import { skipPending } from './subscriber-rows.ts'

type Hashed = Row & { hash: string }
type Found = { known: KnownAddress; id: string; digestAt: string | null; timeZone: string }
type Chunk = { rows: (Hashed | Refused)[]; found: Map<string, Found> }

/** What becomes of the lines of one chunk. */
export type Outcomes = {
  /** With whether they have agreed. */
  fresh: (Hashed & { agreed: boolean })[]
  confirmed: (Hashed & Found)[]
  unchanged: number
  refused: Refused[]
}

/** What is known here of the addresses of a chunk, in one read. */
export async function knownOf(deps: Deps, lines: (Row | Refused)[]): Promise<Chunk> {
  const rows = await Promise.all(
    lines.map(async (row) =>
      'reason' in row
        ? row
        : { ...row, hash: await deps.secrets.hashAddress(row.channel, row.address) },
    ),
  )
  const asked = rows.flatMap((row) => ('reason' in row ? [] : [[row.channel, row.hash]]))
  if (asked.length === 0) return { rows, found: new Map() }
  const held = await deps.db.all<{
    channel: string
    hash: string
    id: string
    state: KnownAddress['state']
    suppression: KnownAddress['suppression']
    erased: number
    digestAt: string | null
    timeZone: string
  }>(sql`
    SELECT j.value ->> 0 AS channel, j.value ->> 1 AS hash, coalesce(s.id, '') AS id, s.state AS state,
      p.reason AS suppression, e.reason IS NOT NULL AS erased,
      s.preferences ->> '$.digest_at' AS digestAt, coalesce(s.time_zone, '') AS timeZone
    FROM json_each(${JSON.stringify(asked)}) j
    LEFT JOIN ${subscribers} s ON s.channel = j.value ->> 0 AND s.address_hash = j.value ->> 1
    LEFT JOIN ${suppressions} p ON p.channel = j.value ->> 0 AND p.address_hash = j.value ->> 1
    LEFT JOIN ${suppressions} e ON e.channel = j.value ->> 0 AND e.address_hash = ${erasedHash('')} || (j.value ->> 1)
    WHERE s.id IS NOT NULL OR p.reason IS NOT NULL OR e.reason IS NOT NULL`)
  const found = held.map(({ channel, hash, state, suppression, erased, ...one }) => {
    const known = { state, suppression, isErased: Number(erased) === 1 }
    return [`${channel}:${hash}`, { ...one, known }] as const
  })
  return { rows, found: new Map(found) }
}

const stranger: KnownAddress = { state: null, suppression: null, isErased: false }

export function outcomesOf({ rows, found }: Chunk, confirmed: boolean): Outcomes {
  const outcomes: Outcomes = { fresh: [], confirmed: [], unchanged: 0, refused: [] }
  for (const row of rows) {
    if ('reason' in row) {
      outcomes.refused.push(row)
      continue
    }
    const agreed = confirmed && row.agreed
    const here = found.get(`${row.channel}:${row.hash}`)
    const fate = fateOf(here?.known ?? stranger, agreed)
    if (typeof fate === 'object') outcomes.refused.push({ line: row.line, ...fate })
    else if (fate === 'unchanged') outcomes.unchanged++
    else if (fate === 'confirm') outcomes.confirmed.push({ ...row, ...here! })
    else outcomes.fresh.push({ ...row, agreed })
  }
  return outcomes
}

type Progress = { id: string; dryRun: boolean }

/**
 * Stores a chunk and how far the import is in one batch, so that a crash leaves neither half. Whoever subscribed in between
 * counts as unchanged. Another process that writes the same import violates NOT NULL and stops.
 */
export async function writeChunk(
  deps: Deps,
  { id, dryRun }: Progress,
  outcomes: Outcomes,
  seen: { before: number; after: number },
): Promise<void> {
  const now = deps.clock.now()
  const fresh = outcomes.fresh.map((row) => ({ ...row, id: deps.newId() }))
  const touched = outcomes.fresh.length + outcomes.confirmed.length
  const ids = JSON.stringify([...fresh, ...outcomes.confirmed].map((row) => row.id))
  const made = dryRun
    ? sql`${touched}`
    : sql`(SELECT count(*) FROM ${subscribers} WHERE ${subscribers.id} IN (SELECT value FROM json_each(${ids}))
        AND ${subscribers.consent} ->> '$.source' = 'import')`
  await deps.db.write([
    ...(dryRun
      ? []
      : [
          insert(deps, fresh, now),
          ...confirm(deps, outcomes.confirmed, now),
          ...ask(
            deps,
            fresh.filter(({ agreed }) => !agreed),
            now,
          ),
        ]),
    deps.db
      .update(imports)
      .set({
        seen: sql`CASE WHEN ${imports.seen} = ${seen.before} THEN ${seen.after} END`,
        imported: sql`${imports.imported} + ${made}`,
        unchanged: sql`${imports.unchanged} + ${outcomes.unchanged} + ${touched} - ${made}`,
        updatedAt: now,
      })
      .where(sql`${imports.id} = ${id}`),
  ])
}

type Fresh = Outcomes['fresh'][number] & { id: string }

function insert(deps: Deps, rows: Fresh[], now: number): Statement {
  const values = rows.map((row) => [
    row.id,
    row.channel,
    row.address,
    row.hash,
    row.agreed ? 'active' : 'pending',
    JSON.stringify(row.preferences),
    row.locale,
    row.timeZone,
    row.agreed ? digestDue(row.preferences, row.timeZone, now) : null,
    JSON.stringify(consentOf(row, now)),
    row.agreed ? (row.agreedAt ?? now) : null,
  ])
  return deps.db.run(sql`
    INSERT INTO ${subscribers} (id, channel, address, address_hash, state, preferences, locale, time_zone,
      digest_due_at, consent, confirmed_at, challenged_at, created_at, updated_at)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
      value ->> 8, value ->> 9, value ->> 10, ${now}, ${now}, ${now}
    FROM json_each(${JSON.stringify(values)}) WHERE true
    ON CONFLICT DO NOTHING`)
}

function consentOf({ agreedAt }: Row, now: number): Consent {
  return { at: agreedAt ?? now, source: 'import', text_version: 'imported', ip_hash: null }
}

/** Who was asked before and has agreed elsewhere is asked no more; what they chose here stays. */
function confirm(deps: Deps, rows: Outcomes['confirmed'], now: number): Statement[] {
  if (rows.length === 0) return []
  const values = rows.map((row) => [
    row.id,
    JSON.stringify(consentOf(row, now)),
    row.agreedAt ?? now,
    digestDue({ digest_at: row.digestAt }, row.timeZone, now),
  ])
  const ids = JSON.stringify(rows.map(({ id }) => id))
  return [
    deps.db.run(sql`
      UPDATE ${subscribers} SET state = 'active', consent = j.value ->> 1, confirmed_at = j.value ->> 2,
        digest_due_at = j.value ->> 3, updated_at = max(${now}, ${subscribers.updatedAt} + 1)
      FROM json_each(${JSON.stringify(values)}) j
      WHERE ${subscribers.id} = j.value ->> 0 AND ${subscribers.state} = 'pending'`),
    skipPending(
      deps,
      sql`${deliveries.subscriberSeq} IN (SELECT seq FROM ${subscribers} WHERE state = 'active' AND id IN (SELECT value FROM json_each(${ids})))
        AND ${deliveries.announcementId} IN (SELECT id FROM ${announcements} WHERE kind = 'confirmation')`,
    ),
  ]
}

/** Behind everything else that waits: thousands of questions must not hold up the news of an incident. */
const PRIORITY = 9

/** One letter for all of a chunk who are asked on a channel: its words are rendered once, its links are each one's own. */
function ask(deps: Deps, rows: Fresh[], now: number): Statement[] {
  return channels.flatMap((channel) => {
    const asked = rows.filter((row) => row.channel === channel)
    if (asked.length === 0) return []
    const id = deps.newId()
    return [
      deps.db.insert(announcements).values({
        id,
        kind: 'confirmation',
        priority: PRIORITY,
        impact: 'none',
        componentIds: [],
        // A code holds for ten minutes: later it would only puzzle.
        expiresAt: now + (channel === 'sms' ? 10 * MINUTE : DAY),
        expandTo: 0,
        expandedAt: now,
        createdAt: now,
      }),
      deps.db.run(sql`
        INSERT INTO ${deliveries} (announcement_id, subscriber_seq, channel, locale, time_zone, state, priority, created_at, updated_at)
        SELECT ${id}, seq, channel, locale, time_zone, 'pending', ${PRIORITY}, ${now}, ${now}
        FROM ${subscribers} WHERE id IN (SELECT value FROM json_each(${JSON.stringify(asked.map((row) => row.id))}))`),
    ]
  })
}
