import type { Belief, Flip } from './probe.ts'
import { MINUTE } from './time.ts'
import type { ProbeState } from './words.ts'

/** What one region says of a target. */
export type Vote = {
  state: ProbeState
  /** Since when it says so. */
  since: number | null
  /** When it last looked, and how often it means to. */
  heardAt: number | null
  intervalMs: number
}

/**
 * What the votes make of what was believed; null when nothing changes. Worse needs a quorum, by itself more than half of the
 * regions heard lately; better needs so many that the others could not be one. In between, and unheard, all stays as it was.
 */
export function combine(
  votes: Vote[],
  quorum: number | null,
  now: number,
  before: ProbeState,
): Flip | null {
  const heard = votes.filter((vote) => counts(vote, votes, now))
  if (heard.length === 0) return null
  const worse = quorum ?? Math.floor(heard.length / 2) + 1
  const better = quorum === null ? worse : Math.min(votes.length - quorum + 1, heard.length)
  const atLeast = (level: number) => heard.filter(({ state }) => gravity[state] >= level)
  const below = (level: number) => heard.filter(({ state }) => gravity[state] < level)
  const least = levels.findLast((level) => atLeast(level).length >= worse) ?? 0
  const most = (levels.find((level) => below(level).length >= better) ?? levels.length + 1) - 1
  const known = before !== 'unknown'
  if (!known && least !== most) return null
  const level = known ? Math.max(least, Math.min(most, gravity[before])) : least
  const to = words[level]!
  if (to === before) return null
  const isWorse = level > gravity[before]
  const [agreed, needed] = isWorse ? [atLeast(level), worse] : [below(level + 1), better]
  return { from: before, to, startedAt: heldTogether(agreed, needed) }
}

const words: ProbeState[] = ['up', 'degraded', 'down']
const levels = [1, 2]
const gravity: Record<ProbeState, number> = { unknown: 0, up: 0, degraded: 1, down: 2 }

/** Heard in the last three intervals; a beat of one minute is late for none. A lone region always is. */
function counts({ state, heardAt, intervalMs }: Vote, votes: Vote[], now: number): boolean {
  if (state === 'unknown' || heardAt === null) return false
  return votes.length === 1 || Math.abs(now - heardAt) <= Math.max(3 * intervalMs, 2 * MINUTE)
}

/** The earliest moment at which so many of these votes held together. */
function heldTogether(votes: Vote[], needed: number): number {
  const since = votes.map(({ since, heardAt }) => since ?? heardAt!).toSorted((a, b) => a - b)
  return since[needed - 1]!
}

/** Whose words stand for the probe: of those who believe the same, whoever looked last. */
export function voiceOf<W extends Pick<Belief, 'state' | 'lastCheckedAt'>>(
  state: ProbeState,
  watches: W[],
): W | undefined {
  const agreeing = watches.filter((watch) => watch.state === state)
  const heard = agreeing.length > 0 ? agreeing : watches
  return heard.toSorted((a, b) => (b.lastCheckedAt ?? 0) - (a.lastCheckedAt ?? 0))[0]
}
