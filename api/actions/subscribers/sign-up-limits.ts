import { and, count, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { deliveries, idempotencyKeys, smsUsage, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { refused } from '../../domain/refusal.ts'
import {
  blockOf,
  domainOf,
  mailboxOf,
  UNCONFIRMED_PER_BLOCK,
  UNCONFIRMED_PER_DOMAIN,
  UNCONFIRMED_PER_HOUR,
  UNCONFIRMED_PER_MAILBOX,
  UNCONFIRMED_PER_NETWORK,
} from '../../domain/sign-up-limits.ts'
import type { SmsSettings } from '../../domain/sms.ts'
import { addDays, dayOf, HOUR, MINUTE, SECOND, startOfDay } from '../../domain/time.ts'
import type { Channel } from '../../domain/words.ts'
import { countryOf } from './addresses.ts'
import { spendRefusal } from '../sending/sms-spending.ts'

/** Those who count together, by a name that gives nobody away, and how many of them may ask in an hour. */
export type Crowd = { name: string; most: number; counts: 'requests' | 'addresses' }

/** Whom a request counts with, in each way that has a limit. */
export async function crowdsOf(
  deps: Deps,
  channel: Channel,
  address: string,
  network: string | null,
): Promise<Crowd[]> {
  const domain = domainOf(channel, address)
  const crowd = async (kind: string, text: string | null, most: number): Promise<Crowd[]> =>
    text === null
      ? []
      : [
          {
            name: `${kind}:${await deps.secrets.hashAddress(kind, text)}`,
            most,
            counts: 'addresses',
          },
        ]
  const crowds = await Promise.all([
    crowd('domain', domain && `${channel}:${domain}`, UNCONFIRMED_PER_DOMAIN),
    crowd('mailbox', channel === 'email' ? mailboxOf(address) : null, UNCONFIRMED_PER_MAILBOX),
    crowd('block', channel === 'sms' ? blockOf(address) : null, UNCONFIRMED_PER_BLOCK),
  ])
  const most = UNCONFIRMED_PER_NETWORK
  return network === null
    ? crowds.flat()
    : [...crowds.flat(), { name: `network:${network}`, most, counts: 'requests' }]
}

/** When whoever came in a flood may try again. */
const PAUSE = 10 * MINUTE

/**
 * Refuses what would make us write to strangers too often. What is known of an address plays no part in it, so that a
 * refusal tells nothing either.
 */
export async function refuseFlood(deps: Deps, channel: Channel, crowds: Crowd[]): Promise<void> {
  const since = deps.clock.now() - HOUR
  const names = crowds.map(({ name }) => name)
  const [[waiting], asked] = await deps.db.batch([
    deps.db
      .select({ count: count() })
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
      .select({ name: idempotencyKeys.keyId, count: count() })
      .from(idempotencyKeys)
      .where(and(inArray(idempotencyKeys.keyId, names), gt(idempotencyKeys.createdAt, since)))
      .groupBy(idempotencyKeys.keyId),
  ])
  const counted = new Map(asked.map((row) => [row.name, row.count]))
  const isFlood =
    waiting!.count >= UNCONFIRMED_PER_HOUR[channel] ||
    crowds.some(({ name, most }) => (counted.get(name) ?? 0) >= most)
  if (!isFlood) return
  const say = { key: 'refusal.flood', values: { n: PAUSE / MINUTE } } as const
  throw refused('too_many', say, { retryAfter: PAUSE / SECOND })
}

/**
 * Remembers who asked, whatever came of it: if only those counted who were unknown, the moment of the refusal would tell
 * who is known. Kept for a day like all keys of requests.
 */
export function countRequest(
  deps: Deps,
  crowds: Crowd[],
  addressHash: string,
  object: string,
): Statement[] {
  if (crowds.length === 0) return []
  const rows = crowds.map(({ name, counts }) => ({
    keyId: name,
    key: counts === 'requests' ? deps.newId() : addressHash,
    requestHash: '',
    object,
    createdAt: deps.clock.now(),
  }))
  return [
    deps.db
      .insert(idempotencyKeys)
      .values(rows)
      .onConflictDoUpdate({
        target: [idempotencyKeys.keyId, idempotencyKeys.key],
        set: { object, createdAt: deps.clock.now() },
      }),
  ]
}

/** Who confirms was no stranger: a whole office may subscribe from one network. */
export function forgiveRequests(deps: Deps, crowds: Crowd[], object: string): Statement[] {
  const names = crowds.map(({ name }) => name)
  if (names.length === 0) return []
  return [
    deps.db
      .delete(idempotencyKeys)
      .where(and(inArray(idempotencyKeys.keyId, names), eq(idempotencyKeys.object, object))),
  ]
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
  if (!isUsedUp && !(await spendRefusal(deps, { to: number, text: '' }))) return
  const tomorrow = startOfDay(addDays(today, 1), 'UTC')
  throw refused(
    'too_many',
    { key: 'refusal.costs' },
    { retryAfter: Math.ceil((tomorrow - deps.clock.now()) / SECOND) },
  )
}
