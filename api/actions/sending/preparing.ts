import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import { isTooLate, type Next } from '../../domain/attempt.ts'
import { untilNextLook } from '../../domain/listing.ts'
import { SECOND } from '../../domain/time.ts'
import type { Message, Provider } from '../../providers/provider.ts'
import { unmade, type Conclusion } from './attempting.ts'
import type { Claim } from './batches.ts'
import { giveBack } from './gates.ts'
import { messagesOf } from './messages.ts'
import { record } from './outcomes.ts'
import { whyNotAgain } from './repeating.ts'
import { seenBefore } from './seen-before.ts'
import { letSleep } from './sleepers.ts'
import { billFor, refund, reserve, type Bill } from './sms-spending.ts'
import { isUnavailable, undo } from './unanswered.ts'

/** All that a request needs: from here on it asks nobody but the provider. */
export type Ready = { claimed: Claim; messages: Message[]; bill: Bill | null }

/** Waits for the database; where it loses an answer, `undone` is saved as soon as it is back. */
export type Sure = <T>(undone: () => Statement[], answer: Promise<T>) => Promise<T>

/**
 * What comes before the request for a batch in our hands, or what is concluded without one. Of whatever fails here it is
 * certain that nothing was sent.
 */
export async function prepare(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  sure: Sure,
): Promise<Ready | Conclusion> {
  const undone = () => undo(deps, provider, claimed)
  const ready = await sure(undone, compose(deps, provider, claimed))
  if (!('messages' in ready) || !ready.bill) return ready
  const { bill } = ready
  const over = await sure(
    () => [...refund(deps, bill, claimed), ...undone()],
    reserve(deps, claimed, bill),
  )
  if (!over) return ready
  const { refusal, warning } = over
  return without(deps, provider, claimed, [
    ...record(deps, claimed, { kind: 'dead', ...refusal }),
    warning,
  ])
}

/** A request that is not made gives back what it took from the rate. */
function without(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
  statements: Statement[],
): Conclusion {
  return unmade(claimed, [...statements, ...giveBack(deps, provider, claimed.batch.claim)])
}

async function compose(
  deps: Deps,
  provider: Provider,
  claimed: Claim,
): Promise<Ready | Conclusion> {
  const { batch, members, first } = claimed
  const ends = (next: Next, like = claimed) =>
    without(deps, provider, claimed, record(deps, like, next))
  try {
    // Nobody is left in it, or receipts have said it all already.
    if (members.every((member) => member.state !== 'sending'))
      return ends({ kind: 'done', results: [] }, { ...claimed, members: [] })
    const now = deps.clock.now()
    if (!first && isTooLate(batch.firstSentAt ?? now, lastExpiry(claimed), now)) {
      const why = { code: 'too_late', reason: 'it may have been accepted and must not be repeated' }
      return ends({ kind: 'unknown', ...why })
    }
    const stale = first ? null : await whyNotAgain(deps, batch)
    if (stale) return ends({ kind: 'unknown', ...stale })
    const bedtime = await letSleep(deps, claimed)
    if (bedtime) return without(deps, provider, claimed, bedtime)
    const messages = await messagesOf(deps, members)
    if (first && (await seenBefore(deps, provider, claimed, messages[0]!)))
      return unmade(claimed, [])
    const bill = provider.channel === 'sms' ? await billFor(deps, claimed, messages[0]!) : null
    return { claimed, messages, bill }
  } catch (error) {
    if (isUnavailable(error)) throw error
    deps.log.error('a message cannot be written', { batch: batch.id, error })
    return ends(steppingBack(deps, claimed))
  }
}

function lastExpiry({ members }: Claim): number {
  return Math.max(...members.map(({ expiresAt }) => expiresAt))
}

/** What cannot be written must not hold up the others. */
function steppingBack(deps: Deps, { batch, first }: Claim): Next {
  const now = deps.clock.now()
  return {
    kind: 'again',
    notBefore: now + untilNextLook(now - batch.createdAt, SECOND),
    attempts: batch.attempts,
    touchedWire: !first,
    code: 'rendering',
    reason: 'the message cannot be written',
  }
}
