import { and, inArray, sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Subscriber } from './links.ts'
import { decide } from '../save.ts'

/**
 * The next `updated_at` of a subscriber that was read before. Saved when somebody else has saved since, it violates NOT
 * NULL and takes the whole batch with it; `decideOnSubscriber` then starts over.
 */
export function nextChange(subscriber: Pick<Subscriber, 'updatedAt'>, now: number) {
  const next = Math.max(now, subscriber.updatedAt + 1)
  return sql<number>`CASE WHEN ${subscribers.updatedAt} = ${subscriber.updatedAt} THEN ${next} END`
}

/** A change that needs no lock still makes those start over that read before it. */
export function laterChange(now: number) {
  return sql<number>`max(${now}, ${subscribers.updatedAt} + 1)`
}

/** Loads, decides and saves; starts over when somebody else saved this subscriber first. */
export function decideOnSubscriber<T>(verb: () => Promise<T>): Promise<T> {
  return decide(
    verb,
    /NOT NULL constraint failed: subscribers\.updated_at|UNIQUE constraint failed: subscribers\.channel/,
  )
}

/** Ends subscriptions at once: what was not sent yet is not sent any more. */
export function endSubscription(
  deps: Deps,
  which: SQL,
  unsubscribedAt: number | SQL = deps.clock.now(),
): Statement[] {
  return [
    skipPending(
      deps,
      sql`${deliveries.subscriberSeq} IN (SELECT seq FROM ${subscribers} WHERE ${which})`,
    ),
    deps.db
      .update(subscribers)
      .set({
        state: 'unsubscribed',
        unsubscribedAt,
        updatedAt: laterChange(deps.clock.now()),
      })
      .where(and(which, inArray(subscribers.state, ['pending', 'active']))),
  ]
}

/** Confirmations that were not sent yet have no meaning any more. */
export function skipConfirmations(deps: Deps, seq: number): Statement {
  return skipPending(
    deps,
    sql`${deliveries.subscriberSeq} = ${seq} AND EXISTS (
      SELECT 1 FROM ${announcements} a WHERE a.id = ${deliveries.announcementId} AND a.kind = 'confirmation')`,
  )
}

export function skipPending(deps: Deps, which: SQL): Statement {
  return deps.db
    .update(deliveries)
    .set({ state: 'skipped', updatedAt: deps.clock.now() })
    .where(and(which, inArray(deliveries.state, ['pending', 'held'])))
}
