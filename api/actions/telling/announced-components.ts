import { sql } from 'drizzle-orm'
import { announcements, components } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'

/** What anything announced of an incident was about: a plan may have left some of it since. */
export async function announcedComponents(deps: Deps, incidentId: string): Promise<string[]> {
  const rows = await deps.db.all<{ id: string }>(sql`
    SELECT DISTINCT c.id AS id
    FROM ${announcements} a
    CROSS JOIN json_each(a.component_ids) said
    CROSS JOIN ${components} c ON c.id = said.value
    WHERE a.incident_id = ${incidentId}`)
  return rows.map(({ id }) => id)
}
