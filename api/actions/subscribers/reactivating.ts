import { eq } from 'drizzle-orm'
import { subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { askingAgainRefusal, untilNextChallenge } from '../../domain/opt-in.ts'
import { refused } from '../../domain/refusal.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import { challengeAgain, knownOf } from './challenges.ts'
import { audit, type Actor } from '../save.ts'
import { decideOnSubscriber } from './subscriber-rows.ts'

/**
 * Asks a subscriber to whom nothing arrived any more, or who has not confirmed yet, to confirm anew. The quarantine ends
 * with the question; until it is answered nothing else is sent.
 */
export async function askAgain(deps: Deps, actor: Actor, subscriberId: string): Promise<void> {
  await decideOnSubscriber(async () => {
    const [row] = await deps.db.select().from(subscribers).where(eq(subscribers.id, subscriberId))
    if (!row || row.state === 'erased')
      throw new DomainError('not_found', `there is no subscriber ${subscriberId}`)
    const { subscriber, known } = await knownOf(deps, row.channel, row.addressHash)
    if (!subscriber) throw new DomainError('not_found', `there is no subscriber ${subscriberId}`)
    const refusal = askingAgainRefusal(known)
    if (refusal !== null) throw refused('conflict', refusal)
    const wait = untilNextChallenge(known, deps.clock.now())
    if (wait > 0)
      throw refused(
        'too_many',
        { key: 'refusal.asked_just_now', values: { n: Math.ceil(wait / MINUTE) } },
        { retryAfter: Math.ceil(wait / SECOND) },
      )
    await deps.db.write([
      ...challengeAgain(deps, subscriber),
      audit(deps, actor, 'subscription.asked_again', `subscriber:${subscriberId}`, {
        channel: subscriber.channel,
        quarantine: known.suppression?.reason ?? null,
      }),
    ])
  })
}
