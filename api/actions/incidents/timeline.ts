import { eq } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { incidentComponents, incidents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByIncident } from '../../domain/documents.ts'
import { DomainError } from '../../domain/error.ts'
import { announcedImpact, announcementOf, type UpdateComponent } from '../../domain/incident.ts'
import { maintenanceTellings } from '../../domain/maintenance.ts'
import { noSummary } from '../../domain/postmortem.ts'
import type { ComponentStatus, Impact, IncidentStatus } from '../../domain/words.ts'
import { announce, supersede } from '../telling/announcements.ts'
import { settle, statusOf, type Situation } from '../components/components.ts'
import { nextVersion, touch, type Actor } from '../save.ts'

export type Incident = typeof incidents.$inferSelect

/** What an incident or maintenance has not got at its beginning. */
export const blank = {
  nextUpdateAt: null,
  scheduledFor: null,
  scheduledUntil: null,
  remindMs: null,
  remindedAt: null,
  autoStart: true,
  autoComplete: true,
  tells: [...maintenanceTellings],
  sequence: 0,
  seriesId: null,
  occursAt: null,
  allClear: null,
  postmortem: null,
  postmortemSummary: noSummary,
  postmortemPublishedAt: null,
  probeId: null,
  version: 0,
} satisfies Partial<Incident>

type Telling = {
  incident: Incident
  situations: Situation[]
  /** What this update says of components; the others it affects keep what was said of them. */
  changes: Map<string, ComponentStatus>
  status: IncidentStatus
  body: string
  notify: boolean
  first: boolean
  /** How grave the incident was in earlier announcements. */
  announced: Impact[]
  timeZone: string
}

/** Every row of one update except the incident's own: words, components, outbox, dirty documents. */
export function tell(deps: Deps, actor: Actor, telling: Telling): Statement[] {
  const { incident, changes } = telling
  const now = deps.clock.now()
  const updateId = deps.newId()
  const heard = telling.situations.map((situation) => withWord(situation, incident, changes, now))
  const components = heard.map(asSaid)
  const componentIds = components.map(({ id }) => id)
  const kind = announcementOf(telling.status, telling.first)
  return [
    deps.db.insert(incidentUpdates).values({
      id: updateId,
      incidentId: incident.id,
      status: telling.status,
      body: telling.body,
      components,
      notify: telling.notify,
      author: actor.id,
      displayAt: now,
      createdAt: now,
      updatedAt: now,
    }),
    ...[...changes].map(([componentId, status]) =>
      deps.db
        .insert(incidentComponents)
        .values({ incidentId: incident.id, componentId, status, since: now })
        .onConflictDoUpdate({
          target: [incidentComponents.incidentId, incidentComponents.componentId],
          set: { status, since: now },
        }),
    ),
    ...heard.flatMap((situation) => settle(deps, situation, now)),
    ...(telling.notify && !incident.draft
      ? announce(deps, {
          kind,
          incidentId: incident.id,
          updateId,
          impact: announcedImpact(kind, incident.impact, telling.announced),
          componentIds,
        })
      : [supersede(deps, incident.id)]),
    touch(
      deps,
      touchedByIncident(
        { id: incident.id, started_at: incident.startedAt },
        componentIds,
        telling.timeZone,
      ),
    ),
  ]
}

/** What an update says of a component: how it was, and how it is in the situation that the update makes. */
export function asSaid(situation: Situation): UpdateComponent {
  return {
    id: situation.component.id,
    name: situation.fullName,
    old_status: situation.component.status,
    new_status: statusOf(situation),
  }
}

/** The situation of a component once the incident has said this of it; drafts and ended incidents say nothing. */
function withWord(
  situation: Situation,
  incident: Incident,
  changes: Map<string, ComponentStatus>,
  now: number,
): Situation {
  const byIncident = new Map(situation.byIncident)
  const status = changes.get(situation.component.id)
  if (incident.resolvedAt !== null) byIncident.delete(incident.id)
  else if (status && !incident.draft) byIncident.set(incident.id, { status, since: now })
  return { ...situation, byIncident }
}

export async function findIncident(deps: Deps, id: string): Promise<Incident> {
  const incident = await deps.db.query.incidents.findFirst({ where: eq(incidents.id, id) })
  if (!incident) throw new DomainError('not_found', `there is no incident ${id}`)
  return incident
}

export async function affectedIds(deps: Deps, id: string): Promise<string[]> {
  const rows = await deps.db
    .select({ id: incidentComponents.componentId })
    .from(incidentComponents)
    .where(eq(incidentComponents.incidentId, id))
  return rows.map((row) => row.id)
}

export function saveIncident(deps: Deps, before: Incident, after: Incident): Statement {
  return deps.db
    .update(incidents)
    .set({ ...after, version: nextVersion(incidents.version, before.version) })
    .where(eq(incidents.id, before.id))
}
