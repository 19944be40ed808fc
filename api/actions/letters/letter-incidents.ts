import { sql } from 'drizzle-orm'
import { announcements, incidents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { LetterIncident } from '../../domain/letters/letter.ts'

type Incident = typeof incidents.$inferSelect
type Update = typeof incidentUpdates.$inferSelect

/** The update that an announcement tells of; what belongs to none, a reminder, tells how things stand. */
export const updateTold = sql`coalesce(${announcements.updateId}, (
  SELECT u.id FROM ${incidentUpdates} u WHERE u.incident_id = ${announcements.incidentId}
  ORDER BY u.display_at DESC, u.rowid DESC LIMIT 1))`

/** An incident as one of its updates left it. */
export function incidentFacts(deps: Deps, incident: Incident, update: Update): LetterIncident {
  return {
    id: incident.id,
    name: incident.name,
    url: `${deps.publicUrl}/incidents/${incident.id}`,
    status: incident.status,
    impact: incident.impact,
    created_at: incident.createdAt,
    updated_at: incident.updatedAt,
    started_at: incident.startedAt,
    monitoring_at: incident.monitoringAt,
    resolved_at: incident.resolvedAt,
    next_update_at: incident.nextUpdateAt,
    scheduled_for: incident.scheduledFor,
    scheduled_until: incident.scheduledUntil,
    update: updateFacts(update),
    components: update.components,
    all_clear: update.status === 'resolved' ? incident.allClear : null,
    postmortem: incident.postmortemPublishedAt === null ? null : incident.postmortem,
  }
}

export function updateFacts({ id, status, body, displayAt }: Update): LetterIncident['update'] {
  return { id, status, body, display_at: displayAt }
}
