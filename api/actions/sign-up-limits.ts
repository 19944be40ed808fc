import { and, count, eq, gt, sql } from 'drizzle-orm'
import type { Statement } from '../../db/client.ts'
import { deliveries, idempotencyKeys, smsUsage, subscribers } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import {
  blockOf,
  domainOf,
  mailboxOf,
  UNCONFIRMED_PER_BLOCK,
  UNCONFIRMED_PER_DOMAIN,
  UNCONFIRMED_PER_HOUR,
  UNCONFIRMED_PER_MAILBOX,
  UNCONFIRMED_PER_NETWORK,
} from '../domain/sign-up-limits.ts'
import type { SmsSettings } from '../domain/sms.ts'
import { addDays, dayOf, HOUR, MINUTE, SECOND, startOfDay } from '../domain/time.ts'
import type { Channel } from '../domain/words.ts'
import { countryOf } from './addresses.ts'
import { spendRefusal } from './sms-spending.ts'

/**
 * Refuses what would make us write to strangers too often. What is known of an address plays no part in it, so that a
 * refusal tells nothing either.
 */
export async function refuseFlood(
  deps: Deps,
  channel: Channel,
  address: string,
  network: string | null,
): Promise<void> {
  const since = deps.clock.now() - HOUR
  const [[waiting], [asked]] = await deps.db.batch([
    deps.db
      .select({ all: count(), ...neighbours(channel, address) })
      .from(subscribers)
      .where(
        and(
          // Spelt out, or SQLite would not use the index of pending ones.
          sql`${subscribers.state} = 'pending'`,
          gt(subscribers.createdAt, since),
          eq(subscribers.channel, channel),
          // Whom an operator's list names was not asked for by a stranger.
          sql`${subscribers.consent} ->> '$.source' <> 'import'`,
        ),
      ),
    deps.db
      .select({ count: count() })
      .from(idempotencyKeys)
      .where(and(eq(idempotencyKeys.keyId, nameOf(network)), gt(idempotencyKeys.createdAt, since))),
  ])
  const { all, domain, mailbox, block } = waiting!
  const isFlood =
    all >= UNCONFIRMED_PER_HOUR[channel] ||
    domain >= UNCONFIRMED_PER_DOMAIN ||
    mailbox >= UNCONFIRMED_PER_MAILBOX ||
    block >= UNCONFIRMED_PER_BLOCK ||
    (network !== null && asked!.count >= UNCONFIRMED_PER_NETWORK)
  if (isFlood)
    throw new DomainError('too_many', 'too many are subscribing right now; try again later', {
      retryAfter: (10 * MINUTE) / SECOND,
    })
}

/** How many of those waiting are like this address, in each way that has a limit. */
function neighbours(channel: Channel, address: string) {
  const column = subscribers.address
  const domain = domainOf(channel, address)
  const end = channel === 'email' ? sql`${-(domain?.length ?? 0)}` : sql`1, ${domain?.length ?? 0}`
  const beforeAt = sql`substr(${column}, 1, instr(replace(${column}, '+', '@'), '@') - 1)`
  const mailbox = sql`lower(replace(${beforeAt}, '.', '') || substr(${column}, instr(${column}, '@')))`
  const none = sql`0`
  return {
    domain: total(domain === null ? none : sql`substr(${column}, ${end}) = ${domain}`),
    mailbox: total(channel === 'email' ? sql`${mailbox} = ${mailboxOf(address)}` : none),
    block: total(
      channel === 'sms'
        ? sql`substr(${column}, 1, ${address.length - 4}) = ${blockOf(address)}`
        : none,
    ),
  }
}

const total = (condition: ReturnType<typeof sql>) => sql<number>`total(${condition})`

/**
 * Remembers that a network asked, whatever came of it: if only those counted who were unknown, the moment of the refusal
 * would tell who is known. Kept for a day like all keys of requests.
 */
export function countRequest(deps: Deps, network: string | null, object: string): Statement[] {
  if (network === null) return []
  const row = { keyId: nameOf(network), key: deps.newId(), requestHash: '', object }
  return [deps.db.insert(idempotencyKeys).values({ ...row, createdAt: deps.clock.now() })]
}

/** Who confirms was no stranger: a whole office may subscribe from one network. */
export function forgiveRequests(deps: Deps, network: string | null, object: string): Statement[] {
  if (network === null) return []
  return [
    deps.db
      .delete(idempotencyKeys)
      .where(and(eq(idempotencyKeys.keyId, nameOf(network)), eq(idempotencyKeys.object, object))),
  ]
}

function nameOf(network: string | null): string {
  return `network:${network ?? ''}`
}

/** Refuses numbers when the day's codes for their country, or the day's money, are used up; until midnight UTC. */
export async function refuseCosts(deps: Deps, sms: SmsSettings, number: string): Promise<void> {
  const country = countryOf(number)!
  const today = dayOf(deps.clock.now(), 'UTC')
  const [[used], waiting] = await deps.db.batch([
    deps.db
      .select({ codes: smsUsage.codes })
      .from(smsUsage)
      .where(and(eq(smsUsage.day, today), eq(smsUsage.country, country))),
    deps.db
      .select({ address: subscribers.address })
      .from(deliveries)
      .innerJoin(subscribers, eq(subscribers.seq, deliveries.subscriberSeq))
      .where(
        sql`${deliveries.channel} = 'sms' AND ${deliveries.state} = 'pending' AND ${deliveries.priority} = 0`,
      ),
  ])
  const unsent = waiting.filter(({ address }) => address && countryOf(address) === country).length
  const isUsedUp = (used?.codes ?? 0) + unsent >= sms.codes_per_country
  if (!isUsedUp && !(await spendRefusal(deps, [{ to: number, text: '' }]))) return
  const tomorrow = startOfDay(addDays(today, 1), 'UTC')
  throw new DomainError('too_many', 'no more numbers can be subscribed today; try again tomorrow', {
    retryAfter: Math.ceil((tomorrow - deps.clock.now()) / SECOND),
  })
}
