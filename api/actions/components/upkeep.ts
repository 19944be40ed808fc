import { and, eq, inArray, isNotNull, max, sql, type SQL } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { components, incidentComponents, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { isUnderMaintenance } from '../../domain/status.ts'
import type { Situation } from './components.ts'

/** While somebody says that a component is being worked on, its probes have nothing to say about it. */
export function isWorkedOn({ declared, byIncident }: Situation): boolean {
  return isUnderMaintenance([...(declared ? [declared] : []), ...byIncident.values()])
}

/** The same for a condition. */
export function workedOn(componentId: string | SQLiteColumn): SQL {
  return sql`(
    EXISTS (SELECT 1 FROM ${components} c WHERE c.id = ${componentId} AND c.declared_status = 'under_maintenance')
    OR EXISTS (
      SELECT 1 FROM ${incidentComponents} w JOIN ${incidents} i ON i.id = w.incident_id
      WHERE w.component_id = ${componentId} AND w.status = 'under_maintenance'
        AND i.resolved_at IS NULL AND i.draft = 0 AND i.status <> 'scheduled'))`
}

/** When the last work on a component ended, if that was after a moment; null otherwise. */
export async function workedOnUntil(
  deps: Deps,
  componentId: string,
  after: number,
): Promise<number | null> {
  const [found] = await deps.db
    .select({ at: max(incidents.resolvedAt) })
    .from(incidents)
    .innerJoin(incidentComponents, eq(incidentComponents.incidentId, incidents.id))
    .where(
      and(
        eq(incidentComponents.componentId, componentId),
        eq(incidents.kind, 'maintenance'),
        isNotNull(incidents.resolvedAt),
        inArray(incidents.status, ['completed', 'cancelled']),
        // What was cancelled before it began was no work.
        sql`${incidents.resolvedAt} >= max(${after}, ${incidents.startedAt})`,
      ),
    )
  return found?.at ?? null
}
