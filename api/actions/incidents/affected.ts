import { eq, type SQL } from 'drizzle-orm'
import { components, groups, incidentComponents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'

/** What incidents affect, by name: how each component is, and what the incident says of it (`said`). */
export function affectedComponents(deps: Deps, condition: SQL) {
  return deps.db
    .select({
      incidentId: incidentComponents.incidentId,
      id: components.id,
      name: components.name,
      groupName: groups.name,
      status: components.status,
      said: incidentComponents.status,
    })
    .from(incidentComponents)
    .innerJoin(components, eq(components.id, incidentComponents.componentId))
    .leftJoin(groups, eq(groups.id, components.groupId))
    .where(condition)
}
