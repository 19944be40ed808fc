import { worstWord, type Word } from './status.ts'
import { MINUTE } from './time.ts'
import type { ComponentStatus, ProbeState } from './words.ts'

/** What is known of a component that others need: by its probes that are asked, and by what is public and open. */
export type Condition = {
  probes: ProbeState[]
  words: { kind: 'incident' | 'maintenance'; status: ComponentStatus }[]
}

const isOutage = (status: ComponentStatus) =>
  status === 'partial_outage' || status === 'major_outage'

/**
 * Whether what needs a component is dragged down with it. A maintenance counts as long as no probe says that the component
 * works all the same.
 */
export function dragsDown({ probes, words }: Condition): boolean {
  if (probes.includes('down')) return true
  if (words.some(({ kind, status }) => kind === 'incident' && isOutage(status))) return true
  const isSeenToWork = probes.some((state) => state === 'up' || state === 'degraded')
  return (
    !isSeenToWork &&
    words.some(({ kind, status }) => kind === 'maintenance' && status !== 'operational')
  )
}

export function isUnwell(state: ProbeState): boolean {
  return state === 'down' || state === 'degraded'
}

/** The worst that probes say of a component that is not well; null where it is. */
export function worstOf(words: Word[]): Word | null {
  return worstWord(words.filter(({ status }) => status !== 'operational'))
}

/** What falls so long before its root is a part of it. */
export const FOLDED_WITHIN = MINUTE

/** How long after its root one is given to recover: it must have had the time to be asked again, and never less than this. */
const PATIENCE = MINUTE

type Pace = { intervalMs: number; recheckMs: number; successThreshold: number }

export function patienceWith({ intervalMs, recheckMs, successThreshold }: Pace): number {
  return Math.max(PATIENCE, intervalMs + successThreshold * recheckMs)
}
