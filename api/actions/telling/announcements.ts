import { and, asc, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, components, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { natures } from '../../domain/announcement.ts'
import { ruleFor, type Event, type Rule } from '../../domain/audience.ts'
import { DAY, HOUR, MINUTE } from '../../domain/time.ts'
import type { AnnouncementKind, Impact } from '../../domain/words.ts'
import type { Subscriber } from '../subscribers/links.ts'
import { isSuperseded } from './superseding.ts'

export type Announcement = typeof announcements.$inferSelect

type Telling = {
  kind: AnnouncementKind
  incidentId: string
  updateId: string
  impact: Impact
  componentIds: string[]
}

/** The outbox rows of a change, for the change's own batch; an older word on the same incident is superseded. */
export function announce(deps: Deps, telling: Telling): Statement[] {
  const now = deps.clock.now()
  return [
    supersede(deps, telling.incidentId),
    deps.db.insert(announcements).values({
      id: deps.newId(),
      ...telling,
      priority: natures[telling.kind].priority,
      expiresAt: now + DAY,
      expandTo: sql`(SELECT coalesce(max(${subscribers.seq}), 0) FROM ${subscribers})`,
      createdAt: now,
    }),
  ]
}

/** What is still pending of all words on an incident is not sent any more. */
export function supersede(deps: Deps, incidentId: string): Statement {
  return deps.db
    .update(announcements)
    .set({ supersededAt: deps.clock.now() })
    .where(and(eq(announcements.incidentId, incidentId), isNull(announcements.supersededAt)))
}

/** How grave an incident was in everything announced of it. */
export async function announcedImpacts(deps: Deps, incidentId: string): Promise<Impact[]> {
  const rows = await deps.db
    .selectDistinct({ impact: announcements.impact })
    .from(announcements)
    .where(eq(announcements.incidentId, incidentId))
  return rows.map(({ impact }) => impact)
}

/** A letter to one subscriber about their subscription: confirmation, or that they have one already. */
export function writeTo(
  deps: Deps,
  subscriber: Pick<Subscriber, 'id' | 'channel' | 'locale' | 'timeZone'>,
  kind: 'confirmation' | 'already_subscribed',
): Statement[] {
  const now = deps.clock.now()
  const id = deps.newId()
  const { priority } = natures[kind]
  const { channel, locale, timeZone } = subscriber
  const seq = sql<number>`(SELECT ${subscribers.seq} FROM ${subscribers} WHERE ${subscribers.id} = ${subscriber.id})`
  return [
    deps.db.insert(announcements).values({
      id,
      kind,
      subscriberSeq: seq,
      priority,
      impact: 'none',
      componentIds: [],
      // A link holds for two days, a code for ten minutes: later either would only puzzle.
      expiresAt: now + (channel === 'sms' ? 10 * MINUTE : DAY),
      expandTo: seq,
      expandedAt: now,
      createdAt: now,
    }),
    deps.db.insert(deliveries).values({
      announcementId: id,
      subscriberSeq: seq,
      channel,
      locale,
      timeZone,
      priority,
      createdAt: now,
      updatedAt: now,
    }),
  ]
}

/** Rows per statement: small enough never to hold the event loop for long. */
const CHUNK = 500

/** Turns what is to be told into who is told. Resumes at its cursor, and running it twice changes nothing. */
export async function expandAnnouncements(deps: Deps): Promise<number> {
  const [outdated, current] = await deps.db.batch([toSweep(deps), toExpand(deps)])
  for (const { id } of outdated) await sweep(deps, id)
  let told = 0
  for (const announcement of current) told += await expand(deps, announcement)
  return told
}

/** Superseded ones that may have pending deliveries left; asked every second, so its condition is its index's. */
export function toSweep(deps: Deps) {
  return deps.db
    .select({ id: announcements.id })
    .from(announcements)
    .where(and(isNotNull(announcements.supersededAt), isNull(announcements.sweptAt)))
    .orderBy(asc(announcements.createdAt))
}

/**
 * What has not been handed to all of its audience, the most urgent first; asked as often. Superseded ones too: not all
 * who hear of a beginning hear of what follows it.
 */
export function toExpand(deps: Deps) {
  return deps.db
    .select()
    .from(announcements)
    .where(isNull(announcements.expandedAt))
    .orderBy(asc(announcements.priority), asc(announcements.createdAt))
}

async function expand(deps: Deps, announcement: Announcement): Promise<number> {
  const event = await eventOf(deps, announcement)
  const { id, priority, expandTo } = announcement
  const rule = event && ruleFor(event)
  let cursor = announcement.expandCursor
  let told = 0
  while (true) {
    const chunk = await listenersAfter(deps, cursor, expandTo)
    const last = chunk.length < CHUNK
    const next = last ? expandTo : chunk.at(-1)!.seq
    const now = deps.clock.now()
    const audience = rule ? chunk.flatMap((listener) => toTell(listener, rule, now)) : []
    await deps.db.write([
      deps.db.run(sql`
        INSERT INTO ${deliveries} (announcement_id, subscriber_seq, channel, locale, time_zone, state, held_until, priority, created_at, updated_at)
        SELECT ${id}, s.seq, s.channel, s.locale, s.time_zone, told.value ->> 1, told.value ->> 2, ${priority}, ${now}, ${now}
        FROM json_each(${JSON.stringify(audience)}) told CROSS JOIN ${subscribers} s ON s.seq = told.value ->> 0
        WHERE s.state = 'active'
          AND NOT EXISTS (SELECT 1 FROM ${announcements} a WHERE a.id = ${id} AND ${isSuperseded()})
        ON CONFLICT DO NOTHING`),
      deps.db
        .update(announcements)
        .set({
          expandCursor: next,
          // Quiet hours may last longer than news lives: then it lives on until they have been told.
          expiresAt: sql`max(${announcements.expiresAt}, ${latestHeld(audience) + HOUR})`,
          ...(last ? { expandedAt: now } : {}),
        })
        .where(eq(announcements.id, id)),
    ])
    told += audience.length
    cursor = next
    if (last) return told
    await deps.clock.sleep(0)
  }
}

type Listener = Pick<Subscriber, 'seq' | 'timeZone' | 'preferences'>

function listenersAfter(deps: Deps, cursor: number, upTo: number): Promise<Listener[]> {
  return deps.db
    .select({
      seq: subscribers.seq,
      timeZone: subscribers.timeZone,
      preferences: subscribers.preferences,
    })
    .from(subscribers)
    .where(
      sql`${subscribers.seq} > ${cursor} AND ${subscribers.seq} <= ${upTo} AND ${subscribers.state} = 'active'`,
    )
    .orderBy(asc(subscribers.seq))
    .limit(CHUNK)
}

type Told = [seq: number, state: 'pending' | 'held', heldUntil: number | null]

/** What is due to one subscriber, if anything: those with a digest get it there. */
function toTell({ seq, timeZone, preferences }: Listener, rule: Rule, now: number): Told[] {
  const when = rule(preferences, timeZone, now)
  if (when === null || when.kind === 'digest') return []
  return [when.kind === 'held' ? [seq, 'held', when.until] : [seq, 'pending', null]]
}

function latestHeld(audience: Told[]): number {
  return audience.reduce((latest, [, , until]) => Math.max(latest, until ?? 0), 0)
}

/** Marks what was never sent of a superseded announcement and is stale for its receiver, a chunk at a time. */
async function sweep(deps: Deps, id: string): Promise<void> {
  for (let cursor = 0; ;) {
    const now = deps.clock.now()
    const chunk = await deps.db
      .select({ seq: deliveries.subscriberSeq })
      .from(deliveries)
      .where(and(eq(deliveries.announcementId, id), gt(deliveries.subscriberSeq, cursor)))
      .orderBy(asc(deliveries.subscriberSeq))
      .limit(CHUNK)
    if (chunk.length === 0) break
    const last = chunk.at(-1)!.seq
    await deps.db.run(sql`
      UPDATE ${deliveries} SET state = 'superseded', updated_at = ${now} WHERE id IN (
        SELECT d.id FROM ${deliveries} d
        JOIN ${subscribers} s ON s.seq = d.subscriber_seq
        JOIN ${announcements} a ON a.id = d.announcement_id
        WHERE d.announcement_id = ${id} AND d.subscriber_seq > ${cursor} AND d.subscriber_seq <= ${last}
          AND d.state IN ('pending', 'held') AND ${isSuperseded()})`)
    cursor = last
    await deps.clock.sleep(0)
  }
  await deps.db
    .update(announcements)
    .set({ sweptAt: deps.clock.now() })
    .where(eq(announcements.id, id))
}

/** What an announcement is about, or null when it is about a subscription or a digest. */
export async function eventOf(
  deps: Deps,
  announcement: Pick<Announcement, 'kind' | 'impact' | 'incidentId' | 'componentIds'>,
): Promise<Event | null> {
  const { event, phase } = natures[announcement.kind]
  if (event === null) return null
  const groupIds = await deps.db
    .selectDistinct({ id: components.groupId })
    .from(components)
    .where(and(inArray(components.id, announcement.componentIds), isNotNull(components.groupId)))
  return {
    kind: event,
    phase,
    impact: announcement.impact,
    incident_id: announcement.incidentId ?? '',
    component_ids: announcement.componentIds,
    group_ids: groupIds.map((group) => group.id!),
  }
}
