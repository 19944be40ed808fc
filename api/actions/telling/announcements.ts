import { and, asc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, components, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { natures } from '../../domain/announcement.ts'
import type { Event, Reach } from '../../domain/audience.ts'
import { DAY, MINUTE } from '../../domain/time.ts'
import type { AnnouncementKind, Impact } from '../../domain/words.ts'
import type { Subscriber } from '../subscribers/links.ts'
import { expand } from './expanding.ts'
import { sweep } from './sweeping.ts'
import { supersede } from './taking-back.ts'

export type Announcement = typeof announcements.$inferSelect

type Telling = {
  kind: AnnouncementKind
  incidentId: string
  /** Null: what is told belongs to no update, as a reminder. */
  updateId: string | null
  impact: Impact
  componentIds: string[]
}

/** The outbox rows of a change, for the change's own batch; an older word on the same incident is superseded. */
export function announce(deps: Deps, telling: Telling): Statement[] {
  const now = deps.clock.now()
  return [supersede(deps, telling.incidentId, now), announceBeside(deps, telling, now)]
}

/** The same for what takes the place of no other word. */
export function announceBeside(
  deps: Deps,
  telling: Telling,
  now: number = deps.clock.now(),
): Statement {
  return deps.db.insert(announcements).values({
    id: deps.newId(),
    ...telling,
    priority: natures[telling.kind].priority,
    expiresAt: now + DAY,
    expandTo: sql`(SELECT coalesce(max(${subscribers.seq}), 0) FROM ${subscribers})`,
    createdAt: now,
  })
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
  now = deps.clock.now(),
): Statement[] {
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

/**
 * Turns what is to be told into who is told, and takes back what must not be told any more. Resumes where it was, and
 * running it twice changes nothing. Returns how many are told.
 */
export async function expandAnnouncements(
  deps: Deps,
  stopped: () => boolean = () => false,
): Promise<number> {
  const [withdrawn, current] = await deps.db.batch([toSweep(deps), toExpand(deps)])
  for (const { id } of withdrawn) await sweep(deps, id, stopped)
  let told = 0
  for (const announcement of current) {
    const event = await eventOf(deps, announcement)
    if (event) told += await expand(deps, announcement, event, stopped)
  }
  return told
}

/** Whether that would find anything to do. */
export async function canExpand(deps: Deps): Promise<boolean> {
  const [withdrawn, current] = await deps.db.batch([toSweep(deps), toExpand(deps)])
  return withdrawn.length > 0 || current.length > 0
}

/** Superseded and stopped ones that may have something pending left; asked every second, so its condition is its index's. */
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

type About = Pick<Announcement, 'incidentId' | 'componentIds'> & {
  /** Null for what is not announced yet. */
  id: string | null
}

/** An event that names the announcements which came before it. */
export type Announced = Omit<Event, 'before'> & { before: (Reach & { id: string })[] }

/** What an announcement is about, or null when it is about a subscription or a digest. */
export async function eventOf(
  deps: Deps,
  announcement: About & Pick<Announcement, 'kind' | 'impact'>,
): Promise<Announced | null> {
  const { event, phase } = natures[announcement.kind]
  if (event === null) return null
  const [earlier, grouped] = await deps.db.batch([
    announcedBefore(deps, announcement),
    groupsOf(deps, announcement),
  ])
  const reachOf = ({ impact, componentIds }: Pick<Announcement, 'impact' | 'componentIds'>) => {
    const mine = grouped.filter(({ id }) => componentIds.includes(id))
    const groupIds = new Set(mine.map(({ groupId }) => groupId!))
    return { impact, component_ids: componentIds, group_ids: [...groupIds] }
  }
  return {
    kind: event,
    phase,
    incident_id: announcement.incidentId ?? '',
    ...reachOf(announcement),
    before: earlier.map((one) => ({ id: one.id, ...reachOf(one) })),
  }
}

/** The groups of what is affected now, and of what was before. */
function groupsOf(deps: Deps, { incidentId, componentIds }: About) {
  const named = sql`(
    SELECT value FROM json_each(${JSON.stringify(componentIds)})
    UNION SELECT value FROM ${announcements} earlier, json_each(earlier.component_ids)
    WHERE earlier.incident_id = ${incidentId})`
  return deps.db
    .select({ id: components.id, groupId: components.groupId })
    .from(components)
    .where(and(inArray(components.id, named), isNotNull(components.groupId)))
}

/**
 * Of the same incident. Whoever was spared what an operator stopped has not heard of it, and what became untrue is no
 * beginning of what follows it.
 */
function announcedBefore(deps: Deps, { id, incidentId }: About) {
  return deps.db
    .select({
      id: announcements.id,
      impact: announcements.impact,
      componentIds: announcements.componentIds,
    })
    .from(announcements)
    .where(
      and(
        eq(announcements.incidentId, incidentId ?? ''),
        isNull(announcements.stoppedAt),
        isNull(announcements.outdatedAt),
        id === null
          ? undefined
          : sql`${announcements}.rowid < (SELECT rowid FROM ${announcements} self WHERE self.id = ${id})`,
      ),
    )
}
