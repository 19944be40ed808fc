import { and, desc, eq, sql } from 'drizzle-orm'
import { incidentComponents, incidents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Proposal } from '../../domain/all-clear.ts'
import { DomainError } from '../../domain/error.ts'
import { fullName } from '../components/components.ts'
import { iso, isoOrNull, thePage, type Page } from '../page.ts'
import { affectedComponents } from './affected.ts'
import { proposedAllClears, viewOfProposal } from './all-clears.ts'
import { viewOfFigures } from './postmortem-views.ts'

export type IncidentView = Awaited<ReturnType<typeof incidentsWithTimelines>>[number]

/** Incidents that the public may see, newest first, each with its whole timeline. */
export async function publicIncidents(deps: Deps, page: Page, condition: ReturnType<typeof and>) {
  return incidentsWithTimelines(deps, page, and(condition, eq(incidents.draft, false)))
}

/** Incidents, drafts included, newest first. */
export async function incidentsWithTimelines(
  deps: Deps,
  page: Page,
  condition: ReturnType<typeof and>,
) {
  const chosen = sql`(SELECT ${incidents.id} FROM ${incidents} WHERE ${condition ?? sql`true`})`
  const [rows, updates, affected] = await deps.db.batch([
    deps.db
      .select()
      .from(incidents)
      .where(condition)
      .orderBy(desc(incidents.startedAt), desc(incidents.id)),
    deps.db
      .select()
      .from(incidentUpdates)
      .where(sql`${incidentUpdates.incidentId} IN ${chosen}`)
      .orderBy(desc(incidentUpdates.displayAt), sql`${incidentUpdates}.rowid DESC`),
    affectedComponents(deps, sql`${incidentComponents.incidentId} IN ${chosen}`),
  ])
  const updatesOf = Map.groupBy(updates, (update) => update.incidentId)
  const componentsOf = Map.groupBy(affected, (component) => component.incidentId)
  return rows.map((incident) => ({
    id: incident.id,
    kind: incident.kind,
    name: incident.name,
    status: incident.status,
    impact: incident.impact,
    severity: page.severities.find(({ key }) => key === incident.severity) ?? null,
    draft: incident.draft,
    created_at: iso(incident.createdAt),
    started_at: iso(incident.startedAt),
    resolved_at: isoOrNull(incident.resolvedAt),
    next_update_at: isoOrNull(incident.nextUpdateAt),
    next_update_overdue: incident.nextUpdateAt !== null && incident.nextUpdateAt < deps.clock.now(),
    scheduled_for: isoOrNull(incident.scheduledFor),
    scheduled_until: isoOrNull(incident.scheduledUntil),
    url: `${deps.publicUrl}/incidents/${incident.id}`,
    components: (componentsOf.get(incident.id) ?? []).map(({ id, name, groupName, status }) => ({
      id,
      name: fullName(name, groupName),
      status,
    })),
    updates: (updatesOf.get(incident.id) ?? []).map((update) => ({
      id: update.id,
      status: update.status,
      body: update.body,
      display_at: iso(update.displayAt),
      components: update.components,
      notify: update.notify,
    })),
    all_clear: incident.allClear,
    postmortem: publishedPostmortem(incident),
    postmortem_begun: incident.postmortem !== null,
  }))
}

function publishedPostmortem({
  postmortem,
  postmortemSummary,
  postmortemPublishedAt,
}: typeof incidents.$inferSelect) {
  if (postmortemPublishedAt === null) return null
  const { figures, ...summary } = postmortemSummary
  return {
    body: postmortem ?? '',
    summary,
    figures: figures ? viewOfFigures(figures) : null,
    published_at: iso(postmortemPublishedAt),
  }
}

/** An incident in a list: its last words only. */
export function brief(incident: IncidentView) {
  const { id, kind, name, status, impact, started_at, resolved_at, url } = incident
  const last = incident.updates.find((update) => update.status !== 'postmortem')
  return {
    id,
    kind,
    name,
    status,
    impact,
    started_at,
    resolved_at,
    url,
    last_update: {
      status: last?.status ?? status,
      body: last?.body ?? '',
      display_at: last?.display_at ?? started_at,
    },
    has_postmortem: incident.postmortem !== null,
  }
}

const LISTED = 100

/** The newest incidents as operators see them, drafts included. */
export async function listIncidents(deps: Deps) {
  const newest = sql`${incidents.id} IN (SELECT id FROM ${incidents} ORDER BY started_at DESC LIMIT ${LISTED})`
  const page = await thePage(deps)
  return withProposals(deps, page, await incidentsWithTimelines(deps, page, newest))
}

/** One incident as operators see it. */
export async function operatorIncident(deps: Deps, id: string) {
  const page = await thePage(deps)
  const [incident] = await incidentsWithTimelines(deps, page, eq(incidents.id, id))
  if (!incident) throw new DomainError('not_found', `there is no incident ${id}`)
  const [seen] = await withProposals(deps, page, [incident])
  return seen!
}

/** Incidents with the all-clears that wait for an operator. */
export async function withProposals(deps: Deps, page: Page, shown: IncidentView[]) {
  const open = shown.filter(({ kind, resolved_at }) => kind === 'incident' && resolved_at === null)
  const proposed =
    open.length > 0
      ? await proposedAllClears(
          deps,
          page,
          open.map(({ id }) => id),
        )
      : new Map<string, Proposal>()
  return shown.map((incident) => {
    const proposal = proposed.get(incident.id)
    return { ...incident, proposed_all_clear: proposal ? viewOfProposal(proposal) : null }
  })
}
