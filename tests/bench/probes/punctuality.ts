import { nextSlot } from '../../../api/domain/slots.ts'
import type { Scene } from './scene.ts'

export type Punctuality = {
  /** Milliseconds from each slot to the arrival at the target. */
  lags: number[]
  /** Slots between the moments. */
  due: number
  missed: number
  twice: number
}

/** Clocks of two processes may differ by so much. */
const EARLY = 20

/** What came of the slots of healthy probes between two moments, by the clock of the targets. */
export async function punctuality(
  { targets, watched, ids }: Pick<Scene, 'targets' | 'watched' | 'ids'>,
  from: number,
  to: number,
): Promise<Punctuality> {
  const visits = await targets.visits()
  const seen: Punctuality = { lags: [], due: 0, missed: 0, twice: 0 }
  for (const { name, interval } of watched) {
    const id = ids.get(name)!
    const arrivals = visits[name]?.arrivals ?? []
    // The first slot after a moment: slots less than half an interval away are left out of `nextSlot`.
    let slot = nextSlot(id, interval, from - interval / 2)
    for (; slot < to; slot += interval) {
      const here = arrivals.filter((at) => at >= slot - EARLY && at < slot - EARLY + interval)
      seen.due++
      if (here.length === 0) seen.missed++
      if (here.length > 1) seen.twice++
      if (here.length > 0) seen.lags.push(here[0]! - slot)
    }
  }
  return seen
}
