import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm'
import { subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { digestDue } from '../../domain/audience.ts'
import { equalInConstantTime } from '../../domain/digest.ts'
import type { DomainError } from '../../domain/error.ts'
import { refusedFields, wrongField } from '../../domain/refusal.ts'
import { CODE_LASTS, CODE_TRIES } from '../../domain/token.ts'
import { canonicalNumber } from './addresses.ts'
import { codeOf, invalidLink, link, subscriberOf, type Subscriber } from './links.ts'
import { audit } from '../save.ts'
import { reconsider } from '../telling/reconsidering.ts'
import { crowdsOf, forgiveRequests } from './sign-up-limits.ts'
import { decideOnSubscriber, nextChange, skipConfirmations } from './subscriber-rows.ts'

export type Confirmed = { already: boolean; manage_url: string }

/** Confirms the challenge of a link. Mail scanners and impatient people press twice: that changes nothing. */
export async function confirmByToken(
  deps: Deps,
  token: string,
  requestId: string | null,
): Promise<Confirmed> {
  return decideOnSubscriber(async () =>
    confirm(deps, await subscriberOf(deps, 'confirm', token), requestId),
  )
}

/** Whether a confirm link would still do something; never changes anything. */
export async function lookAtConfirmation(deps: Deps, token: string): Promise<Confirmed | null> {
  const subscriber = await subscriberOf(deps, 'confirm', token)
  if (subscriber.state === 'pending') return null
  if (subscriber.state !== 'active') throw invalidLink()
  return { already: true, manage_url: await link(deps, 'manage', subscriber) }
}

/** Confirms a number by the code that was sent to it. Unknown numbers, wrong and expired codes are told the same. */
export async function confirmByCode(
  deps: Deps,
  input: { address: string; code: string },
  requestId: string | null,
): Promise<Confirmed> {
  const subscriber = await takeTry(deps, canonicalNumber(input.address))
  const code = await codeOf(deps, subscriber ?? { id: 'nobody', challengedAt: 0 })
  if (!equalInConstantTime(code, input.code.trim()) || !subscriber) throw wrongCode()
  return decideOnSubscriber(async () => {
    const [current] = await deps.db
      .select()
      .from(subscribers)
      .where(
        and(
          eq(subscribers.seq, subscriber.seq),
          eq(subscribers.challengedAt, subscriber.challengedAt),
        ),
      )
    if (!current || !['pending', 'active'].includes(current.state)) throw wrongCode()
    return confirm(deps, current, requestId)
  })
}

/** Counts the try before it is judged, so that guesses sent all at once are counted too. */
async function takeTry(deps: Deps, number: string | null): Promise<Subscriber | null> {
  const addressHash = await deps.secrets.hashAddress('sms', number ?? '')
  const [subscriber] = await deps.db
    .update(subscribers)
    .set({ codeTries: sql`${subscribers.codeTries} + 1` })
    .where(
      and(
        eq(subscribers.channel, 'sms'),
        eq(subscribers.addressHash, addressHash),
        inArray(subscribers.state, ['pending', 'active']),
        gt(subscribers.challengedAt, deps.clock.now() - CODE_LASTS),
        lt(subscribers.codeTries, CODE_TRIES),
      ),
    )
    .returning()
  return subscriber ?? null
}

async function confirm(
  deps: Deps,
  subscriber: Subscriber,
  requestId: string | null,
): Promise<Confirmed> {
  const manage_url = await link(deps, 'manage', subscriber)
  if (subscriber.state === 'active') return { already: true, manage_url }
  if (subscriber.state !== 'pending') throw invalidLink()
  const { channel, address, consent } = subscriber
  const crowds = await crowdsOf(deps, channel, address!, consent.ip_hash)
  const now = deps.clock.now()
  await deps.db.write([
    deps.db
      .update(subscribers)
      .set({
        state: 'active',
        confirmedAt: now,
        digestDueAt: digestDue(subscriber.preferences, subscriber.timeZone, now),
        consent: { ...consent, at: now },
        updatedAt: nextChange(subscriber, now),
      })
      .where(eq(subscribers.seq, subscriber.seq)),
    skipConfirmations(deps, subscriber.seq),
    // Who was asked anew may have chosen anew, while news of before waited.
    ...(await reconsider(deps, subscriber)),
    ...forgiveRequests(deps, crowds, `subscriber:${subscriber.id}`),
    audit(
      deps,
      { id: 'subscriber', requestId },
      'subscription.confirmed',
      `subscriber:${subscriber.id}`,
      { channel },
    ),
  ])
  return { already: false, manage_url }
}

function wrongCode(): DomainError {
  return refusedFields([wrongField('code', { key: 'refusal.code' })])
}
