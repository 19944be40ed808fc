import { and, asc, eq, gte, inArray, isNotNull } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, incidents, maintenanceSeries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import type { Incident } from '../incidents/timeline.ts'
import { nextVersion } from '../save.ts'
import { isMaintenance, type Maintenance } from './maintenances.ts'

export type Series = typeof maintenanceSeries.$inferSelect

/** A maintenance that a series has planned. */
export type Occurrence = Maintenance & { seriesId: string; occursAt: number }

export async function findSeries(deps: Deps, id: string): Promise<Series> {
  const series = await deps.db.query.maintenanceSeries.findFirst({
    where: eq(maintenanceSeries.id, id),
  })
  if (!series) throw new DomainError('not_found', `there is no maintenance series ${id}`)
  return series
}

export function saveSeries(deps: Deps, before: Series, after: Series): Statement {
  return deps.db
    .update(maintenanceSeries)
    .set({ ...after, version: nextVersion(maintenanceSeries.version, before.version) })
    .where(eq(maintenanceSeries.id, before.id))
}

/** Whatever became of them, the occurrences that a series gave a start from `from` on. */
export async function occurrencesFrom(deps: Deps, id: string, from: number): Promise<Occurrence[]> {
  const rows = await deps.db
    .select()
    .from(incidents)
    .where(and(eq(incidents.seriesId, id), gte(incidents.occursAt, from)))
    .orderBy(asc(incidents.occursAt))
  return rows.filter(isOccurrence)
}

/** What of a series has not begun, soonest first. */
export async function plannedOf(deps: Deps, id: string): Promise<Occurrence[]> {
  const rows = await deps.db
    .select()
    .from(incidents)
    .where(and(eq(incidents.seriesId, id), eq(incidents.status, 'scheduled')))
    .orderBy(asc(incidents.scheduledFor))
  return rows.filter(isOccurrence)
}

export function isOccurrence(found: Incident): found is Occurrence {
  return isMaintenance(found) && found.seriesId !== null && found.occursAt !== null
}

/** Which of these people have heard of. */
export async function toldAmong(deps: Deps, ids: string[]): Promise<Set<string>> {
  const rows = await deps.db
    .selectDistinct({ id: announcements.incidentId })
    .from(announcements)
    .where(and(inArray(announcements.incidentId, ids), isNotNull(announcements.incidentId)))
  return new Set(rows.map(({ id }) => id!))
}
