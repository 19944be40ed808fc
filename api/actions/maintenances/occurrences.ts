import { and, asc, eq, exists, gte, inArray, isNotNull } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, incidents, maintenanceSeries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { natures } from '../../domain/announcement.ts'
import { DomainError } from '../../domain/error.ts'
import { announcementKinds } from '../../domain/words.ts'
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

/** Whether it waits for its time to be told: until then nobody hears of what becomes of it either. */
export async function isUnheard(deps: Deps, maintenance: Incident): Promise<boolean> {
  return (await unheardAmong(deps, [maintenance])).has(maintenance.id)
}

export async function unheardAmong(deps: Deps, maintenances: Incident[]): Promise<Set<string>> {
  const ids = maintenances
    .filter(({ seriesId, status }) => seriesId !== null && status === 'scheduled')
    .map(({ id }) => id)
  if (ids.length === 0) return new Set()
  const told = await toldAmong(deps, ids)
  return new Set(ids.filter((id) => !told.has(id)))
}

/** Which of these people have heard of. */
export async function toldAmong(deps: Deps, ids: string[]): Promise<Set<string>> {
  const rows = await deps.db
    .selectDistinct({ id: announcements.incidentId })
    .from(announcements)
    .where(and(inArray(announcements.incidentId, ids), isNotNull(announcements.incidentId)))
  return new Set(rows.map(({ id }) => id!))
}

/** Whether people will hear of its plan when it comes near. */
export async function isYetToBeTold(deps: Deps, maintenance: Incident): Promise<boolean> {
  const { id, seriesId, tells } = maintenance
  return seriesId !== null && tells.includes('scheduled') && !(await isPlanTold(deps, id))
}

export async function isPlanTold(deps: Deps, id: string): Promise<boolean> {
  const [told] = await deps.db
    .select({ id: incidents.id })
    .from(incidents)
    .where(and(eq(incidents.id, id), exists(planTold(deps))))
  return told !== undefined
}

/** What all who hear of beginnings were told of an incident: other words do not tell them that it is planned. */
export function planTold(deps: Deps) {
  return deps.db
    .select({ id: announcements.id })
    .from(announcements)
    .where(and(eq(announcements.incidentId, incidents.id), inArray(announcements.kind, beginnings)))
}

const beginnings = announcementKinds.filter((kind) => natures[kind].phase === 'start')
