import { count, desc, eq, or, sql } from 'drizzle-orm'
import { announcements, auditLog, deliveries, incidents, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import type { AnnouncementKind } from '../../domain/words.ts'
import { iso, isoOrNull } from '../page.ts'
import { audit, type Actor } from '../save.ts'
import { subscribersWithSuppression, subscriberView } from './subscribers.ts'

/** How much of a history fits on a page; an export holds all of it. */
const RECENT = 100

/** One subscriber, and what they were told lately, the newest first. */
export async function showSubscriber(deps: Deps, id: string) {
  const [[row], told, [total], changes] = await deps.db.batch([
    subscribersWithSuppression(deps).where(eq(subscribers.id, id)),
    toldTo(deps, id).orderBy(desc(deliveries.id)).limit(RECENT),
    deps.db
      .select({ count: count() })
      .from(deliveries)
      .innerJoin(subscribers, eq(subscribers.seq, deliveries.subscriberSeq))
      .where(eq(subscribers.id, id)),
    changesOf(deps, id).orderBy(desc(auditLog.id)).limit(RECENT),
  ])
  if (!row) throw unknownSubscriber(id)
  return {
    ...subscriberView(row),
    consent: consentView(row),
    deliveries: told.map(toldView),
    deliveries_total: total!.count,
    changes: changes.map(changeView),
  }
}

/** Everything that is known of a subscriber (GDPR, article 15). */
export async function exportSubscriber(deps: Deps, actor: Actor, id: string) {
  const [[row], told, changes] = await deps.db.batch([
    subscribersWithSuppression(deps).where(eq(subscribers.id, id)),
    toldTo(deps, id).orderBy(deliveries.id),
    changesOf(deps, id).orderBy(auditLog.id),
  ])
  if (!row) throw unknownSubscriber(id)
  await deps.db.write([audit(deps, actor, 'subscriber.exported', `subscriber:${id}`)])
  return {
    subscriber: subscriberView(row),
    consent: consentView(row),
    deliveries: told.map(toldView),
    changes: changes.map(changeView),
  }
}

function toldTo(deps: Deps, id: string) {
  return deps.db
    .select({
      delivery: deliveries,
      kind: announcements.kind,
      incidentId: announcements.incidentId,
      incident: incidents.name,
    })
    .from(subscribers)
    .innerJoin(deliveries, eq(deliveries.subscriberSeq, subscribers.seq))
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .leftJoin(incidents, eq(incidents.id, announcements.incidentId))
    .where(eq(subscribers.id, id))
}

type Told = {
  delivery: typeof deliveries.$inferSelect
  kind: AnnouncementKind
  incidentId: string | null
  incident: string | null
}

function toldView({ delivery, kind, incidentId, incident }: Told) {
  return {
    announcement_id: delivery.announcementId,
    kind,
    incident_id: incidentId,
    incident_name: incident,
    channel: delivery.channel,
    state: delivery.state,
    code: delivery.code,
    reason: delivery.reason,
    batch_id: delivery.batchId,
    provider_id: delivery.providerId,
    held_until: isoOrNull(delivery.heldUntil),
    created_at: iso(delivery.createdAt),
    updated_at: iso(delivery.updatedAt),
  }
}

function changesOf(deps: Deps, id: string) {
  return deps.db
    .select({
      at: auditLog.at,
      actor: auditLog.actor,
      action: auditLog.action,
      detail: auditLog.detail,
    })
    .from(auditLog)
    .where(
      or(
        eq(auditLog.object, `subscriber:${id}`),
        // What was heard of the address itself: STOP, START, complaints.
        eq(
          auditLog.object,
          sql`(SELECT 'address:' || ${subscribers.addressHash} FROM ${subscribers} WHERE ${subscribers.id} = ${id})`,
        ),
      ),
    )
}

function changeView({
  at,
  ...change
}: {
  at: number
  actor: string
  action: string
  detail: object
}) {
  return { at: iso(at), ...change, detail: change.detail as Record<string, unknown> }
}

function consentView({
  consent: { at, ...consent },
}: Pick<typeof subscribers.$inferSelect, 'consent'>) {
  return { at: iso(at), ...consent }
}

function unknownSubscriber(id: string): DomainError {
  return new DomainError('not_found', `there is no subscriber ${id}`)
}
