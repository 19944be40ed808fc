import { and, eq, sql } from 'drizzle-orm'
import { components, groups, subscribers, suppressions } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { redact } from '../domain/address.ts'
import { DomainError } from '../domain/error.ts'
import { subscriberOf } from './links.ts'
import { pageView, thePage } from './page.ts'
import { nearestLocale, preferencesOf, type Wish } from './preferences.ts'
import { audit } from './save.ts'
import { decideOnSubscriber, endSubscription, nextChange } from './subscriber-rows.ts'

/** What somebody sees who wants to subscribe. */
export async function subscribePage(deps: Deps) {
  const [page, choices] = await Promise.all([thePage(deps), choicesOf(deps)])
  return { page: pageView(deps, page), groups: choices }
}

/** What a subscriber sees of their own subscription. */
export async function managePage(deps: Deps, token: string) {
  const subscriber = await subscriberOf(deps, 'manage', token)
  const [view, [suppression]] = await Promise.all([
    subscribePage(deps),
    deps.db
      .select({ reason: suppressions.reason })
      .from(suppressions)
      .where(
        and(
          eq(suppressions.channel, subscriber.channel),
          eq(suppressions.addressHash, subscriber.addressHash),
        ),
      ),
  ])
  return {
    ...view,
    subscriber: {
      channel: subscriber.channel,
      address: redact(subscriber.address!),
      state: subscriber.state as Exclude<typeof subscriber.state, 'erased'>,
      ...subscriber.preferences,
      locale: subscriber.locale,
      time_zone: subscriber.timeZone,
      suppressed: suppression?.reason ?? null,
    },
  }
}

/** Components in the order of the page, those without a group first. */
async function choicesOf(deps: Deps) {
  const [groupRows, componentRows] = await deps.db.batch([
    deps.db.select({ id: groups.id, name: groups.name }).from(groups).orderBy(groups.position),
    deps.db
      .select({ id: components.id, name: components.name, groupId: components.groupId })
      .from(components)
      .orderBy(components.position),
  ])
  return [{ id: null, name: null }, ...groupRows]
    .map((group) => ({
      id: group.id,
      name: group.name,
      components: componentRows
        .filter(({ groupId }) => groupId === group.id)
        .map(({ id, name }) => ({ id, name })),
    }))
    .filter((group) => group.components.length > 0)
}

export type Change = Wish & { locale?: string; time_zone?: string }

/** Replaces the choice of components, and whatever else is mentioned. */
export async function changePreferences(
  deps: Deps,
  token: string,
  change: Change,
  requestId: string | null,
): Promise<void> {
  await decideOnSubscriber(async () => {
    const subscriber = await subscriberOf(deps, 'manage', token)
    if (subscriber.state === 'unsubscribed')
      throw new DomainError('conflict', 'this subscription has ended; subscribe again')
    const { events, min_impact } = subscriber.preferences
    const preferences = await preferencesOf(deps, subscriber.channel, {
      ...change,
      events: change.events ?? events,
      min_impact: change.min_impact ?? min_impact,
    })
    await deps.db.write([
      deps.db
        .update(subscribers)
        .set({
          preferences,
          locale: nearestLocale(change.locale) ?? subscriber.locale,
          timeZone: change.time_zone ?? subscriber.timeZone,
          updatedAt: nextChange(subscriber, deps.clock.now()),
        })
        .where(eq(subscribers.seq, subscriber.seq)),
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
