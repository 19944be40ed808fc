import { and, count, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Statement } from '../../db/client.ts'
import { announcements, deliveries, subscribers, suppressions } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { answerTo, isMendable, type Known } from '../domain/opt-in.ts'
import type { Consent } from '../domain/subscription.ts'
import { DAY, HOUR, MINUTE } from '../domain/time.ts'
import type { Channel } from '../domain/words.ts'
import { openAddress } from './addresses.ts'
import { writeTo } from './announcements.ts'
import type { Subscriber } from './links.ts'
import { thePage } from './page.ts'
import { nearestLocale, preferencesOf, type Wish } from './preferences.ts'
import { audit, type Actor } from './save.ts'
import { smsSettings } from './sms-settings.ts'
import {
  decideOnSubscriber,
  laterChange,
  nextChange,
  skipConfirmations,
} from './subscriber-rows.ts'

export type Request = Wish & {
  channel: Channel
  address: string
  locale?: string
  time_zone?: string
  /** Where they agreed, and from which address of the internet. */
  consent: { source: string; ip: string | null }
}

/** Version of the words beside the subscribe button; a change of meaning is a new version. */
const CONSENT_VERSION = '1'

/**
 * Takes a request to subscribe. The answer is the same for new, pending, active and suppressed addresses; what is done
 * about it arrives at the address itself. Returns the address in its canonical form.
 */
export async function subscribe(
  deps: Deps,
  request: Request,
  requestId: string | null,
): Promise<{ channel: Channel; address: string }> {
  const { channel } = request
  const address = await openAddress(deps, await smsSettings(deps), channel, request.address)
  const chosen = await choiceOf(deps, request)
  await refuseFlood(deps, channel, address)
  const addressHash = await deps.secrets.hashAddress(channel, address)
  await decideOnSubscriber(async () => {
    const found = await load(deps, channel, addressHash)
    await deps.db.write(
      changes(
        deps,
        { ...found, channel, address, addressHash, chosen },
        { id: 'subscriber', requestId },
      ),
    )
  })
  return { channel, address }
}

type Choice = Pick<Subscriber, 'preferences' | 'locale' | 'timeZone' | 'consent'>

async function choiceOf(deps: Deps, request: Request): Promise<Choice> {
  const [page, preferences] = await Promise.all([
    thePage(deps),
    preferencesOf(deps, request.channel, request),
  ])
  const { source, ip } = request.consent
  const consent: Consent = {
    at: deps.clock.now(),
    source,
    text_version: CONSENT_VERSION,
    ip_hash: ip === null ? null : await deps.secrets.hashAddress('ip', ip),
  }
  return {
    preferences,
    consent,
    locale: nearestLocale(request.locale) ?? nearestLocale(page.locale) ?? 'en',
    timeZone: request.time_zone ?? page.timeZone,
  }
}

/** Requests per hour that nobody has confirmed: above them somebody makes us write to strangers. */
const UNCONFIRMED_PER_HOUR: Record<Channel, number> = {
  email: 10_000,
  sms: 1_000,
  webhook: 1_000,
  slack: 1_000,
  teams: 1_000,
  discord: 1_000,
}
/** Fraud with SMS fees uses blocks of numbers: those that differ in the last four digits only. */
const UNCONFIRMED_PER_BLOCK = 100

async function refuseFlood(deps: Deps, channel: Channel, address: string): Promise<void> {
  const block = channel === 'sms' ? address.slice(0, -4) : ''
  const [waiting] = await deps.db
    .select({
      all: count(),
      block: sql<number>`total(substr(${subscribers.address}, 1, ${block.length}) = ${block})`,
    })
    .from(subscribers)
    .where(
      and(
        // Spelt out, or SQLite would not use the index of pending ones.
        sql`${subscribers.state} = 'pending'`,
        gt(subscribers.createdAt, deps.clock.now() - HOUR),
        eq(subscribers.channel, channel),
      ),
    )
  const { all, block: inBlock } = waiting!
  if (all >= UNCONFIRMED_PER_HOUR[channel] || (block !== '' && inBlock >= UNCONFIRMED_PER_BLOCK))
    throw new DomainError('too_many', 'too many are subscribing right now; try again later', {
      retryAfter: (10 * MINUTE) / 1000,
    })
}

