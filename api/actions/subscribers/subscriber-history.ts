import { count, desc, eq, or, sql } from 'drizzle-orm'
import { auditLog, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { iso } from '../page.ts'
import { audit, type Actor } from '../save.ts'
import { toldTo, toldView } from '../sending/ledger.ts'
import { subscribersWithSuppression, subscriberView } from './subscribers.ts'

/** How much of a history fits on a page; an export holds all of it. */
const RECENT = 100

/** One subscriber, and what they were told lately, the newest first. */
export async function showSubscriber(deps: Deps, id: string) {
  const [[row], told, [total], changes] = await deps.db.batch([
    subscribersWithSuppression(deps).where(eq(subscribers.id, id)),
    toldTo(deps).where(eq(subscribers.id, id)).orderBy(desc(deliveries.id)).limit(RECENT),
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
    toldTo(deps).where(eq(subscribers.id, id)).orderBy(deliveries.id),
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
