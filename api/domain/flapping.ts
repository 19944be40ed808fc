import type { Belief, ProbeRules } from './probe.ts'
import { MINUTE } from './time.ts'
import type { ProbeState } from './words.ts'

export const FLAPPING_WINDOW = 30 * MINUTE
const MANY_FLIPS = 4
const MOST_REMEMBERED = 8

/**
 * Worse is believed at once, but better only after a while once a target goes to and fro: until then the worse word stands,
 * since that is what people live through. When it is stable at last, it has been better since the first good answer of that
 * time.
 */
export function damp(probe: ProbeRules, known: Belief, told: Belief, at: number): Belief {
  const until = flappingUntil(probe, known, told, at)
  if (told.state === known.state) return { ...told, flappingUntil: until }
  if (known.state === 'unknown') return { ...told, flappingUntil: null }
  const flips = known.flips.filter((flip) => flip <= at && flip > at - FLAPPING_WINDOW)
  const isFlapping = probe.stableMs > 0 && (until !== null || flips.length + 1 >= MANY_FLIPS)
  const stableAt = isFlapping ? told.stateSince! + probe.stableMs : null
  if (isWorse(told, known)) return flipped(told, flips, stableAt, at)
  if (stableAt === null || at >= stableAt) return flipped(told, flips, null, at)
  const { state, stateSince } = known
  return {
    ...told,
    state,
    stateSince,
    successes: known.successes + 1,
    streakStartedAt: told.stateSince,
    flappingUntil: stableAt,
  }
}

/** Every word against the one before begins the wait anew; when none came for long enough, the flapping is over. */
function flappingUntil(probe: ProbeRules, known: Belief, told: Belief, at: number): number | null {
  if (known.flappingUntil === null) return null
  if (leaning(known, known) !== leaning(told, known)) return at + probe.stableMs
  return at >= known.flappingUntil ? null : known.flappingUntil
}

/** Where the last answers pulled what was believed: 1 to worse, -1 to better. */
function leaning(belief: Belief, known: Belief): number {
  if (belief.state !== known.state) return isWorse(belief, known) ? 1 : -1
  return belief.failures > 0 ? 1 : belief.successes > 0 ? -1 : 0
}

function flipped(told: Belief, flips: number[], until: number | null, at: number): Belief {
  return { ...told, flips: [...flips, at].slice(-MOST_REMEMBERED), flappingUntil: until }
}

const gravity: Record<ProbeState, number> = { unknown: 0, up: 0, degraded: 1, down: 2 }

function isWorse(one: Belief, other: Belief): boolean {
  return gravity[one.state] > gravity[other.state]
}
