import { eq } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { incidentComponents, incidents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByIncident, touchedByMaintenance } from '../../domain/documents.ts'
import { DomainError } from '../../domain/error.ts'
import { announcedImpact, type UpdateComponent } from '../../domain/incident.ts'
import { maintenanceTellings } from '../../domain/maintenance.ts'
import { noSummary } from '../../domain/postmortem.ts'
import type { AnnouncementKind, ComponentStatus, Impact, UpdateStatus } from '../../domain/words.ts'
import { announce } from '../telling/announcements.ts'
import { outdate } from '../telling/taking-back.ts'
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
  status: UpdateStatus
  body: string
  /** What subscribers are told of it; null: nothing. */
  kind: AnnouncementKind | null
  /** How grave the incident was in earlier announcements. */
  announced?: Impact[]
  /** Since when what it says of components holds; otherwise from now on. */
  since?: number
  /** Where it stood in the history until now. */
  stoodAt?: number
  /** Its window is another one: what was said of it is untrue. */
  isMoved?: boolean
  /** Components that it affects no more; their people hear of it too. */
  spared?: string[]
  timeZone: string
}

/** Every row of one update except the incident's own: words, components, outbox, dirty documents. */
export function tell(deps: Deps, actor: Actor, telling: Telling): Statement[] {
  const { incident, changes, kind } = telling
  const now = deps.clock.now()
  const since = telling.since ?? now
  const updateId = deps.newId()
  const heard = telling.situations.map((situation) => withWord(situation, incident, changes, since))
  const components = heard.map(asSaid)
  const componentIds = [...components.map(({ id }) => id), ...(telling.spared ?? [])]
  return [
    deps.db.insert(incidentUpdates).values({
      id: updateId,
      incidentId: incident.id,
      status: telling.status,
      body: telling.body,
      components,
      notify: kind !== null,
      author: actor.id,
      displayAt: now,
      createdAt: now,
      updatedAt: now,
    }),
    ...[...changes].map(([componentId, status]) =>
      deps.db
        .insert(incidentComponents)
        .values({ incidentId: incident.id, componentId, status, since })
        .onConflictDoUpdate({
          target: [incidentComponents.incidentId, incidentComponents.componentId],
          set: { status, since },
        }),
    ),
    ...(incident.status === 'scheduled'
      ? []
      : heard.flatMap((situation) => settle(deps, situation, since))),
    ...(kind !== null && !incident.draft
      ? announce(deps, {
          kind,
          incidentId: incident.id,
          updateId,
          impact: announcedImpact(kind, incident.impact, telling.announced ?? []),
          componentIds,
        })
      : isOutdated(telling)
        ? [outdate(deps, incident.id)]
        : []),
    touch(deps, touchedBy(incident, componentIds, telling)),
  ]
}

/** Whether nothing that was said before is news any more; a correction or the beginning of what was planned takes nothing back. */
function isOutdated({ incident, stoodAt, isMoved }: Telling): boolean {
  const isEarlier = stoodAt !== undefined && incident.startedAt < stoodAt
  return incident.resolvedAt !== null || isMoved === true || isEarlier
}

/** The documents that show it. */
export function touchedBy(
  { id, kind, startedAt }: Incident,
  componentIds: string[],
  { timeZone, stoodAt }: { timeZone: string; stoodAt?: number | undefined },
): string[] {
  if (kind === 'incident')
    return touchedByIncident({ id, started_at: startedAt }, componentIds, timeZone)
  return touchedByMaintenance({ id, moments: [startedAt, stoodAt] }, componentIds, timeZone)
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

/** The situation of a component once the incident has said this of it; drafts, plans and ended incidents say nothing. */
function withWord(
  situation: Situation,
  incident: Incident,
  changes: Map<string, ComponentStatus>,
  since: number,
): Situation {
  const byIncident = new Map(situation.byIncident)
  const status = changes.get(situation.component.id)
  if (incident.resolvedAt !== null) byIncident.delete(incident.id)
  else if (status && !incident.draft && incident.status !== 'scheduled')
    byIncident.set(incident.id, { status, since })
  return { ...situation, byIncident }
}

export async function findIncident(deps: Deps, id: string): Promise<Incident> {
  const found = await findEither(deps, id)
  if (found.kind === 'incident') return found
  throw new DomainError(
    'conflict',
    `"${found.name}" is a maintenance; it is changed under /api/admin/maintenances/${id}`,
  )
}

/** An incident or a maintenance. */
export async function findEither(deps: Deps, id: string): Promise<Incident> {
  const found = await deps.db.query.incidents.findFirst({ where: eq(incidents.id, id) })
  if (!found) throw new DomainError('not_found', `there is no incident ${id}`)
  return found
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
