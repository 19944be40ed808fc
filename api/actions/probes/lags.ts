import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { MINUTE } from '../../domain/time.ts'
import { isDueBefore } from './watches.ts'

/** How long after its dot each of the newest checks began: as much as a thousand probes need for some minutes. */
const KEPT = 8192
const WINDOW = 5 * MINUTE

type Lags = { at: Float64Array; lag: Float64Array; count: number }

const lags = new WeakMap<Deps, Lags>()

export function noteLag(deps: Deps, lag: number): void {
  const mine = lags.get(deps) ?? newLags()
  lags.set(deps, mine)
  const place = mine.count++ % KEPT
  mine.at[place] = deps.clock.now()
  mine.lag[place] = Math.max(0, lag)
}

function newLags(): Lags {
  return { at: new Float64Array(KEPT), lag: new Float64Array(KEPT), count: 0 }
}

/** How punctual this process has asked in the last minutes; null where it has asked nobody. */
export function recentLags(deps: Deps): { lag_p50_ms: number | null; lag_p99_ms: number | null } {
  const mine = lags.get(deps)
  const since = deps.clock.now() - WINDOW
  const recent = mine
    ? mine.lag
        .subarray(0, mine.count)
        .filter((_, place) => mine.at[place]! > since)
        .toSorted()
    : new Float64Array()
  const at = (share: number) => recent[Math.ceil(recent.length * share) - 1] ?? null
  return { lag_p50_ms: at(0.5), lag_p99_ms: at(0.99) }
}

/** Longer than this nobody has asked, although it was time. */
const OVERDUE = MINUTE

/** What waits to be asked from here, and what waits for long, wherever it should be asked. */
export function countDue(deps: Deps) {
  const now = deps.clock.now()
  const here = eq(watches.region, deps.config.REGION)
  const free = or(isNull(watches.leasedUntil), lt(watches.leasedUntil, now))
  return deps.db
    .select({
      due: sql<number>`coalesce(sum(${and(here, free)}), 0)`,
      overdue: sql<number>`coalesce(sum(${lt(watches.nextAt, now - OVERDUE)}), 0)`,
    })
    .from(watches)
    .where(isDueBefore(now + 1))
}
