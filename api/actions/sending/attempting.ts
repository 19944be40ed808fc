import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import { afterAttempt, ofOneAddress } from '../../domain/attempt.ts'
import type { Outcome, Result } from '../../domain/delivery.ts'
import { anonymous } from '../../domain/reasons.ts'
import { SECOND } from '../../domain/time.ts'
import type { Message, Provider } from '../../providers/provider.ts'
import { hearAnswer } from './answered-challenges.ts'
import type { Claim } from './batches.ts'
import { passOn } from './elsewhere.ts'
import { countFailures } from './endpoints.ts'
import { gateAfter } from './gates.ts'
import { counted, record } from './outcomes.ts'
import type { Ready } from './preparing.ts'
import { charge } from './rates.ts'
import { refund, settleCosts } from './sms-spending.ts'
import { undo } from './unanswered.ts'

/** Far below the lease: a request is over long before anybody else may take its batch. */
const REQUEST_TIMEOUT = 10 * SECOND
/** Where it can never be learned what came of a request that was not waited for. */
const PATIENT_TIMEOUT = 30 * SECOND

/** What follows from a request: to be saved with the next claim, and what can only come after that. */
export type Conclusion = {
  claimed: Claim
  results: Result[]
  wasMade: boolean
  statements: Statement[]
  afterwards(): Promise<void>
}

const nothingMore = () => Promise.resolve()

/** Where no request is made. */
export function unmade(claimed: Claim, statements: Statement[]): Conclusion {
  return { claimed, results: [], wasMade: false, statements, afterwards: nothingMore }
}

/** One request for a batch in our hands. Nothing of its outcome is saved yet. */
export async function attempt(deps: Deps, provider: Provider, ready: Ready): Promise<Conclusion> {
  const { claimed, messages, bill } = ready
  const { batch } = claimed
  // Somebody else may have it by now; where nobody has, its members wait again.
  if (deps.clock.now() >= (batch.leasedUntil ?? 0))
    return unmade(claimed, [...(bill ? refund(deps, bill) : []), ...undo(deps, provider, claimed)])
  const said = await provider.send(messages, batch.id, AbortSignal.timeout(timeoutOf(provider)))
  const outcome = anonymous(
    said,
    messages.map(({ to }) => to),
  )
  if (outcome.kind !== 'answered')
    deps.log.warn('provider trouble', { provider: provider.name, batch: batch.id, outcome })
  return conclude(deps, provider, ready, outcome)
}

function isUnverifiable(provider: Provider): boolean {
  return !provider.idempotent && !provider.find
}

function timeoutOf(provider: Provider): number {
  return isUnverifiable(provider) && !provider.independent ? PATIENT_TIMEOUT : REQUEST_TIMEOUT
}

/** From known facts alone: the word of what was sent must not hang on a question that may fail. */
function conclude(
  deps: Deps,
  provider: Provider,
  { claimed, messages, bill }: Ready,
  said: Outcome,
): Conclusion {
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
    ...(provider.independent ? countFailures(deps, claimed, said) : []),
    ...passOn(deps, claimed, results),
    ...record(deps, counted(claimed), next),
    ...gateAfter(deps, provider, outcome, batch.claim),
    ...charge(deps, provider, costOf(provider, messages)),
    ...(bill ? settleCosts(deps, bill, claimed, outcome) : []),
  ]
  return {
    claimed,
    results,
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
