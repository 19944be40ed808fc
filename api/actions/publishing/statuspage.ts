import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { components, groups, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak } from '../../domain/message.ts'
import { rollUp, worst } from '../../domain/status.ts'
import { publicIncidents, type IncidentView } from '../incidents/incident-views.ts'
import { iso, thePage } from '../page.ts'

const NEWEST = 50

type Reader = (deps: Deps, facts: Facts) => Promise<object>

/** Statuspage's v2 API, document by document; every body begins with the page. */
const readers: Record<string, Reader> = {
  '/api/v2/summary.json': async (deps, facts) => ({
    components: facts.components,
    incidents: await incidentList(deps, facts, unresolved),
    scheduled_maintenances: await maintenanceList(deps, facts, or(upcoming, active)),
    status: facts.status,
  }),
  '/api/v2/status.json': async (_deps, facts) => ({ status: facts.status }),
  '/api/v2/components.json': async (_deps, facts) => ({ components: facts.components }),
  '/api/v2/incidents.json': async (deps, facts) => ({
    incidents: await incidentList(deps, facts, newest('incident')),
  }),
  '/api/v2/incidents/unresolved.json': async (deps, facts) => ({
    incidents: await incidentList(deps, facts, unresolved),
  }),
  '/api/v2/scheduled-maintenances.json': async (deps, facts) => ({
    scheduled_maintenances: await maintenanceList(deps, facts, newest('maintenance')),
  }),
  '/api/v2/scheduled-maintenances/upcoming.json': async (deps, facts) => ({
    scheduled_maintenances: await maintenanceList(deps, facts, upcoming),
  }),
  '/api/v2/scheduled-maintenances/active.json': async (deps, facts) => ({
    scheduled_maintenances: await maintenanceList(deps, facts, active),
  }),
}

const unresolved = and(eq(incidents.kind, 'incident'), isNull(incidents.resolvedAt))
const upcoming = and(eq(incidents.kind, 'maintenance'), eq(incidents.status, 'scheduled'))
const active = and(
  eq(incidents.kind, 'maintenance'),
  inArray(incidents.status, ['in_progress', 'verifying']),
)

/** The original has no word for cancelled work: what will not take place is left out. */
function newest(kind: 'incident' | 'maintenance') {
  return sql`${incidents.id} IN (
    SELECT id FROM ${incidents} WHERE kind = ${kind} AND draft = 0 AND status <> 'cancelled'
    ORDER BY started_at DESC LIMIT ${NEWEST})`
}

/** Reads the body of a v2 document, or null when the path is none of them. */
export type StatuspageReader = (path: string) => Promise<object | null>

export function statuspageReader(deps: Deps, factsOnce = sharedFacts(deps)): StatuspageReader {
  return async (path) => {
    const read = readers[path]
    if (!read) return null
    const facts = await factsOnce()
    return { page: facts.pageObject, ...(await read(deps, facts)) }
  }
}

export type Facts = Awaited<ReturnType<typeof factsOf>>

/** Documents that are read together share the facts that each of them shows. */
export function sharedFacts(deps: Deps): () => Promise<Facts> {
  let shared: Promise<Facts> | undefined
  return () => (shared ??= factsOf(deps))
}

async function factsOf(deps: Deps) {
  const page = await thePage(deps)
  const [groupRows, rows] = await deps.db.batch([
    deps.db.select().from(groups).orderBy(asc(groups.position)),
    deps.db.select().from(components).orderBy(asc(components.position)),
  ])
  const visible = rows.filter((row) => !row.onlyShowIfDegraded || row.status !== 'operational')
  const leaves = visible.map((row) => ({
    ...componentObject(row, page.id),
    group_id: row.groupId,
    group: false,
    start_date: row.startDate,
    showcase: row.showcase,
    only_show_if_degraded: row.onlyShowIfDegraded,
  }))
  const overall = rollUp(rows.map(({ status }) => status))
  const groupObjects = groupRows.map((group) => {
    const members = visible.filter((row) => row.groupId === group.id)
    return {
      ...componentObject({ ...group, status: worst(members.map(({ status }) => status)) }, page.id),
      group_id: null,
      group: true,
      start_date: null,
      showcase: false,
      only_show_if_degraded: false,
      components: members.map(({ id }) => id),
    }
  })
  return {
    page,
    pageObject: {
      id: page.id,
      name: page.name,
      url: deps.publicUrl,
      time_zone: page.timeZone,
      updated_at: iso(Math.max(page.updatedAt, ...rows.map(({ updatedAt }) => updatedAt))),
    },
    overall,
    status: {
      indicator: overall.indicator,
      description: speak('en')(overall.description),
    },
    rows,
    components: [...groupObjects, ...leaves].map(inOrder),
    leaves: new Map(leaves.map((leaf) => [leaf.id, inOrder(leaf)])),
  }
}

type Row = Pick<
  typeof components.$inferSelect,
  'id' | 'name' | 'status' | 'createdAt' | 'updatedAt' | 'position' | 'description'
>

function componentObject(row: Row, pageId: string) {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    created_at: iso(row.createdAt),
    updated_at: iso(row.updatedAt),
    position: row.position,
    description: row.description,
    page_id: pageId,
  }
}

/** Keys in the order in which the original sends them. */
function inOrder(component: ReturnType<typeof componentObject> & Record<string, unknown>) {
  const { page_id, group, only_show_if_degraded, components: members, ...rest } = component
  const { group_id, showcase, start_date, ...first } = rest as Record<string, unknown>
  return {
    ...first,
    showcase,
    start_date,
    group_id,
    page_id,
    group,
    only_show_if_degraded,
    ...(members ? { components: members } : {}),
  }
}

async function incidentList(deps: Deps, facts: Facts, condition: ReturnType<typeof and>) {
  const found = await publicIncidents(deps, facts.page, condition)
  return found.map((incident) => incidentObject(incident, facts))
}

async function maintenanceList(deps: Deps, facts: Facts, condition: ReturnType<typeof and>) {
  const found = await publicIncidents(deps, facts.page, condition)
  return found.map((maintenance) => ({
    ...incidentObject(maintenance, facts),
    scheduled_for: maintenance.scheduled_for,
    scheduled_until: maintenance.scheduled_until,
  }))
}

function incidentObject(incident: IncidentView, facts: Facts) {
  const updatedAt = incident.updates[0]?.display_at ?? incident.started_at
  return {
    id: incident.id,
    name: incident.name,
    status: incident.status,
    created_at: incident.created_at,
    updated_at: updatedAt,
    monitoring_at:
      incident.updates.findLast(({ status }) => status === 'monitoring')?.display_at ?? null,
    resolved_at: incident.resolved_at,
    impact: incident.impact,
    shortlink: incident.url,
    started_at: incident.started_at,
    page_id: facts.page.id,
    incident_updates: incident.updates.map((update) => ({
      id: update.id,
      // Of planned work the original knows no post-mortem.
      status: update.status === 'postmortem' ? incident.status : update.status,
      body: update.body,
      incident_id: incident.id,
      created_at: update.display_at,
      updated_at: update.display_at,
      display_at: update.display_at,
      affected_components: update.components.map(({ id, name, old_status, new_status }) => ({
        code: id,
        name,
        old_status,
        new_status,
      })),
      deliver_notifications: update.notify,
      custom_tweet: null,
      tweet_id: null,
    })),
    components: incident.components.flatMap(({ id }) => facts.leaves.get(id) ?? []),
  }
}
