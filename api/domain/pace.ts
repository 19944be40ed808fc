import { SECOND } from './time.ts'

/** How fast a channel goes: in segments of SMS, in messages elsewhere. */
export type Pace = {
  /** What the provider's rate allows per second; null where it has none. */
  allowed: number | null
  /** What was handed over per second in the last minute; null while nothing is sent. */
  measured: number | null
}

/** What can be counted on per second; null when nobody can know. */
export function speedOf({ allowed, measured }: Pace): number | null {
  // A burst at the beginning says little of the minutes that follow.
  const perSecond =
    allowed === null ? measured : measured === null ? allowed : Math.min(allowed, measured)
  return perSecond === null || perSecond <= 0 ? null : perSecond
}

/** Milliseconds until so much is handed over; null when nobody can know. */
export function timeFor(amount: number, pace: Pace): number | null {
  if (amount === 0) return 0
  const perSecond = speedOf(pace)
  return perSecond === null ? null : Math.ceil(amount / perSecond) * SECOND
}
