import { DAY, HOUR, MINUTE } from './time.ts'
import type { Channel, SubscriberState, SuppressionReason } from './words.ts'

const COOL_DOWN = MINUTE
const CHALLENGES_PER_HOUR = 3

/** What is known of an address that somebody asks to subscribe. */
export type Known = {
  channel: Channel
  state: SubscriberState | null
  suppression: { reason: SuppressionReason; at: number } | null
  /** When confirmations were sent that nobody has answered yet. */
  challenges: number[]
  /** When it was last said that the subscription exists already. */
  remindedAt: number | null
}

/**
 * What a request to subscribe leads to; whoever asks is told the same in every case, so that nobody learns who is
 * subscribed. `challenge` sends a link or code, `keep` only notes the newest choice, `remind` says that the subscription
 * exists, `silence` does nothing.
 */
export type Answer = 'challenge' | 'keep' | 'remind' | 'silence'

export function answerTo(known: Known, now: number): Answer {
  if (known.suppression && !isMendable(known.suppression, now)) return 'silence'
  if (known.state === 'active') return mayRemind(known, now) ? 'remind' : 'silence'
  if (mayChallenge(known.challenges, now)) return 'challenge'
  return known.state === 'pending' ? 'keep' : 'silence'
}

/** An address that failed may be tried again after a day; what a person or the provider decided stays. */
export function isMendable(suppression: NonNullable<Known['suppression']>, now: number): boolean {
  return ['bounce', 'invalid'].includes(suppression.reason) && now - suppression.at >= DAY
}

function mayRemind({ channel, remindedAt }: Known, now: number): boolean {
  return channel === 'email' && (remindedAt === null || now - remindedAt >= DAY)
}

function mayChallenge(challenges: number[], now: number): boolean {
  const lately = challenges.filter((at) => now - at < HOUR)
  return lately.length < CHALLENGES_PER_HOUR && lately.every((at) => now - at >= COOL_DOWN)
}
