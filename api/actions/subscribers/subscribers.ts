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
  deliveries,
  renderings,
  subscribers,
  suppressions,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY } from '../../domain/time.ts'
import type { Channel, SubscriberState, SuppressionReason } from '../../domain/words.ts'
import type { Subscriber } from './links.ts'
import { iso, isoOrNull } from '../page.ts'

const SUBSCRIBERS_PER_PAGE = 50

type Query = {
  /** An id or a part of an address. */
  search?: string | undefined
  state?: SubscriberState | undefined
  channel?: Channel | undefined
  suppressed?: boolean | undefined
  page: number
}

/** Subscribers as operators see them, the newest first, and how many there are of each kind. */
export async function listSubscribers(deps: Deps, query: Query) {
  const pattern = query.search && `%${query.search.replace(/[\\%_]/g, '\\$&')}%`
  const { state, channel, suppressed } = query
  const which = and(
    state ? eq(subscribers.state, state) : undefined,
    channel ? eq(subscribers.channel, channel) : undefined,
    pattern
      ? or(
          eq(subscribers.id, query.search!),
          sql`${subscribers.address} LIKE ${pattern} ESCAPE '\\'`,
        )
      : undefined,
    suppressed === undefined
      ? undefined
      : suppressed
        ? isNotNull(suppressions.reason)
        : isNull(suppressions.reason),
  )
  const [rows, [total], counts, [silenced]] = await deps.db.batch([
    subscribersWithSuppression(deps)
      .where(which)
      .orderBy(desc(subscribers.seq))
      .limit(SUBSCRIBERS_PER_PAGE)
      .offset((query.page - 1) * SUBSCRIBERS_PER_PAGE),
    deps.db
      .select({ count: count() })
      .from(subscribers)
      .leftJoin(suppressions, itsSuppression)
      .where(which),
    deps.db
      .select({ channel: subscribers.channel, state: subscribers.state, count: count() })
      .from(subscribers)
      .groupBy(subscribers.channel, subscribers.state),
    deps.db.select({ count: count() }).from(suppressions).innerJoin(subscribers, itsSuppression),
  ])
  return {
    subscribers: rows.map(subscriberView),
    page: query.page,
    page_size: SUBSCRIBERS_PER_PAGE,
    total: total!.count,
    counts,
    suppressed: silenced!.count,
  }
}

const itsSuppression = and(
  eq(suppressions.channel, subscribers.channel),
  eq(suppressions.addressHash, subscribers.addressHash),
)

export type Suppressed = Subscriber & {
  suppressed: SuppressionReason | null
  suppressedAt: number | null
  suppressedDetail: string | null
}

/** Subscribers, each with what keeps messages from them. */
export function subscribersWithSuppression(deps: Deps) {
  return deps.db
    .select({
      ...getTableColumns(subscribers),
      suppressed: suppressions.reason,
      suppressedAt: suppressions.createdAt,
      suppressedDetail: suppressions.detail,
    })
    .from(subscribers)
    .leftJoin(suppressions, itsSuppression)
}

export function subscriberView(row: Suppressed) {
  return {
    id: row.id,
    channel: row.channel,
    address: row.address,
    state: row.state,
    ...row.preferences,
    locale: row.locale,
    time_zone: row.timeZone,
    suppressed: row.suppressed,
    suppressed_at: isoOrNull(row.suppressedAt),
    suppressed_detail: row.suppressedDetail || null,
    created_at: iso(row.createdAt),
    confirmed_at: isoOrNull(row.confirmedAt),
    unsubscribed_at: isoOrNull(row.unsubscribedAt),
  }
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
