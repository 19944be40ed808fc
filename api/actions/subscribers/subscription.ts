import { eq, sql } from 'drizzle-orm'
import { subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { digestDue } from '../../domain/audience.ts'
import type { DomainError } from '../../domain/error.ts'
import { nearestLocale } from '../../domain/message.ts'
import { refused } from '../../domain/refusal.ts'
import { oldSecretUntil } from '../../domain/signing-secret.ts'
import { subscriberOf } from './links.ts'
import { iso } from '../page.ts'
import { preferencesOf, type Wish } from './preferences.ts'
import { audit } from '../save.ts'
import { reconsider } from '../telling/reconsidering.ts'
import { decideOnSubscriber, endSubscription, nextChange } from './subscriber-rows.ts'

export type Change = Wish & { locale?: string; time_zone?: string }

/** Replaces the choice of components and groups, and whatever else is mentioned; it holds for what waits already, too. */
export async function changePreferences(
  deps: Deps,
  token: string,
  change: Change,
  requestId: string | null,
): Promise<void> {
  await decideOnSubscriber(async () => {
    const subscriber = await subscriberOf(deps, 'manage', token)
    if (subscriber.state === 'unsubscribed') throw hasEnded()
    const { components: _, groups: __, ...rest } = subscriber.preferences
    const preferences = await preferencesOf(
      deps,
      subscriber.channel,
      { ...rest, ...mentioned(change) },
      rest.incidents,
    )
    const timeZone = change.time_zone ?? subscriber.timeZone
    const now = deps.clock.now()
    await deps.db.write([
      deps.db
        .update(subscribers)
        .set({
          preferences,
          locale: nearestLocale(change.locale) ?? subscriber.locale,
          timeZone,
          digestDueAt:
            subscriber.state === 'active'
              ? digestDue(preferences, timeZone, now, subscriber.digestDueAt)
              : null,
          updatedAt: nextChange(subscriber, now),
        })
        .where(eq(subscribers.seq, subscriber.seq)),
      ...(await reconsider(deps, { seq: subscriber.seq, preferences, timeZone })),
      audit(
        deps,
        { id: 'subscriber', requestId },
        'subscription.changed',
        `subscriber:${subscriber.id}`,
        { preferences },
      ),
    ])
  })
}

function mentioned(change: Change): Change {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

/** A webhook's new signing secret; for a day the one before it signs too. */
export async function rotateSecret(
  deps: Deps,
  token: string,
  requestId: string | null,
): Promise<void> {
  await decideOnSubscriber(async () => {
    const subscriber = await subscriberOf(deps, 'manage', token)
    if (subscriber.channel !== 'webhook') throw refused('conflict', { key: 'refusal.no_secret' })
    if (subscriber.state === 'unsubscribed') throw hasEnded()
    const now = deps.clock.now()
    const until = oldSecretUntil(subscriber.secretRotatedAt, now)
    if (until !== null)
      throw refused('conflict', { key: 'refusal.rotated_lately', values: { time: iso(until) } })
    await deps.db.write([
      deps.db
        .update(subscribers)
        .set({
          secretVersion: subscriber.secretVersion + 1,
          secretRotatedAt: now,
          updatedAt: nextChange(subscriber, now),
        })
        .where(eq(subscribers.seq, subscriber.seq)),
      audit(
        deps,
        { id: 'subscriber', requestId },
        'subscription.secret_rotated',
        `subscriber:${subscriber.id}`,
      ),
    ])
  })
}

/** Ends a subscription at once, and once: what has not been sent yet is not sent any more. */
export async function unsubscribe(
  deps: Deps,
  token: string,
  requestId: string | null,
  purpose: 'unsubscribe' | 'manage' = 'unsubscribe',
): Promise<void> {
  const subscriber = await subscriberOf(deps, purpose, token)
  if (subscriber.state === 'unsubscribed') return
  await deps.db.write([
    ...endSubscription(deps, sql`${subscribers.seq} = ${subscriber.seq}`),
    audit(
      deps,
      { id: 'subscriber', requestId },
      'subscription.ended',
      `subscriber:${subscriber.id}`,
      { channel: subscriber.channel, by: purpose },
    ),
  ])
}

function hasEnded(): DomainError {
  return refused('conflict', { key: 'refusal.ended' })
}
