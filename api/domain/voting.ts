import type { Belief } from './probe.ts'
import type { ProbeState } from './words.ts'

/** Whose words stand for the probe: of those who believe the same, whoever looked last. */
export function voiceOf<W extends Pick<Belief, 'state' | 'lastCheckedAt'>>(
  state: ProbeState,
  watches: W[],
): W | undefined {
  const agreeing = watches.filter((watch) => watch.state === state)
  const heard = agreeing.length > 0 ? agreeing : watches
  return heard.toSorted((a, b) => (b.lastCheckedAt ?? 0) - (a.lastCheckedAt ?? 0))[0]
}
