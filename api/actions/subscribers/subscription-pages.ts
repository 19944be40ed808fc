import { and, desc, eq, isNull } from 'drizzle-orm'
import { components, groups, incidents, suppressions } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { redact } from '../../domain/address.ts'
import { oldSecretUntil } from '../../domain/signing-secret.ts'
import { subscriberOf, type Subscriber } from './links.ts'
import { iso, isoOrNull, pageView, thePage } from '../page.ts'

/** What somebody sees who wants to subscribe. */
export async function subscribePage(deps: Deps) {
  const [page, choices] = await Promise.all([thePage(deps), choicesOf(deps)])
  return { page: pageView(deps, page), groups: choices }
}

/** What a subscriber sees of their own subscription. */
export async function managePage(deps: Deps, token: string) {
  const subscriber = await subscriberOf(deps, 'manage', token)
  const { channel, addressHash } = subscriber
  const [view, signing, [[suppression], open]] = await Promise.all([
    subscribePage(deps),
    signingOf(deps, subscriber),
    deps.db.batch([
      deps.db
        .select({ reason: suppressions.reason, at: suppressions.createdAt })
        .from(suppressions)
        .where(and(eq(suppressions.channel, channel), eq(suppressions.addressHash, addressHash))),
      deps.db
        .select({ id: incidents.id, kind: incidents.kind, name: incidents.name })
        .from(incidents)
        .where(and(isNull(incidents.resolvedAt), eq(incidents.draft, false)))
        .orderBy(desc(incidents.startedAt), desc(incidents.id)),
    ]),
  ])
  return {
    ...view,
    open_incidents: open,
    subscriber: {
      channel,
      address: redact(subscriber.address!),
      state: subscriber.state as Exclude<Subscriber['state'], 'erased'>,
      ...subscriber.preferences,
      locale: subscriber.locale,
      time_zone: subscriber.timeZone,
      suppressed: suppression ? { reason: suppression.reason, at: iso(suppression.at) } : null,
      signing,
    },
  }
}

/** How a webhook checks what comes from us; null on every other channel. */
async function signingOf(deps: Deps, { id, channel, secretVersion, secretRotatedAt }: Subscriber) {
  if (channel !== 'webhook') return null
  return {
    secret: await deps.secrets.webhookSecret(id, secretVersion),
    old_until: isoOrNull(oldSecretUntil(secretRotatedAt, deps.clock.now())),
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
