import { isAnswered, type Sample } from './probe.ts'

const ENOUGH_HOSTS = 4
const MOST_WITNESSES = 8

/** One probe each of some hosts that have not been heard lately; nobody where there are too few hosts to tell. */
export function pickWitnesses(
  neighbours: { id: string; host: string; fresh: boolean }[],
): string[] {
  if (new Set(neighbours.map(({ host }) => host)).size < ENOUGH_HOSTS) return []
  const heard = new Set(neighbours.filter(({ fresh }) => fresh).map(({ host }) => host))
  const picked = new Map<string, string>()
  for (const { id, host } of neighbours)
    if (!heard.has(host) && !picked.has(host) && picked.size < MOST_WITNESSES) picked.set(host, id)
  return [...picked.values()]
}

/**
 * When more than half of at least four hosts give no answer at the same time, the fault is likely ours. Whatever a host
 * answers, it was reached.
 */
export function isOwnFault(witnesses: { host: string; answered: boolean }[]): boolean {
  const hosts = new Map<string, boolean>()
  for (const { host, answered } of witnesses) hosts.set(host, answered || hosts.get(host) === true)
  const silent = [...hosts.values()].filter((answered) => !answered).length
  return hosts.size >= ENOUGH_HOSTS && silent * 2 > hosts.size
}

/**
 * Canaries are well-known addresses elsewhere: when none of them answers either, the fault is likely ours. What we refuse to
 * ask tells nothing, nor does a canary on the silent target's own host.
 */
export function areCanariesSilent(
  target: string | null,
  canaries: { host: string; sample: Sample }[],
): boolean {
  const heard = canaries.filter(
    ({ host, sample }) => host !== target && (sample.outcome !== 'refused' || sample.isOurs),
  )
  return heard.length > 0 && heard.every(({ sample }) => !isAnswered(sample))
}
