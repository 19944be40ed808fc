import { and, eq, inArray, lt, notInArray, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { regionsOf } from '../../domain/region.ts'
import type { Probe, Watch } from './probing.ts'
import { placeForReports } from './reports.ts'

/** A new probe with all that belongs to it, first due at `dueAt`. */
export function insertProbe(deps: Deps, probe: Probe, dueAt = probe.createdAt): Statement[] {
  return [
    deps.db.insert(probes).values(probe),
    deps.db.insert(watches).values(newWatches(probe, dueAt)),
    ...placeForReports(deps, probe),
  ]
}

function newWatches(probe: Probe, dueAt: number) {
  const nextAt = probe.paused ? null : dueAt
  return regionsOf(probe).map((region) => ({ probeId: probe.id, region, nextAt }))
}

/** What watches keep when their probe has changed: what is being asked by the old settings is forgotten. */
export function alterWatches(deps: Deps, probe: Probe, forgets: boolean): Statement[] {
  const now = deps.clock.now()
  const mine = eq(watches.probeId, probe.id)
  return [
    deps.db
      .update(watches)
      .set({
        ...(forgets ? nothingKnown : { failures: 0, successes: 0, streakStartedAt: null }),
        nextAt: probe.paused ? null : now,
        leasedUntil: null,
        version: sql`${watches.version} + 1`,
      })
      .where(mine),
    deps.db.delete(watches).where(and(mine, notInArray(watches.region, regionsOf(probe)))),
    deps.db.insert(watches).values(newWatches(probe, now)).onConflictDoNothing(),
  ]
}

const nothingKnown = {
  state: 'unknown' as const,
  stateSince: null,
  failures: 0,
  successes: 0,
  streakStartedAt: null,
  latencies: [],
  flips: [],
  flappingUntil: null,
  lastCheckedAt: null,
  lastLatencyMs: null,
  lastReason: '',
  certificateExpiresAt: null,
  certificateWarnedDays: null,
} satisfies Partial<Watch>

/** A watch as operators know it: by its probe, and by its region where that is not plain. */
export const watchName = sql<string>`CASE WHEN ${probes.paused} OR ${probes.regions} = '[]' THEN ${probes.key}
  ELSE ${probes.key} || ' (' || ${watches.region} || ')' END`

/** Watches that are due before a moment, wherever: one step in the index of what is due per region. */
export function isDueBefore(at: number) {
  const asking = sql`(
    WITH RECURSIVE asking (region) AS (
      SELECT min(region) FROM ${watches} WHERE next_at IS NOT NULL
      UNION ALL
      SELECT (SELECT min(region) FROM ${watches} WHERE next_at IS NOT NULL AND region > asking.region)
      FROM asking WHERE region IS NOT NULL)
    SELECT region FROM asking)`
  return and(inArray(watches.region, asking), lt(watches.nextAt, at))!
}

/** What each region believes, by the id of the probe. */
export async function watchesOf(
  deps: Deps,
  probes: { id: string }[],
): Promise<Map<string, Watch[]>> {
  const ids = probes.map(({ id }) => id)
  const rows = await deps.db.select().from(watches).where(inArray(watches.probeId, ids))
  return Map.groupBy(rows, ({ probeId }) => probeId)
}
