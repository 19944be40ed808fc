import {
  and,
  count,
  desc,
  eq,
  getTableColumns,
  inArray,
  isNotNull,
  isNull,
  or,
  sql,
} from 'drizzle-orm'
import {
  announcements,
  auditLog,
  deliveries,
  renderings,
  subscribers,
  suppressions,
} from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { everything } from '../domain/subscription.ts'
import { DAY } from '../domain/time.ts'
import type { AnnouncementKind, SubscriberState } from '../domain/words.ts'
import type { Subscriber } from './links.ts'
import { iso, isoOrNull } from './page.ts'
import { audit, type Actor } from './save.ts'
import { skipPending } from './subscriber-rows.ts'

export const SUBSCRIBERS_PER_PAGE = 50

/** Subscribers as operators see them, the newest first; `search` is an id or a part of an address. */
export async function listSubscribers(
  deps: Deps,
  query: { search?: string; state?: SubscriberState; page: number },
) {
  const pattern = query.search && `%${query.search.replace(/[\\%_]/g, '\\$&')}%`
  const which = and(
    query.state ? eq(subscribers.state, query.state) : undefined,
    pattern
      ? or(
          eq(subscribers.id, query.search!),
          sql`${subscribers.address} LIKE ${pattern} ESCAPE '\\'`,
        )
      : undefined,
  )
  const [rows, [total]] = await deps.db.batch([
    subscribersWithSuppression(deps)
      .where(which)
      .orderBy(desc(subscribers.seq))
      .limit(SUBSCRIBERS_PER_PAGE)
      .offset((query.page - 1) * SUBSCRIBERS_PER_PAGE),
    deps.db.select({ count: count() }).from(subscribers).where(which),
  ])
  return {
    subscribers: rows.map(subscriberView),
    page: query.page,
    page_size: SUBSCRIBERS_PER_PAGE,
    total: total!.count,
  }
}

/** Everything that is known of a subscriber (GDPR, article 15). */
export async function exportSubscriber(deps: Deps, actor: Actor, id: string) {
  const [[row], told, changes] = await deps.db.batch([
    subscribersWithSuppression(deps).where(eq(subscribers.id, id)),
    deps.db
      .select({
        delivery: deliveries,
        kind: announcements.kind,
        incidentId: announcements.incidentId,
      })
      .from(subscribers)
      .innerJoin(deliveries, eq(deliveries.subscriberSeq, subscribers.seq))
      .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
      .where(eq(subscribers.id, id))
      .orderBy(deliveries.id),
    deps.db
      .select({
        at: auditLog.at,
        actor: auditLog.actor,
        action: auditLog.action,
        detail: auditLog.detail,
      })
      .from(auditLog)
      .where(eq(auditLog.object, `subscriber:${id}`))
      .orderBy(auditLog.id),
  ])
  if (!row) throw unknownSubscriber(id)
  await deps.db.write([audit(deps, actor, 'subscriber.exported', `subscriber:${id}`)])
  const { at, ...consent } = row.consent
  return {
    subscriber: subscriberView(row),
    consent: { at: iso(at), ...consent },
    deliveries: told.map(toldView),
    changes: changes.map(({ at, actor, action, detail }) => ({
      at: iso(at),
      actor,
      action,
      detail,
    })),
  }
}

/**
 * Forgets who a subscriber was (GDPR, article 17). What was sent stays counted, without an address; a suppression stays as
 * a keyed hash, so that an address that asked for silence keeps it.
 */
