import type { Saying } from './message.ts'
import { isDecision } from './suppression.ts'
import { DAY, HOUR, MINUTE } from './time.ts'
import type { Channel, SubscriberState, SuppressionReason } from './words.ts'

const COOL_DOWN = MINUTE
const CHALLENGES_PER_HOUR = 3
/** Whoever has been sent a link can use it for two days; a code that is never sent would lock its owner out. */
const LINKS_PER_DAY = 6

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
  // In quarantine a reminder would reach nobody: only a new confirmation ends it.
  if (known.state === 'active' && !known.suppression)
    return mayRemind(known, now) ? 'remind' : 'silence'
  if (untilNextChallenge(known, now) === 0) return 'challenge'
  return known.state === 'pending' ? 'keep' : 'silence'
}

/** An address that failed may be tried again after a day; what a person or the provider decided stays. */
function isMendable(suppression: NonNullable<Known['suppression']>, now: number): boolean {
  const { reason, at } = suppression
  return ['bounce', 'invalid', 'unreachable'].includes(reason) && now - at >= DAY
}

function mayRemind({ channel, remindedAt }: Known, now: number): boolean {
  return channel === 'email' && (remindedAt === null || now - remindedAt >= DAY)
}

/** Milliseconds until an address may be asked to confirm again; 0 when it may be now. */
export function untilNextChallenge(
  { channel, challenges }: Pick<Known, 'channel' | 'challenges'>,
  now: number,
): number {
  const newestFirst = challenges.toSorted((a, b) => b - a)
  const limits: [count: number, span: number][] = [
    [1, COOL_DOWN],
    [CHALLENGES_PER_HOUR, HOUR],
    ...(channel === 'sms' ? [] : ([[LINKS_PER_DAY, DAY]] as [number, number][])),
  ]
  const waits = limits.map(([count, span]) => {
    const limiting = newestFirst[count - 1]
    return limiting === undefined ? 0 : limiting + span - now
  })
  return Math.max(0, ...waits)
}

/** Why a subscriber must not be asked to confirm anew, by themselves or by an operator; null when they may be. */
export function askingAgainRefusal({ state, suppression }: Known): Saying | null {
  if (suppression && isDecision(suppression.reason))
    return { key: `refusal.silenced.${suppression.reason}` }
  if (state === 'unsubscribed') return { key: 'refusal.ended' }
  if (state === 'active' && !suppression) return { key: 'refusal.nothing_wrong' }
  return null
}
