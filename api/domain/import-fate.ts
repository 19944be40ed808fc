import type { SubscriberState, SuppressionReason } from './words.ts'

/** What is known here of an address that a file names. */
export type KnownAddress = {
  state: SubscriberState | null
  suppression: SuppressionReason | null
  /** It was a subscriber's who has been erased since. */
  isErased: boolean
}

/** What becomes of a line of an import; `confirm` makes one active who was still asked. */
export type Fate = 'new' | 'confirm' | 'unchanged' | { reason: string }

/** An import never brings back who left, and never lifts what holds messages back. */
export function fateOf(known: KnownAddress, agreed: boolean): Fate {
  const { state, suppression, isErased } = known
  if (suppression !== null) return { reason: silences[suppression] }
  if (state === 'unsubscribed') return { reason: 'has unsubscribed before' }
  if (state === 'active') return 'unchanged'
  if (state === 'pending') return agreed ? 'confirm' : 'unchanged'
  return isErased ? { reason: 'was erased on request' } : 'new'
}

const quarantine = (why: string) => `${why}: it is in quarantine until it confirms anew`

const silences: Record<SuppressionReason, string> = {
  stop: 'asked for silence (STOP)',
  complaint: 'asked for silence (reported a message as spam)',
  manual: 'was silenced by an operator',
  bounce: quarantine('messages to it came back'),
  invalid: quarantine('does not exist'),
  provider: quarantine('the provider refuses it'),
  unreachable: quarantine('did not answer'),
}
