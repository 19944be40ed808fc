import { natures } from './announcement.ts'
import { whenTold } from './audience.ts'
import type { Quiet } from './subscription.ts'
import { HOUR } from './time.ts'
import type { AnnouncementKind, Impact } from './words.ts'

/** Somebody with quiet hours whose turn to be told has come. */
export type Sleeper = {
  quiet: Quiet
  timeZone: string
  impact: Impact
  /** When they were woken, or are to be. */
  heldUntil: number | null
}

/** Whoever wakes for less would never be told while a queue is long. */
const SHORTEST_DAY = HOUR

/** Until when somebody is left alone though their turn has come; null when they are told now. */
export function sleepsUntil(
  kind: AnnouncementKind,
  { quiet, timeZone, impact, heldUntil }: Sleeper,
  now: number,
): number | null {
  if (natures[kind].event === null) return null
  if (heldUntil !== null && heldUntil <= now && now < heldUntil + SHORTEST_DAY) return null
  const when = whenTold({ quiet, digest_at: null }, timeZone, { impact }, now)
  return when.kind === 'held' ? when.until : null
}
