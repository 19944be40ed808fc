import { and, asc, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { bringBack } from './clock-jumps.ts'
import type { Claimed } from './probing.ts'

type Wish = {
  region: string
  /** Due within so many milliseconds. */
  ahead: number
  limit: number
  /** How long it may take beside asking; after it the watch is free again. */
  patience: number
}

/** Takes what is due in a region: what another process was first to take is not due any more. */
export async function claimDue(
  deps: Deps,
  { region, ahead, limit, patience }: Wish,
): Promise<Claimed[]> {
  await bringBack(deps, region)
  const now = deps.clock.now()
  const isDue = and(
    eq(watches.region, region),
    lte(watches.nextAt, now + ahead),
    or(isNull(watches.leasedUntil), lt(watches.leasedUntil, now)),
  )
  const inTurn = [asc(watches.nextAt), asc(watches.probeId)]
  const due = deps.db
    .select({ id: watches.probeId })
    .from(watches)
    .where(isDue)
    .orderBy(...inTurn)
  if ((await due.limit(1)).length === 0) return []
  const [free] = await deps.db.batch([
    deps.db
      .select({ probe: probes, watch: watches })
      .from(watches)
      .innerJoin(probes, eq(probes.id, watches.probeId))
      .where(isDue)
      .orderBy(...inTurn)
      .limit(limit),
    deps.db
      .update(watches)
      .set({
        leasedUntil: sql`${now + ahead + patience} + (
          SELECT ${probes.timeoutMs} FROM ${probes} WHERE ${probes.id} = ${watches.probeId})`,
        version: sql`${watches.version} + 1`,
      })
      .where(and(eq(watches.region, region), inArray(watches.probeId, due.limit(limit)))),
  ])
  return free.map(({ probe, watch }) => ({
    probe,
    watch: { ...watch, nextAt: watch.nextAt!, version: watch.version + 1 },
  }))
}
