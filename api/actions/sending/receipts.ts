import { and, eq, inArray, sql } from 'drizzle-orm'
import { deliveries, subscribers, webhookEvents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { statesBelow, type Inbound, type Receipt } from '../../domain/delivery.ts'
import { withoutAddresses } from '../../domain/reasons.ts'
import type { CallbackEvents, Provider } from '../../providers/provider.ts'
import { violates } from '../save.ts'
import { hearInbound, suppress } from '../subscribers/suppressions.ts'

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
  if (!delivery || isOfAnother(delivery, receipt)) {
    const event = receipt.event_id
    deps.log.warn('receipt for an unknown delivery', { provider: provider.name, event })
    return
  }
  const { id, channel, addressHash, address } = delivery
  // Of who was erased nothing is learned any more, least of all their address.
  const reason = address === null ? '' : withoutAddresses(receipt.reason ?? '', [address])
  if (await wasSeen(deps, provider, receipt.event_id)) return
  await deps.db.write([
    seen(deps, provider, receipt.event_id).onConflictDoNothing(),
    deps.db
      .update(deliveries)
      .set({
        state: receipt.state,
        providerId: sql`coalesce(${deliveries.providerId}, ${receipt.provider_id})`,
        code: receipt.code ?? null,
        reason: reason || null,
        updatedAt: deps.clock.now(),
      })
      .where(and(eq(deliveries.id, id), inArray(deliveries.state, statesBelow(receipt.state)))),
    ...(receipt.suppress && address !== null
      ? suppress(deps, { channel, addressHash }, receipt.suppress, reason)
      : []),
  ])
}

/**
 * Another installation on the same account counts its deliveries from 1 too. Where we do not know the provider's id (yet),
 * the announcement must be ours.
 */
function isOfAnother(
  delivery: { providerId: string | null; announcementId: string },
  { provider_id, announcement }: Receipt,
): boolean {
  if (delivery.providerId !== null && provider_id !== null)
    return delivery.providerId !== provider_id
  return delivery.announcementId !== announcement
}

async function wasSeen(deps: Deps, provider: Provider, eventId: string): Promise<boolean> {
  const found = await deps.db.query.webhookEvents.findFirst({
    where: and(eq(webhookEvents.provider, provider.name), eq(webhookEvents.eventId, eventId)),
  })
  return found !== undefined
}

async function deliveryOf(deps: Deps, receipt: Receipt) {
  if (receipt.delivery === null && receipt.provider_id === null) return undefined
  const [delivery] = await deps.db
    .select({
      id: deliveries.id,
      providerId: deliveries.providerId,
      announcementId: deliveries.announcementId,
      channel: subscribers.channel,
      addressHash: subscribers.addressHash,
      address: subscribers.address,
    })
    .from(deliveries)
    .innerJoin(subscribers, eq(subscribers.seq, deliveries.subscriberSeq))
    .where(
      receipt.delivery === null
        ? eq(deliveries.providerId, receipt.provider_id!)
        : eq(deliveries.id, receipt.delivery),
    )
  return delivery
}

/** Twilio's signatures hold for ever: an event that was heard before must not act again, or an old START undoes a STOP. */
async function recordInbound(deps: Deps, provider: Provider, inbound: Inbound): Promise<void> {
  try {
    await deps.db.write([
      seen(deps, provider, inbound.event_id),
      ...(await hearInbound(deps, provider.channel, inbound)),
    ])
  } catch (error) {
    if (!violates(error, /webhook_events/)) throw error
  }
}

function seen(deps: Deps, provider: Provider, eventId: string) {
  return deps.db
    .insert(webhookEvents)
    .values({ provider: provider.name, eventId, receivedAt: deps.clock.now() })
}
