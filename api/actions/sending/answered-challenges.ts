import type { Deps } from '../../deps.ts'
import type { Result } from '../../domain/delivery.ts'
import { equalInConstantTime } from '../../domain/digest.ts'
import { DomainError } from '../../domain/error.ts'
import type { Member } from './batch-members.ts'
import { confirmByToken } from '../subscribers/confirming.ts'
import { link } from '../subscribers/links.ts'

/**
 * Confirms a webhook that gave back our challenge. It comes after the delivery was recorded: should we die in between,
 * the link in the challenge still confirms.
 */
export async function hearAnswer(
  deps: Deps,
  { kind, subscriber }: Member,
  result: Result,
): Promise<void> {
  if (kind !== 'confirmation' || subscriber.channel !== 'webhook') return
  if (result.kind !== 'accepted' || !result.said) return
  const url = new URL(await link(deps, 'confirm', subscriber))
  const challenge = url.searchParams.get('token')!
  if (!equalInConstantTime(challenge, challengeIn(result.said))) return
  try {
    await confirmByToken(deps, challenge, null)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    deps.log.warn('an answered challenge confirms nothing', { subscriber: subscriber.id, error })
  }
}

/** What somebody answered as `{"challenge": "..."}`; empty when they said something else. */
function challengeIn(said: string): string {
  try {
    const answer: unknown = JSON.parse(said)
    const { challenge } = (answer ?? {}) as { challenge?: unknown }
    return typeof challenge === 'string' ? challenge : ''
  } catch {
    return ''
  }
}
