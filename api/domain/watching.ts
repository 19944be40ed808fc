import { MINUTE } from './time.ts'
import type { ProbeState } from './words.ts'

/** The span in which looks are counted. */
export const LOOKS = 5 * MINUTE

/** A probe that has a say, and when it looked. */
export type Watcher = {
  state: ProbeState
  stateSince: number | null
  flappingUntil: number | null
  intervalMs: number
  lastCheckedAt: number | null
  /** How many answers there were in each span of `LOOKS`, the oldest first; null of probes that are told. */
  looks: { at: number; count: number }[] | null
  /** Since when somebody has been there to hear it, for probes that are told. */
  listeningSince: number | null
}

/** A look holds for an interval; that of a beat of one minute, for a minute. */
function hold({ intervalMs }: Watcher): number {
  return Math.max(intervalMs, MINUTE)
}

/** Whether it is looking at the moment: after a sleep nothing is known until it has looked again. */
export function isLooking(watcher: Watcher, now: number): boolean {
  return watcher.lastCheckedAt !== null && now - watcher.lastCheckedAt <= 2 * hold(watcher)
}

/** Since when it has looked without a hole, not before `from`. */
export function lookedSince(watcher: Watcher, from: number): number {
  const { looks, lastCheckedAt, listeningSince } = watcher
  if (looks === null) return Math.max(from, listeningSince ?? from)
  const last = lastCheckedAt ?? from
  let since = from
  let seenUntil = from
  for (const { at, count } of looks) {
    const end = Math.min(at + LOOKS, last)
    if (end < from || count === 0) continue
    const seen = count * hold(watcher)
    if (end - seenUntil - seen > 2 * hold(watcher))
      since = Math.max(end - Math.min(seen, LOOKS), at, from)
    seenUntil = Math.max(end, Math.min(seenUntil + seen, end + hold(watcher)))
  }
  return last - seenUntil > 2 * hold(watcher) ? last : since
}
