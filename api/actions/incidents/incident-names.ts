import { and, eq, inArray } from 'drizzle-orm'
import { incidentComponents, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'

/** Public incidents and maintenances, ended ones too, whose pages name one of these components. */
export async function publicIncidentsNaming(deps: Deps, componentIds: string[]): Promise<string[]> {
  const rows = await deps.db
    .selectDistinct({ id: incidents.id })
    .from(incidents)
    .innerJoin(incidentComponents, eq(incidentComponents.incidentId, incidents.id))
    .where(and(inArray(incidentComponents.componentId, componentIds), eq(incidents.draft, false)))
  return rows.map(({ id }) => id)
}
