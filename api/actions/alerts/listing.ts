import { and, desc, eq, inArray, notInArray, sql, type SQL } from 'drizzle-orm'
import { alerts, components, groups } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { speak } from '../../domain/message.ts'
import type { AlertSeverity, AlertStatus } from '../../domain/words.ts'
import { fullName } from '../components/components.ts'
import { iso, isoOrNull } from '../page.ts'

export type Wanted = {
  /** `live` is what is not resolved. */
  status?: AlertStatus | 'live' | undefined
  source?: string | undefined
  severity?: AlertSeverity | undefined
  /** Counts from 1. */
  page: number
  limit: number
}

/** One page of the alerts that are asked for, newest first. */
export async function listAlerts(deps: Deps, { page, limit, ...wanted }: Wanted) {
  const condition = conditionOf(wanted)
  const chosen = deps.db
    .select({ id: alerts.id })
    .from(alerts)
    .where(condition)
    .orderBy(...newestFirst)
    .limit(limit)
    .offset((page - 1) * limit)
  const [rows, [counted]] = await deps.db.batch([
    withComponents(deps)
      .where(inArray(alerts.id, chosen))
      .orderBy(...newestFirst),
    deps.db
      .select({ total: sql<number>`count(*)` })
      .from(alerts)
      .where(condition),
  ])
  return { alerts: rows.map(viewOfAlert), page, limit, total: counted!.total }
}

const newestFirst = [desc(alerts.createdAt), desc(sql`${alerts}.rowid`)]

/** What is not resolved, the gravest first, but for some types of events. */
export function liveAlerts(
  deps: Deps,
  { limit, except = [] }: { limit: number; except?: string[] },
) {
  const chosen = deps.db
    .select({ id: alerts.id })
    .from(alerts)
    .where(and(conditionOf({ status: 'live' }), notInArray(alerts.eventType, except)))
    .orderBy(...byGravity)
    .limit(limit)
  return withComponents(deps)
    .where(inArray(alerts.id, chosen))
    .orderBy(...byGravity)
}

export function countLive(deps: Deps) {
  return deps.db
    .select({ total: sql<number>`count(*)` })
    .from(alerts)
    .where(conditionOf({ status: 'live' }))
}

const byGravity = [
  sql`CASE ${alerts.severity} WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END`,
  sql`${alerts.status} = 'acknowledged'`,
  desc(alerts.createdAt),
]

function conditionOf({
  status,
  source,
  severity,
}: Omit<Wanted, 'page' | 'limit'>): SQL | undefined {
  return and(
    status === 'live'
      ? sql`${alerts.status} IN ('open', 'acknowledged')`
      : status && eq(alerts.status, status),
    source === undefined ? undefined : eq(alerts.source, source),
    severity && eq(alerts.severity, severity),
  )
}

function withComponents(deps: Deps) {
  return deps.db
    .select({ alert: alerts, name: components.name, groupName: groups.name })
    .from(alerts)
    .leftJoin(components, eq(components.id, alerts.componentId))
    .leftJoin(groups, eq(groups.id, components.groupId))
    .$dynamic()
}

type Row = Awaited<ReturnType<typeof liveAlerts>>[number]

export function viewOfAlert({ alert, name, groupName }: Row) {
  return {
    id: alert.id,
    source: alert.source,
    event_type: alert.eventType,
    severity: alert.severity,
    status: alert.status,
    title: alert.title,
    detail: detailOf(alert),
    dedupe_key: alert.dedupeKey,
    labels: alert.labels,
    url: alert.url,
    occurrences: alert.occurrences,
    component_id: alert.componentId,
    component: name === null ? null : fullName(name, groupName),
    incident_id: alert.incidentId,
    probe_id: alert.probeId,
    reason: alert.reason,
    acknowledged_by: alert.acknowledgedBy,
    resolved_by: alert.resolvedBy,
    created_at: iso(alert.createdAt),
    last_seen_at: iso(alert.lastSeenAt ?? alert.createdAt),
    acknowledged_at: isoOrNull(alert.acknowledgedAt),
    resolved_at: isoOrNull(alert.resolvedAt),
  }
}

/** With what it drags down at this moment, or did in the end. */
function detailOf({ source, detail, labels }: Row['alert']): string {
  const components = labels['drags_down']
  if (source !== 'probe' || components === undefined) return detail
  const drags = speak('en')('alert.drags_down', { components })
  return detail === '' ? drags : `${detail.replace(/\.$/, '')}. ${drags}`
}
