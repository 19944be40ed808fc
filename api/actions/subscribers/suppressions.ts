import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { subscribers, suppressions } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Inbound } from '../../domain/delivery.ts'
import { isDecision, reasonsBelow } from '../../domain/suppression.ts'
import type { Channel, SuppressionReason } from '../../domain/words.ts'
import { audit, type Actor } from '../save.ts'
import { endSubscription, laterChange } from './subscriber-rows.ts'

type Address = { channel: Channel; addressHash: string }

const subscriberItself: Actor = { id: 'subscriber', requestId: null }

/** What follows from a text that a person sent to us, for one batch with the mark that it was heard. HELP changes nothing. */
export async function hearInbound(
  deps: Deps,
  channel: Channel,
  inbound: Inbound,
): Promise<Statement[]> {
  const address = { channel, addressHash: await deps.secrets.hashAddress(channel, inbound.from) }
  if (inbound.keyword === 'stop') return endAddress(deps, subscriberItself, address, 'stop', '')
  if (inbound.keyword === 'start') return liftStop(deps, address)
  return []
}

/** Ends what an address subscribes to and remembers that nothing may be sent to it. */
export async function unsubscribeAddress(
  deps: Deps,
  actor: Actor,
  address: Address,
  reason: 'stop' | 'complaint' | 'manual',
  detail = '',
): Promise<void> {
  await deps.db.write(endAddress(deps, actor, address, reason, detail))
}

function endAddress(
  deps: Deps,
  actor: Actor,
  address: Address,
  reason: SuppressionReason,
  detail: string,
): Statement[] {
  return [
    ...suppress(deps, address, reason, detail),
    audit(deps, actor, 'address.suppressed', `address:${address.addressHash}`, {
      channel: address.channel,
      reason,
    }),
  ]
}

/** Nothing is sent to this address any more; those who decided that are no subscribers any more. */
export function suppress(
  deps: Deps,
  { channel, addressHash }: Address,
  reason: SuppressionReason,
  detail: string,
): Statement[] {
  const now = deps.clock.now()
  return [
    deps.db
      .insert(suppressions)
      .values({ channel, addressHash, reason, detail, createdAt: now })
      .onConflictDoUpdate({
        target: [suppressions.channel, suppressions.addressHash],
        set: { reason, detail, createdAt: now },
        setWhere: inArray(suppressions.reason, reasonsBelow(reason)),
      }),
    ...(isDecision(reason)
      ? endSubscription(
          deps,
          sql`${subscribers.channel} = ${channel} AND ${subscribers.addressHash} = ${addressHash}`,
          // The same instant on both rows: by it START finds the subscription that STOP ended, a confirmed one only.
          sql`CASE ${subscribers.state} WHEN 'active' THEN ${now} ELSE ${now - 1} END`,
        )
      : []),
  ]
}

/**
 * START takes back a STOP, nothing else: the number may be written to, and a subscription that the STOP had ended goes on
 * (the network tells the person so).
 */
async function liftStop(deps: Deps, { channel, addressHash }: Address): Promise<Statement[]> {
  const now = deps.clock.now()
  const stop = and(
    eq(suppressions.channel, channel),
    eq(suppressions.addressHash, addressHash),
    eq(suppressions.reason, 'stop'),
  )
  const [stopped] = await deps.db.select().from(suppressions).where(stop)
  if (!stopped) return []
  return [
    deps.db
      .update(subscribers)
      .set({
        state: 'active',
        unsubscribedAt: null,
        consent: sql`json_set(${subscribers.consent}, '$.at', ${now}, '$.source', 'sms:start')`,
        updatedAt: laterChange(now),
      })
      .where(
        and(
          eq(subscribers.channel, channel),
          eq(subscribers.addressHash, addressHash),
          eq(subscribers.state, 'unsubscribed'),
          // What was not confirmed ended a moment before: START is no answer to our question.
          eq(subscribers.unsubscribedAt, stopped.createdAt),
        ),
      ),
    deps.db.delete(suppressions).where(stop),
    audit(deps, subscriberItself, 'address.released', `address:${addressHash}`, { channel }),
  ]
}