type Found = { subscriber: Subscriber | null; known: Known }

async function load(deps: Deps, channel: Channel, addressHash: string): Promise<Found> {
  const [[subscriber], [suppression], letters] = await deps.db.batch([
    deps.db
      .select()
      .from(subscribers)
      .where(and(eq(subscribers.channel, channel), eq(subscribers.addressHash, addressHash))),
    deps.db
      .select({ reason: suppressions.reason, at: suppressions.createdAt })
      .from(suppressions)
      .where(and(eq(suppressions.channel, channel), eq(suppressions.addressHash, addressHash))),
    deps.db
      .select({ kind: announcements.kind, at: announcements.createdAt })
      .from(subscribers)
      .innerJoin(deliveries, eq(deliveries.subscriberSeq, subscribers.seq))
      .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
      .where(
        and(
          eq(subscribers.channel, channel),
          eq(subscribers.addressHash, addressHash),
          inArray(announcements.kind, ['confirmation', 'already_subscribed']),
          gt(announcements.createdAt, deps.clock.now() - DAY),
        ),
      )
      .orderBy(desc(announcements.createdAt)),
  ])
  const answeredAt = subscriber?.confirmedAt ?? -1
  return {
    subscriber: subscriber ?? null,
    known: {
      channel,
      state: subscriber?.state ?? null,
      suppression: suppression ?? null,
      challenges: letters
        .filter(({ kind, at }) => kind === 'confirmation' && at > answeredAt)
        .map(({ at }) => at),
      remindedAt: letters.find(({ kind }) => kind === 'already_subscribed')?.at ?? null,
    },
  }
}

type Situation = Found & { channel: Channel; address: string; addressHash: string; chosen: Choice }

/** The rows of a request; every answer writes some, so that they take equally long. */
function changes(deps: Deps, situation: Situation, actor: Actor): Statement[] {
  const { subscriber, known, channel, chosen } = situation
  const now = deps.clock.now()
  const answer = answerTo(known, now)
  const id = subscriber?.id ?? deps.newId()
  const told = audit(
    deps,
    actor,
    'subscription.requested',
    subscriber || answer === 'challenge' ? `subscriber:${id}` : 'subscriber:unknown',
    { channel, answer },
  )
  if (answer === 'challenge')
    return [
      ...challenge(deps, situation, id, now),
      ...writeTo(deps, { id, channel, ...chosen }, 'confirmation'),
      told,
    ]
  if (subscriber && answer === 'keep')
    return [
      deps.db
        .update(subscribers)
        .set({ ...chosen, updatedAt: laterChange(now) })
        .where(and(eq(subscribers.id, id), eq(subscribers.state, 'pending'))),
      told,
    ]
  if (subscriber && answer === 'remind')
    return [
      deps.db
        .update(subscribers)
        .set({ updatedAt: nextChange(subscriber, now) })
        .where(eq(subscribers.id, id)),
      ...writeTo(deps, subscriber, 'already_subscribed'),
      told,
    ]
  return [told]
}

/** Starts a new challenge; links and codes of an earlier one are void from here on. */
function challenge(deps: Deps, situation: Situation, id: string, now: number): Statement[] {
  const { subscriber, known, channel, address, addressHash, chosen } = situation
  const pending = { ...chosen, state: 'pending', challengedAt: now, codeTries: 0 } as const
  const mended = known.suppression && isMendable(known.suppression, now)
  const row = subscriber
    ? [
        deps.db
          .update(subscribers)
          .set({ ...pending, unsubscribedAt: null, updatedAt: nextChange(subscriber, now) })
          .where(eq(subscribers.id, id)),
        skipConfirmations(deps, subscriber.seq),
      ]
    : [
        deps.db.insert(subscribers).values({
          ...pending,
          id,
          channel,
          address,
          addressHash,
          createdAt: now,
          updatedAt: now,
        }),
      ]
  if (!mended) return row
  return [
    ...row,
    deps.db
      .delete(suppressions)
      .where(and(eq(suppressions.channel, channel), eq(suppressions.addressHash, addressHash))),
  ]
}
