import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import { afterAttempt, backoff, isTooLate, ofOneAddress, type Next } from '../../domain/attempt.ts'
import type { Outcome } from '../../domain/delivery.ts'
import { anonymous } from '../../domain/reasons.ts'
import { SECOND } from '../../domain/time.ts'
import type { Message, Provider } from '../../providers/provider.ts'
import { hearAnswer } from './answered-challenges.ts'
import type { Claim } from './batches.ts'
import { passOn } from './elsewhere.ts'
import { countFailures } from './endpoints.ts'
import { gateAfter, giveBack } from './gates.ts'
import { messagesOf } from './messages.ts'
import { record } from './outcomes.ts'
import { charge } from './rates.ts'
import { seenBefore } from './seen-before.ts'
import { reserve, settleCosts, type Reservation } from './sms-spending.ts'

/** Far below the lease: a request is over long before anybody else may take its batch. */
const REQUEST_TIMEOUT = 10 * SECOND
/** Where it can never be learned what came of a request that was not waited for. */
const PATIENT_TIMEOUT = 30 * SECOND

/** What follows from a request: to be saved with the next claim, and what can only come after that. */
export type Conclusion = {
  wasMade: boolean
  statements: Statement[]
  afterwards(): Promise<void>
}

/** One request for a batch in our hands. Nothing of its outcome is saved yet. */
export async function attempt(deps: Deps, provider: Provider, claimed: Claim): Promise<Conclusion> {
  const { batch, members, first } = claimed
  const unmade = (...statements: Statement[]): Conclusion => ({
    wasMade: false,
    statements: [...statements, ...giveBack(deps, provider, batch.claim)],
    afterwards: () => Promise.resolve(),
  })
  // Nobody is left in it, or receipts have said it all already.
  if (members.every((member) => member.state !== 'sending'))
    return unmade(...record(deps, { ...claimed, members: [] }, { kind: 'done', results: [] }))
  const now = deps.clock.now()
  if (!first && isTooLate(batch.firstSentAt ?? now, lastExpiry(claimed), now)) {
    const why = { code: 'too_late', reason: 'it may have been accepted and must not be repeated' }
    return unmade(...record(deps, claimed, { kind: 'unknown', ...why }))
  }
  const messages = await composed(deps, claimed)
  if (!messages) return unmade(...record(deps, claimed, steppingBack(deps, claimed)))
  if (first && (await seenBefore(deps, provider, claimed, messages[0]!)))
    return { wasMade: false, statements: [], afterwards: () => Promise.resolve() }
  const money = provider.channel === 'sms' ? await reserve(deps, claimed, messages[0]!) : null
  if (money && 'refusal' in money)
    return unmade(...record(deps, claimed, { kind: 'dead', ...money.refusal }), money.warning)
  if (deps.clock.now() >= (batch.leasedUntil ?? 0)) return unmade()
  const said = await provider.send(messages, batch.id, AbortSignal.timeout(timeoutOf(provider)))
  const outcome = anonymous(
    said,
    messages.map(({ to }) => to),
  )
  if (outcome.kind !== 'answered')
    deps.log.warn('provider trouble', { provider: provider.name, batch: batch.id, outcome })
  return conclude(deps, provider, claimed, { messages, money, outcome })
}

function lastExpiry({ members }: Claim): number {
  return Math.max(...members.map(({ expiresAt }) => expiresAt))
}

async function composed(deps: Deps, { batch, members }: Claim): Promise<Message[] | null> {
  try {
    return await messagesOf(deps, members)
  } catch (error) {
    deps.log.error('a message cannot be written', { batch: batch.id, error })
    return null
  }
}

/** What cannot be written must not hold up the others. */
function steppingBack(deps: Deps, { batch, first }: Claim): Next {
  const attempts = batch.attempts + 1
  return {
    kind: 'again',
    notBefore: deps.clock.now() + Math.max(SECOND, backoff(attempts, deps.random())),
    attempts,
    touchedWire: !first,
    code: 'rendering',
    reason: 'the message cannot be written',
  }
}

function isUnverifiable(provider: Provider): boolean {
  return !provider.idempotent && !provider.find
}

function timeoutOf(provider: Provider): number {
  return isUnverifiable(provider) && !provider.independent ? PATIENT_TIMEOUT : REQUEST_TIMEOUT
}

type Sent = { messages: Message[]; money: Reservation | null; outcome: Outcome }

async function conclude(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  { messages, money, outcome: said }: Sent,
): Promise<Conclusion> {
  const { batch, members, first } = claimed
  const outcome = provider.independent ? ofOneAddress(said) : said
  const next = afterAttempt(
    {
      attempts: batch.attempts,
      members: messages.length,
      first,
      retries: provider.retries,
      unverifiable: isUnverifiable(provider),
    },
    outcome,
    deps.clock.now(),
    deps.random(),
  )
  const results = outcome.kind === 'answered' ? outcome.results : []
  const statements = [
    ...(provider.independent ? countFailures(deps, claimed, outcome) : []),
    ...passOn(deps, claimed, results),
    ...record(deps, claimed, next),
    ...gateAfter(deps, provider, outcome, batch.claim),
    ...charge(deps, provider, costOf(provider, messages)),
    ...(money ? await settleCosts(deps, money, claimed, messages[0]!, outcome) : []),
  ]
  return {
    wasMade: true,
    statements,
    async afterwards() {
      for (const [i, result] of results.entries()) await hearAnswer(deps, members[i]!, result)
    },
  }
}

/** How many requests' worth of the rate one request took. */
function costOf({ cost }: Provider, messages: Message[]): number {
  if (!cost) return 1
  return messages.reduce((sum, message) => sum + cost(message) - 1, 1)
}
