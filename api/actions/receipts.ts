import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Statement } from '../../db/client.ts'
import { deliveries, subscribers, webhookEvents } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { statesBelow, type Inbound, type Receipt } from '../domain/delivery.ts'
import { DAY } from '../domain/time.ts'
import type { CallbackEvents, Provider } from '../providers/provider.ts'
import { suppressSubscriber } from './outcomes.ts'
import { hearInbound } from './suppressions.ts'

/**
 * Records what a provider says of our deliveries. Receipts come late, twice and out of order: each only ever moves a
 * delivery forward, so every order of the same receipts ends the same.
 */
export async function recordEvents(
  deps: Deps,
  provider: Provider,
  events: CallbackEvents,
): Promise<void> {
  for (const receipt of events.receipts) await recordReceipt(deps, provider, receipt)
  for (const inbound of events.inbound) await recordInbound(deps, provider, inbound)
}

async function recordReceipt(deps: Deps, provider: Provider, receipt: Receipt): Promise<void> {
  const delivery = await deliveryOf(deps, receipt)
  if (!delivery) {
    deps.log.warn('receipt for an unknown delivery', {
      provider: provider.name,
      event: receipt.event_id,
    })
    return
  }
  const now = deps.clock.now()
  await deps.db.write([
    seen(deps, provider, receipt.event_id),
    deps.db
      .update(deliveries)
      .set({
        state: receipt.state,
        providerId: sql`coalesce(${deliveries.providerId}, ${receipt.provider_id})`,
        code: receipt.code ?? null,
        reason: receipt.reason ?? null,
        updatedAt: now,
      })
      .where(
        and(eq(deliveries.id, delivery.id), inArray(deliveries.state, statesBelow(receipt.state))),
      ),
    ...consequences(deps, delivery.subscriberSeq, receipt),
  ])
}

async function deliveryOf(deps: Deps, receipt: Receipt) {
  if (receipt.delivery === null && receipt.provider_id === null) return undefined
  const [delivery] = await deps.db
    .select({ id: deliveries.id, subscriberSeq: deliveries.subscriberSeq })
    .from(deliveries)
    .where(
      receipt.delivery === null
        ? eq(deliveries.providerId, receipt.provider_id!)
        : eq(deliveries.id, receipt.delivery),
    )
  return delivery
}

/** A permanent failure or a complaint silences the address; a complaint also ends the subscription. */
function consequences(deps: Deps, seq: number, receipt: Receipt): Statement[] {
  if (!receipt.suppress) return []
  const now = deps.clock.now()
  const suppressed = suppressSubscriber(deps, seq, receipt.suppress, receipt.reason ?? '', now)
  if (receipt.suppress !== 'complaint') return [suppressed]
  return [
    suppressed,
    deps.db
      .update(subscribers)
      .set({ state: 'unsubscribed', unsubscribedAt: now, updatedAt: now })
      .where(and(eq(subscribers.seq, seq), eq(subscribers.state, 'active'))),
  ]
}

async function recordInbound(deps: Deps, provider: Provider, inbound: Inbound): Promise<void> {
  const fresh = await deps.db
    .insert(webhookEvents)
    .values({ provider: provider.name, eventId: inbound.event_id, receivedAt: deps.clock.now() })
    .onConflictDoNothing()
    .returning()
  if (fresh.length > 0) await hearInbound(deps, provider.channel, inbound)
}

function seen(deps: Deps, provider: Provider, eventId: string): Statement {
  return deps.db
    .insert(webhookEvents)
    .values({ provider: provider.name, eventId, receivedAt: deps.clock.now() })
    .onConflictDoNothing()
}

/** Providers repeat an event for a day or two at most. */
const EVENTS_KEPT = 30 * DAY

export async function forgetEvents(deps: Deps): Promise<void> {
  await deps.db
    .delete(webhookEvents)
    .where(lt(webhookEvents.receivedAt, deps.clock.now() - EVENTS_KEPT))
}