export async function eraseSubscriber(deps: Deps, actor: Actor, id: string): Promise<void> {
  const [subscriber] = await deps.db.select().from(subscribers).where(eq(subscribers.id, id))
  if (!subscriber) throw unknownSubscriber(id)
  if (subscriber.state === 'erased') return
  const { seq, channel, addressHash } = subscriber
  const now = deps.clock.now()
  await deps.db.write([
    skipPending(deps, eq(deliveries.subscriberSeq, seq)),
    // Providers like to repeat the address in their reasons.
    deps.db.update(deliveries).set({ reason: null }).where(eq(deliveries.subscriberSeq, seq)),
    deps.db
      .update(suppressions)
      .set({ detail: '' })
      .where(and(eq(suppressions.channel, channel), eq(suppressions.addressHash, addressHash))),
    deps.db
      .update(subscribers)
      .set({
        address: null,
        addressHash: `erased:${id}`,
        state: 'erased',
        preferences: { ...everything, events: [] },
        consent: { at: 0, source: '', text_version: '', ip_hash: null },
        locale: 'en',
        timeZone: 'Etc/UTC',
        tokenVersion: subscriber.tokenVersion + 1,
        unsubscribedAt: subscriber.unsubscribedAt ?? now,
        updatedAt: Math.max(now, subscriber.updatedAt + 1),
      })
      .where(eq(subscribers.seq, seq)),
    audit(deps, actor, 'subscriber.erased', `subscriber:${id}`),
  ])
}

function subscribersWithSuppression(deps: Deps) {
  return deps.db
    .select({ ...getTableColumns(subscribers), suppressed: suppressions.reason })
    .from(subscribers)
    .leftJoin(
      suppressions,
      and(
        eq(suppressions.channel, subscribers.channel),
        eq(suppressions.addressHash, subscribers.addressHash),
      ),
    )
}

function subscriberView(row: Subscriber & { suppressed: string | null }) {
  return {
    id: row.id,
    channel: row.channel,
    address: row.address,
    state: row.state,
    ...row.preferences,
    locale: row.locale,
    time_zone: row.timeZone,
    suppressed: row.suppressed,
    created_at: iso(row.createdAt),
    confirmed_at: isoOrNull(row.confirmedAt),
    unsubscribed_at: isoOrNull(row.unsubscribedAt),
  }
}

type Told = {
  delivery: typeof deliveries.$inferSelect
  kind: AnnouncementKind
  incidentId: string | null
}

function toldView({ delivery, kind, incidentId }: Told) {
  return {
    announcement_id: delivery.announcementId,
    kind,
    incident_id: incidentId,
    channel: delivery.channel,
    state: delivery.state,
    code: delivery.code,
    reason: delivery.reason,
    created_at: iso(delivery.createdAt),
    updated_at: iso(delivery.updatedAt),
  }
}

function unknownSubscriber(id: string): DomainError {
  return new DomainError('not_found', `there is no subscriber ${id}`)
}

const UNCONFIRMED_LASTS = 7 * DAY
const CHUNK = 500

/**
 * Forgets who never confirmed within a week; who had been a subscriber before is one no more. Returns how many rows went.
 */
export async function purgeUnconfirmed(deps: Deps): Promise<number> {
  const now = deps.clock.now()
  // Spelt out, or SQLite would not use the index of pending ones.
  const overdue = sql`${subscribers.state} = 'pending'
    AND ${subscribers.createdAt} <= ${now - UNCONFIRMED_LASTS}
    AND ${subscribers.challengedAt} <= ${now - UNCONFIRMED_LASTS}`
  await deps.db
    .update(subscribers)
    .set({ state: 'unsubscribed', unsubscribedAt: now, updatedAt: now })
    .where(and(overdue, isNotNull(subscribers.confirmedAt)))
  for (let purged = 0; ;) {
    const strangers = deps.db
      .select({ seq: subscribers.seq })
      .from(subscribers)
      .where(and(overdue, isNull(subscribers.confirmedAt)))
      .orderBy(subscribers.createdAt, subscribers.seq)
      .limit(CHUNK)
    const letters = deps.db
      .select({ id: announcements.id })
      .from(announcements)
      .where(inArray(announcements.subscriberSeq, strangers))
    const gone = await deps.db.batch([
      deps.db.delete(renderings).where(inArray(renderings.announcementId, letters)),
      deps.db.delete(deliveries).where(inArray(deliveries.subscriberSeq, strangers)),
      deps.db.delete(announcements).where(inArray(announcements.subscriberSeq, strangers)),
      deps.db
        .delete(subscribers)
        .where(inArray(subscribers.seq, strangers))
        .returning({ seq: subscribers.seq }),
    ])
    purged += gone[3].length
    if (gone[3].length < CHUNK) return purged
  }
}
