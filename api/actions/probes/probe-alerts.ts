import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { alerts } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { ProbeState } from '../../domain/words.ts'
import { listOf, sorted } from '../../domain/opening.ts'
import { isLive, raise } from '../alerts/raising.ts'
import type { Probe } from './probing.ts'

type Told = {
  title: string
  detail: string
  incidentId: string | null
  /** Names of what does not work because of it. */
  drags: string[]
}

/** One live alert per probe at most. */
export function alarm(
  deps: Deps,
  probe: Probe,
  state: ProbeState,
  { drags, ...told }: Told,
): Statement[] {
  const grave = state === 'down' && probe.statusWhenDown === 'major_outage'
  return raise(deps, {
    source: 'probe',
    dedupeKey: probe.id,
    eventType: `probe.${state}`,
    severity: grave ? 'critical' : 'warning',
    ...told,
    labels: drags.length > 0 ? { drags_down: labelOf(drags) } : {},
    probeId: probe.id,
    componentId: probe.componentId,
  })
}

/** Says in live alerts what their probe's trouble drags down now. */
export function labelDrags(
  deps: Deps,
  labels: { probeId: string; drags: string[] }[],
): Statement[] {
  if (labels.length === 0) return []
  const rows = labels.map(({ probeId, drags }) => [
    probeId,
    drags.length > 0 ? labelOf(drags) : null,
  ])
  return [
    deps.db.run(sql`
      UPDATE ${alerts} SET updated_at = ${deps.clock.now()}, labels = CASE
        WHEN value ->> 1 IS NULL THEN json_remove(labels, '$.drags_down')
        ELSE json_set(labels, '$.drags_down', value ->> 1) END
      FROM json_each(${JSON.stringify(rows)})
      WHERE ${isLive()} AND source = 'probe' AND dedupe_key = value ->> 0`),
  ]
}

function labelOf(names: string[]): string {
  return listOf(sorted(names, 'en'), 'en')
}

/** What operators were told of probes: what is live, and what a person has resolved. */
export async function toldOf(deps: Deps, told: Pick<Probe, 'id' | 'stateSince'>[]) {
  if (told.length === 0) return new Map<string, TellingAlert>()
  const ids = told.map(({ id }) => id)
  const since = Math.min(...told.map(({ stateSince }) => stateSince ?? 0))
  const columns = {
    id: alerts.id,
    probeId: alerts.dedupeKey,
    title: alerts.title,
    status: alerts.status,
    createdAt: alerts.createdAt,
  }
  const aboutThem = and(eq(alerts.source, 'probe'), inArray(alerts.dedupeKey, ids))
  const [live, dismissed] = await deps.db.batch([
    deps.db.select(columns).from(alerts).where(and(isLive(), aboutThem)),
    deps.db
      .select(columns)
      .from(alerts)
      .where(
        and(
          sql`${alerts.status} = 'resolved' AND ${alerts.createdAt} >= ${since} AND ${alerts.resolvedBy} <> 'probe'`,
          aboutThem,
        ),
      ),
  ])
  return new Map(
    told.flatMap(({ id, stateSince }) => {
      const alert =
        live.find(({ probeId }) => probeId === id) ??
        dismissed.find((one) => one.probeId === id && one.createdAt >= (stateSince ?? 0))
      return alert ? [[id, alert] as const] : []
    }),
  )
}

export type TellingAlert = {
  id: string
  title: string
  status: 'open' | 'acknowledged' | 'resolved'
  createdAt: number
}
