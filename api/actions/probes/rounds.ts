import { and, eq, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { probes, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { bucketOf, emptyBucket } from '../../domain/latency.ts'
import { interrupt } from '../components/components.ts'
import { callWitnesses, tellOwnNetwork } from './own-network.ts'
import { saveCertificates } from './certificates.ts'
import { tellFlapping } from './flapping.ts'
import type { Judged, Watch, Weighed } from './probing.ts'
import { listenAnew } from './reports.ts'
import { foldSamples } from './samples.ts'

/** Saves checks that changed nobody's status: one batch, however many there are. */
export async function saveRound(
  deps: Deps,
  judged: Weighed[],
  also: Statement[] = [],
): Promise<void> {
  if (judged.length === 0) return
  await deps.db.write([
    ...also,
    ...foldChecks(deps, judged),
    ...saveBeliefs(deps, judged),
    ...(await callWitnesses(deps, judged)),
    ...(await tellOwnNetwork(deps, judged)),
    ...(await tellFlapping(deps, judged)),
  ])
}

/** The samples of checks and the time that nobody looked before them. Belongs before the update of the watches. */
export function foldChecks(deps: Deps, judged: Judged[]): Statement[] {
  return [
    ...foldSamples(
      deps,
      judged.map(({ watch, sample, at, withheld }) => ({
        probeId: watch.probeId,
        region: watch.region,
        version: watch.version,
        at,
        bucket: withheld ? emptyBucket : bucketOf(sample),
      })),
    ),
    // What somebody else has asked anew meanwhile is not told twice: the second hole would not reach over the first.
    ...judged.flatMap(({ probe, watch, verdict }) =>
      verdict.gap ? interrupt(deps, probe.componentId, verdict.gap, isHeld(watch)) : [],
    ),
    ...listenAnew(deps, judged),
    ...saveCertificates(deps, judged),
  ]
}

/** Writes what watches believe now, where nobody else has saved or claimed them since. */
function saveBeliefs(deps: Deps, judged: Weighed[]): Statement[] {
  const rows = judged.map(({ watch, verdict: { belief, nextAt } }) => [
    watch.probeId,
    watch.version,
    nextAt,
    belief.state,
    belief.stateSince,
    belief.failures,
    belief.successes,
    belief.streakStartedAt,
    belief.latencies,
    belief.flips,
    belief.flappingUntil,
    belief.lastCheckedAt,
    belief.lastLatencyMs,
    belief.lastReason,
    watch.region,
  ])
  return [
    ...saveFirstWords(deps, judged),
    deps.db.run(sql`
      UPDATE ${watches} SET
        version = version + 1, leased_until = NULL, next_at = value ->> 2, state = value ->> 3, state_since = value ->> 4,
        failures = value ->> 5, successes = value ->> 6, streak_started_at = value ->> 7, latencies = value ->> 8,
        flips = value ->> 9, flapping_until = value ->> 10,
        last_checked_at = value ->> 11, last_latency_ms = value ->> 12, last_reason = value ->> 13
      FROM json_each(${JSON.stringify(rows)})
      WHERE watches.probe_id = value ->> 0 AND watches.region = value ->> 14 AND watches.version = value ->> 1`),
  ]
}

/** A probe that believes something for the first time. */
function saveFirstWords(deps: Deps, judged: Weighed[]): Statement[] {
  return judged.flatMap(({ probe, watch, flip }) => {
    if (!flip) return []
    const word = { state: flip.to, stateSince: flip.startedAt }
    const held = and(eq(probes.id, probe.id), isHeld(watch))
    return deps.db
      .update(probes)
      .set({ ...word, version: sql`${probes.version} + 1` })
      .where(held)
  })
}

/** Whether nobody has claimed or changed a watch since. */
export function isHeld({ probeId, region, version }: Watch) {
  return sql`EXISTS (SELECT 1 FROM ${watches}
    WHERE probe_id = ${probeId} AND region = ${region} AND version = ${version})`
}
