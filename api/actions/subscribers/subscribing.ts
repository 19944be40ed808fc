import { and, eq } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { nearestLocale } from '../../domain/message.ts'
import { answerTo } from '../../domain/opt-in.ts'
import type { Consent } from '../../domain/subscription.ts'
import type { Channel } from '../../domain/words.ts'
import { openAddress } from './addresses.ts'
import { writeTo } from '../telling/announcements.ts'
import { challengeAgain, challengeNew, knownOf, type Choice, type Found } from './challenges.ts'
import { thePage } from '../page.ts'
import { preferencesOf, type Wish } from './preferences.ts'
import { audit, type Actor } from '../save.ts'
import { countRequest, crowdsOf, refuseCosts, refuseFlood, type Crowd } from './sign-up-limits.ts'
import { smsSettings } from '../sending/sms-settings.ts'
import { decideOnSubscriber, laterChange, nextChange } from './subscriber-rows.ts'

export type Request = Wish & {
  channel: Channel
  address: string
  locale?: string
  time_zone?: string
  /** Where they agreed, and from which network of the internet. */
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
): Promise<Asked> {
  const { channel, address, chosen, crowds } = await checked(deps, request)
  const addressHash = await deps.secrets.hashAddress(channel, address)
  await decideOnSubscriber(async () => {
    const found = await knownOf(deps, channel, addressHash)
    const situation = { ...found, channel, address, addressHash, chosen, crowds }
    await deps.db.write(filledUp(deps, changes(deps, situation, { id: 'subscriber', requestId })))
  })
  return { channel, address }
}

/** What a program that fills in forms is answered: the same, while nothing is done. */
export async function pretendToSubscribe(deps: Deps, request: Request): Promise<Asked> {
  const { channel, address } = await checked(deps, request)
  return { channel, address }
}

type Asked = { channel: Channel; address: string }

/** Refuses what cannot be subscribed. */
async function checked(
  deps: Deps,
  request: Request,
): Promise<Asked & { chosen: Choice; crowds: Crowd[] }> {
  const { channel } = request
  const sms = await smsSettings(deps)
  const address = await openAddress(deps, sms, channel, request.address)
  const chosen = await choiceOf(deps, request)
  const crowds = await crowdsOf(deps, channel, address, chosen.consent.ip_hash)
  await refuseFlood(deps, channel, crowds)
  if (channel === 'sms') await refuseCosts(deps, sms, address)
  return { channel, address, chosen, crowds }
}

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

type Situation = Found & Asked & { addressHash: string; chosen: Choice; crowds: Crowd[] }

/** What the longest answer takes. */
const STATEMENTS = 7

/** Every answer is as many statements, those that change nothing included, so that it takes equally long. */
function filledUp(deps: Deps, statements: Statement[]): Statement[] {
  const idle = deps.db.update(subscribers).set({ updatedAt: 0 }).where(eq(subscribers.id, ''))
  return [...statements, ...Array.from({ length: STATEMENTS - statements.length }, () => idle)]
}

/** The rows of a request. */
function changes(deps: Deps, situation: Situation, actor: Actor): Statement[] {
  const { subscriber, known, channel, address, addressHash, chosen, crowds } = situation
  const now = deps.clock.now()
  const answer = answerTo(known, now)
  const id = subscriber?.id ?? deps.newId()
  const object = subscriber || answer === 'challenge' ? `subscriber:${id}` : 'subscriber:unknown'
  const told = [
    ...countRequest(deps, crowds, addressHash, object),
    audit(deps, actor, 'subscription.requested', object, { channel, answer }),
  ]
  if (!subscriber)
    return answer === 'challenge'
      ? [...challengeNew(deps, { id, channel, address, addressHash, ...chosen }), ...told]
      : told
  switch (answer) {
    case 'challenge':
      return [...challengeAgain(deps, subscriber, chosen), ...told]
    case 'keep':
      return [
        deps.db
          .update(subscribers)
          .set({ ...chosen, updatedAt: laterChange(now) })
          .where(and(eq(subscribers.id, id), eq(subscribers.state, 'pending'))),
        ...told,
      ]
    case 'remind':
      return [
        deps.db
          .update(subscribers)
          .set({ updatedAt: nextChange(subscriber, now) })
          .where(eq(subscribers.id, id)),
        ...writeTo(deps, subscriber, 'already_subscribed'),
        ...told,
      ]
    case 'silence':
      return told
  }
}
