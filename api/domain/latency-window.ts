import type { ProbeRules, Sample } from './probe.ts'
import type { ProbeState } from './words.ts'

export const LONGEST_WINDOW = 20

/** The latencies with that of a good answer; where the sample itself says what is degraded, 1 stands for it and 0 for good. */
export function remember(latencies: number[], { degraded, latency_ms }: Sample): number[] {
  const newest = degraded === undefined ? latency_ms : Number(degraded)
  return newest === null ? latencies : [...latencies.slice(1 - LONGEST_WINDOW), newest]
}

/** Up or degraded: what is missing in a window that has just begun counts as fast. */
export function stateByLatency(
  probe: ProbeRules,
  state: ProbeState,
  latencies: number[],
  { degraded }: Sample,
): ProbeState {
  const limit = degraded === undefined ? probe.degradedMs : 0
  if (limit === null) return 'up'
  const enough = enoughSlow(probe)
  const least = state === 'degraded' ? mostOnceHealed(enough) + 1 : enough
  return slowOnes(latencies, probe.latencyWindow, limit) >= least ? 'degraded' : 'up'
}

/** So many slow ones put the percentile of the window, by nearest rank, above the limit. */
function enoughSlow({ latencyPercentile, latencyWindow }: ProbeRules): number {
  const rank = Math.ceil(latencyPercentile * latencyWindow - 1e-9)
  return latencyWindow - Math.max(rank, 1) + 1
}

/** Healed is further away than ill began, or a target on the edge would go to and fro. */
function mostOnceHealed(enough: number): number {
  return Math.max(0, Math.min(Math.floor(0.6 * enough), enough - 2))
}

function slowOnes(latencies: number[], window: number, limit: number): number {
  let count = 0
  for (let i = Math.max(0, latencies.length - window); i < latencies.length; i++)
    if (latencies[i]! > limit) count++
  return count
}
