import { SECOND } from './time.ts'

/** How fast a channel goes. */
export type Pace = {
  /** Messages per second that the provider's rate allows; null where it has none. */
  allowed: number | null
  /** Messages per second handed over in the last minute; null while nothing is sent. */
  measured: number | null
}

/** Messages per second that can be counted on; null when nobody can know. */
export function speedOf({ allowed, measured }: Pace): number | null {
  // A burst at the beginning says little of the minutes that follow.
  const perSecond =
    allowed === null ? measured : measured === null ? allowed : Math.min(allowed, measured)
  return perSecond === null || perSecond <= 0 ? null : perSecond
}

/** Milliseconds until `messages` are handed over; null when nobody can know. */
export function timeFor(messages: number, pace: Pace): number | null {
  if (messages === 0) return 0
  const perSecond = speedOf(pace)
  return perSecond === null ? null : Math.ceil(messages / perSecond) * SECOND
}
