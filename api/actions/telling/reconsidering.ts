import { and, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { ruleFor, type When } from '../../domain/audience.ts'
import { wasTold } from '../../domain/delivery.ts'
import { HOUR } from '../../domain/time.ts'
import { deliveryStates } from '../../domain/words.ts'
import type { Subscriber } from '../subscribers/links.ts'
import { eventOf } from './announcements.ts'
import { hold, type Held } from './quiet-hours.ts'

type Dropped = { code: string; reason: string }

/** What the rows say of news that somebody did not want any more when its turn came. */
const unwanted: Dropped = { code: 'unwanted', reason: 'they chose otherwise before it was sent' }
const leftToDigest: Dropped = {
  code: 'digest',
  reason: 'they chose a daily digest before it was sent',
}
/** Of a delivery `d`: the next digest takes up what was left to it. */
export const isLeftToDigest = sql`(d.state = 'skipped' AND d.code IS ${leftToDigest.code})`

type Chooser = Pick<Subscriber, 'seq' | 'preferences' | 'timeZone'>

/**
 * Asks the rule again for what waits for a subscriber who chose anew, for the batch of the choice: it is dropped, held or
 * handed on as if it were told now. What one choice dropped comes back with the next that wants it; whoever is in a
 * request is told. Where a newer word takes the place of what waits from now on, they are told that.
 */
export async function reconsider(
  deps: Deps,
  { seq, preferences, timeZone }: Chooser,
): Promise<Statement[]> {
  const now = deps.clock.now()
  const ids = { unwanted: [] as number[], left: [] as number[], ready: [] as number[] }
  const held: Held[] = []
  const missed: Missed[] = []
  const [waiting, heard] = await deps.db.batch([waitingFor(deps, seq), heardBy(deps, seq)])
  const before = new Set(heard.map((one) => one.id))
  const kept = new Set<string>()
  for (const { id, state, heldUntil, announcement } of waiting) {
    const event = await eventOf(deps, announcement)
    if (event === null) continue
    // What they were passed over for is theirs only where it takes the place of what waits.
    const continuesWhatWaits = event.before.some((one) => kept.has(one.id))
    if (id === null && (before.has(announcement.id) || !continuesWhatWaits)) continue
    const forThem = { ...event, before: event.before.filter((one) => before.has(one.id)) }
    const when = ruleFor(forThem)(preferences, timeZone, now)
    if (when !== null) before.add(announcement.id)
    if (when !== null && when.kind !== 'digest') kept.add(announcement.id)
    if (id === null) missed.push(...missedOf(announcement.id, when))
    else if (when === null) ids.unwanted.push(id)
    else if (when.kind === 'digest') ids.left.push(id)
    else if (when.kind === 'at_once') ids.ready.push(id)
    else if (state !== 'held' || when.until !== heldUntil)
      held.push({ id, announcement: announcement.id, until: when.until })
  }
  return [
    ...drop(deps, ids.unwanted, unwanted),
    ...drop(deps, ids.left, leftToDigest),
    ...handOn(deps, ids.ready),
    ...hold(deps, held, isWaiting),
    ...tellMissed(deps, seq, missed),
  ]
}

/** A word that somebody was passed over for, and until when it is held for them now. */
type Missed = { announcement: string; until: number | null }

function missedOf(announcement: string, when: When | null): Missed[] {
  if (when === null || when.kind === 'digest') return []
  return [{ announcement, until: when.kind === 'held' ? when.until : null }]
}

/**
 * What is not sent yet, what an earlier choice had dropped and is news still, and, without an id, what they were passed
 * over for of the same incidents; the oldest first.
 */
function waitingFor(deps: Deps, seq: number) {
  const isNews = gt(announcements.expiresAt, deps.clock.now())
  const incidents = sql`(
    SELECT a.incident_id FROM ${deliveries} d JOIN ${announcements} a ON a.id = d.announcement_id
    WHERE d.subscriber_seq = ${seq} AND d.state IN ('pending', 'held', 'skipped'))`
  return deps.db
    .select({
      id: deliveries.id,
      state: deliveries.state,
      heldUntil: deliveries.heldUntil,
      announcement: announcements,
    })
    .from(announcements)
    .leftJoin(
      deliveries,
      and(eq(deliveries.announcementId, announcements.id), eq(deliveries.subscriberSeq, seq)),
    )
    .where(
      and(
        inArray(announcements.incidentId, incidents),
        or(
          inArray(deliveries.state, ['pending', 'held']),
          and(eq(deliveries.state, 'skipped'), eq(deliveries.code, unwanted.code), isNews),
          and(
            isNull(deliveries.id),
            isNull(announcements.stoppedAt),
            isNull(announcements.outdatedAt),
            isNews,
          ),
        ),
      ),
    )
    .orderBy(sql`${announcements}.rowid`)
}

/** What they were told, or are just now, or may have been; what a digest tells stands in its contents. */
function heardBy(deps: Deps, seq: number) {
  const isTold = sql`d.state IN (SELECT value FROM json_each(${JSON.stringify(heardStates)}))`
  return deps.db.all<{ id: string }>(sql`
    SELECT coalesce(summed.value, a.id) AS id
    FROM ${deliveries} d
    JOIN ${announcements} a ON a.id = d.announcement_id
    LEFT JOIN json_each(a.contents) summed
    WHERE d.subscriber_seq = ${seq} AND (${isTold}
      OR (a.kind = 'digest' AND d.state IN ('pending', 'held')) OR ${isLeftToDigest})`)
}

const heardStates = deliveryStates.filter(
  (state) => wasTold(state) || state === 'sending' || state === 'unknown',
)

const isDropped = sql`(+state = 'skipped' AND code = ${unwanted.code})`
const isWaiting = sql`(+state IN ('pending', 'held') OR ${isDropped})`

function drop(deps: Deps, ids: number[], { code, reason }: Dropped): Statement[] {
  if (ids.length === 0) return []
  return [
    deps.db.run(sql`
      UPDATE ${deliveries} SET state = 'skipped', code = ${code}, reason = ${reason}, updated_at = ${deps.clock.now()}
      WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND ${isWaiting}`),
  ]
}

function handOn(deps: Deps, ids: number[]): Statement[] {
  if (ids.length === 0) return []
  return [
    deps.db.run(sql`
      UPDATE ${deliveries} SET state = 'pending', held_until = NULL, updated_at = ${deps.clock.now()},
        code = iif(${isDropped}, NULL, code), reason = iif(${isDropped}, NULL, reason)
      WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))
        AND (+state = 'held' OR ${isDropped})`),
  ]
}

function tellMissed(deps: Deps, seq: number, missed: Missed[]): Statement[] {
  if (missed.length === 0) return []
  const now = deps.clock.now()
  const told = sql`json_each(${JSON.stringify(missed.map(({ announcement, until }) => [announcement, until]))}) told`
  return [
    deps.db.run(sql`
      INSERT INTO ${deliveries} (announcement_id, subscriber_seq, channel, locale, time_zone, state, held_until, priority, created_at, updated_at)
      SELECT a.id, s.seq, s.channel, s.locale, s.time_zone,
        iif(told.value ->> 1 IS NULL, 'pending', 'held'), told.value ->> 1, a.priority, ${now}, ${now}
      FROM ${told}
      CROSS JOIN ${announcements} a ON a.id = told.value ->> 0
      CROSS JOIN ${subscribers} s ON s.seq = ${seq}
      WHERE s.state = 'active' ON CONFLICT DO NOTHING`),
    deps.db.run(sql`
      UPDATE ${announcements} SET expires_at = max(expires_at, coalesce(told.value ->> 1, 0) + ${HOUR})
      FROM ${told} WHERE ${announcements.id} = told.value ->> 0`),
  ]
}
