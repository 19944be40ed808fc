import { and, eq, isNotNull, isNull, ne, or } from 'drizzle-orm'
import { incidentComponents, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByIncident } from '../../domain/documents.ts'
import type { Consequences, Happening } from './probe-incidents.ts'

/**
 * What probes said of a component in public is taken back, as long as nobody else has spoken of it since: by the probe itself
 * in incidents of its own, and as a part of others. The incident stays open: the all-clear is an operator's.
 */
export async function takeBack(
  deps: Deps,
  { probe, flip, page, situation }: Happening,
): Promise<Consequences | null> {
  const { componentId } = probe
  const words = await deps.db
    .select({ id: incidents.id, startedAt: incidents.startedAt, probeId: incidents.probeId })
    .from(incidents)
    .innerJoin(incidentComponents, eq(incidentComponents.incidentId, incidents.id))
    .where(
      and(
        eq(incidentComponents.componentId, componentId),
        eq(incidents.draft, false),
        isNull(incidents.resolvedAt),
        or(
          and(eq(incidents.probeId, probe.id), eq(incidentComponents.since, incidents.startedAt)),
          and(
            isNotNull(incidents.probeId),
            ne(incidents.probeId, probe.id),
            eq(incidentComponents.since, probe.stateSince ?? 0),
          ),
        ),
      ),
    )
  const first = words.find(({ probeId }) => probeId === probe.id) ?? words[0]
  if (!first) return null
  // Withdrawn rather than changed: what the probe believes from here on counts by itself.
  const word = { status: 'operational' as const, since: flip.startedAt }
  return {
    id: first.id,
    statements: words.map(({ id }) =>
      deps.db
        .update(incidentComponents)
        .set(word)
        .where(
          and(
            eq(incidentComponents.incidentId, id),
            eq(incidentComponents.componentId, componentId),
          ),
        ),
    ),
    touched: words.flatMap(({ id, startedAt }) =>
      touchedByIncident({ id, started_at: startedAt }, [componentId], page.timeZone),
    ),
    situation: {
      ...situation,
      byIncident: new Map([...situation.byIncident, ...words.map(({ id }) => [id, word] as const)]),
    },
  }
}
