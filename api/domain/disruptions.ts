import { worseThan } from './status.ts'
import type { Interval } from './uptime.ts'
import type { ComponentStatus } from './words.ts'

/** A time in which a component was not well, in whole steps of a chart. */
export type Disruption = { status: ComponentStatus; from: number; until: number }

/** What a chart of steps shows of a history: the worst of each step, and neighbours alike as one. */
export function disruptionsOf(
  intervals: Interval[],
  { from, until, step }: { from: number; until: number; step: number },
  now: number,
): Disruption[] {
  const worst: (ComponentStatus | undefined)[] = Array.from({ length: (until - from) / step })
  for (const { status, startedAt, endedAt } of intervals) {
    if (status === 'operational') continue
    const [start, end] = [Math.max(startedAt, from), Math.min(endedAt ?? now, until)]
    if (start >= end) continue
    for (let i = Math.floor((start - from) / step); i < Math.ceil((end - from) / step); i++) {
      const there = worst[i]
      if (!there || worseThan(status, there)) worst[i] = status
    }
  }
  const found: Disruption[] = []
  worst.forEach((status, index) => {
    if (!status) return
    const at = from + index * step
    const last = found.at(-1)
    if (last?.status === status && last.until === at) last.until = at + step
    else found.push({ status, from: at, until: at + step })
  })
  return found
}
