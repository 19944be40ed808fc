import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { announcements, batches, deliveries, incidents, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { AnnouncementKind, Channel, DeliveryState } from '../../domain/words.ts'
import { iso, isoOrNull } from '../page.ts'

type Query = {
  announcementId?: string | undefined
  subscriberId?: string | undefined
  state?: DeliveryState | undefined
  channel?: Channel | undefined
  /** null asks for those of which nobody gave a reason. */
  code?: string | null | undefined
  page: number
  pageSize: number
}

/** Who was told what, and what became of it: one page, the newest first. */
export async function listDeliveries(deps: Deps, query: Query) {
  const which = whichOf(deps, query)
  const [rows, [total]] = await deps.db.batch([
    toldTo(deps)
      .where(which)
      .orderBy(desc(deliveries.id))
      .limit(query.pageSize)
      .offset((query.page - 1) * query.pageSize),
    deps.db
      .select({ count: sql<number>`count(*)` })
      .from(deliveries)
      .where(which),
  ])
  return {
    deliveries: rows.map((row) => ({
      ...toldView(row),
      subscriber_id: row.subscriberId,
      address: row.address,
    })),
    page: query.page,
    page_size: query.pageSize,
    total: total!.count,
  }
}

function whichOf(deps: Deps, query: Query) {
  const { announcementId, subscriberId, state, channel, code } = query
  return and(
    announcementId === undefined ? undefined : eq(deliveries.announcementId, announcementId),
    subscriberId === undefined
      ? undefined
      : inArray(
          deliveries.subscriberSeq,
          deps.db
            .select({ seq: subscribers.seq })
            .from(subscribers)
            .where(eq(subscribers.id, subscriberId)),
        ),
    channel === undefined ? undefined : eq(deliveries.channel, channel),
    state === undefined ? undefined : eq(deliveries.state, state),
    code === undefined
      ? undefined
      : code === null
        ? isNull(deliveries.code)
        : eq(deliveries.code, code),
  )
}

/** Each is counted when it is known what came of it; the first is known to have been begun. */
const requests = sql<number | null>`max(${batches.attempts}, ${batches.firstSentAt} IS NOT NULL)`

/** Deliveries with what they told and the request that carried them. */
export function toldTo(deps: Deps) {
  return deps.db
    .select({
      delivery: deliveries,
      kind: announcements.kind,
      incidentId: announcements.incidentId,
      incident: incidents.name,
      provider: batches.provider,
      attempts: requests,
      firstSentAt: batches.firstSentAt,
      subscriberId: subscribers.id,
      address: subscribers.address,
    })
    .from(deliveries)
    .innerJoin(subscribers, eq(subscribers.seq, deliveries.subscriberSeq))
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .leftJoin(incidents, eq(incidents.id, announcements.incidentId))
    .leftJoin(batches, eq(batches.id, deliveries.batchId))
    .$dynamic()
}

type Told = {
  delivery: typeof deliveries.$inferSelect
  kind: AnnouncementKind
  incidentId: string | null
  incident: string | null
  provider: string | null
  attempts: number | null
  firstSentAt: number | null
}

export function toldView({
  delivery,
  kind,
  incidentId,
  incident,
  provider,
  attempts,
  firstSentAt,
}: Told) {
  return {
    id: delivery.id,
    announcement_id: delivery.announcementId,
    kind,
    incident_id: incidentId,
    incident_name: incident,
    channel: delivery.channel,
    state: delivery.state,
    code: delivery.code,
    reason: delivery.reason,
    batch_id: delivery.batchId,
    provider,
    provider_id: delivery.providerId,
    // Of whom no request is known any more none was made only if nothing is said of it either.
    attempts: attempts ?? (delivery.batchId === null && delivery.code === null ? 0 : null),
    replays: delivery.replays,
    held_until: isoOrNull(delivery.heldUntil),
    created_at: iso(delivery.createdAt),
    first_sent_at: isoOrNull(firstSentAt),
    updated_at: iso(delivery.updatedAt),
  }
}
