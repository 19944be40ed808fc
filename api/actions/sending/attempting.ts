import type { Deps } from '../../deps.ts'
import { afterAttempt, backoff, isTooLate, ofOneAddress } from '../../domain/attempt.ts'
import type { Outcome } from '../../domain/delivery.ts'
import { anonymous } from '../../domain/reasons.ts'
import { SECOND } from '../../domain/time.ts'
import type { Message, Provider } from '../../providers/provider.ts'
import type { Claim } from './batches.ts'
import { hearAnswer } from './answered-challenges.ts'
import { countFailures } from './endpoints.ts'
import { gateAfter } from './gates.ts'
import { messagesOf } from './messages.ts'
import { record } from './outcomes.ts'
import { passOn } from './elsewhere.ts'
import { seenBefore } from './seen-before.ts'
import { reserve, settleCosts, type Reservation } from './sms-spending.ts'

/** Far below the lease: a request is over long before anybody else may take its batch. */
const REQUEST_TIMEOUT = 10 * SECOND
/** Where it can never be learned what came of a request that was not waited for. */
const PATIENT_TIMEOUT = 30 * SECOND

/** One request for a batch in our hands, and what follows from its outcome. */
export async function attempt(deps: Deps, provider: Provider, claimed: Claim): Promise<void> {
  const { batch, members, first } = claimed
  if (members.every((member) => member.state !== 'sending')) {
    // Receipts have said it all already.
    await deps.db.write(record(deps, { ...claimed, members: [] }, { kind: 'done', results: [] }))
    return
  }
  const now = deps.clock.now()
  if (!first && isTooLate(batch.firstSentAt ?? now, lastExpiry(claimed), now)) {
    const why = { code: 'too_late', reason: 'it may have been accepted and must not be repeated' }
    await deps.db.write(record(deps, claimed, { kind: 'unknown', ...why }))
    return
  }
  const messages = await composed(deps, claimed)
  if (!messages) return
  if (first && (await seenBefore(deps, provider, claimed, messages[0]!))) return
  const money = provider.channel === 'sms' ? await reserve(deps, claimed, messages[0]!) : null
  if (money && 'refusal' in money) {
    const refused = record(deps, claimed, { kind: 'dead', ...money.refusal })
    await deps.db.write([...refused, money.warning])
    return
  }
  if (deps.clock.now() >= (batch.leasedUntil ?? 0)) return
  const signal = AbortSignal.timeout(timeoutOf(provider))
  const said = await provider.send(messages, batch.id, signal)
  const outcome = anonymous(
    said,
    messages.map(({ to }) => to),
  )
  if (outcome.kind !== 'answered')
    deps.log.warn('provider trouble', { provider: provider.name, batch: batch.id, outcome })
  await conclude(deps, provider, claimed, messages, money, outcome)
}

function lastExpiry({ members }: Claim): number {
  return Math.max(...members.map(({ expiresAt }) => expiresAt))
}

/** The messages of a batch; one that cannot be written steps back, so that it does not hold up the others. */
async function composed(deps: Deps, claimed: Claim): Promise<Message[] | null> {
  const { batch, members, first } = claimed
  try {
    return await messagesOf(deps, members)
  } catch (error) {
    deps.log.error('a message cannot be written', { batch: batch.id, error })
    await deps.db.write(
      record(deps, claimed, {
        kind: 'again',
        notBefore: deps.clock.now() + Math.max(SECOND, backoff(batch.attempts + 1, deps.random())),
        attempts: batch.attempts + 1,
        touchedWire: !first,
        code: 'rendering',
        reason: 'the message cannot be written',
      }),
    )
    return null
  }
}

function isUnverifiable(provider: Provider): boolean {
  return !provider.idempotent && !provider.find
}

function timeoutOf(provider: Provider): number {
  return isUnverifiable(provider) && !provider.independent ? PATIENT_TIMEOUT : REQUEST_TIMEOUT
}

async function conclude(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  messages: Message[],
  money: Reservation | null,
  said: Outcome,
): Promise<void> {
  const { attempts } = claimed.batch
  const outcome = provider.independent ? ofOneAddress(said) : said
  const next = afterAttempt(
    {
      attempts,
      members: messages.length,
      first: claimed.first,
      retries: provider.retries,
      unverifiable: isUnverifiable(provider),
    },
    outcome,
    deps.clock.now(),
    deps.random(),
  )
  const results = outcome.kind === 'answered' ? outcome.results : []
  await deps.db.write([
    ...(provider.independent ? countFailures(deps, claimed, outcome) : []),
    ...passOn(deps, claimed, results),
    ...record(deps, claimed, next),
    ...(await gateAfter(deps, provider, outcome)),
    ...(money ? await settleCosts(deps, money, claimed, messages[0]!, outcome) : []),
  ])
  for (const [i, result] of results.entries()) await hearAnswer(deps, claimed.members[i]!, result)
}
