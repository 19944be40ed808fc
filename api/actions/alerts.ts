import { and, desc, eq, ne } from 'drizzle-orm'
import { alerts } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import type { AlertStatus } from '../domain/words.ts'
import { iso, isoOrNull } from './page.ts'
import { audit, type Actor } from './save.ts'

export async function listAlerts(deps: Deps, status: AlertStatus | undefined, limit: number) {
  const rows = await deps.db
    .select()
    .from(alerts)
    .where(status ? eq(alerts.status, status) : undefined)
    .orderBy(desc(alerts.createdAt))
    .limit(limit)
  return rows.map((alert) => ({
    id: alert.id,
    source: alert.source,
    event_type: alert.eventType,
    severity: alert.severity,
    status: alert.status,
    title: alert.title,
    detail: alert.detail,
    component_id: alert.componentId,
    incident_id: alert.incidentId,
    created_at: iso(alert.createdAt),
    acknowledged_at: isoOrNull(alert.acknowledgedAt),
    resolved_at: isoOrNull(alert.resolvedAt),
  }))
}

/** Moves an alert forward; a resolved one stays resolved. */
export async function setAlertStatus(
  deps: Deps,
  actor: Actor,
  id: string,
  status: Exclude<AlertStatus, 'open'>,
  reason: string,
): Promise<void> {
  const alert = await deps.db.query.alerts.findFirst({ where: eq(alerts.id, id) })
  if (!alert) throw new DomainError('not_found', `there is no alert ${id}`)
  if (alert.status === 'resolved')
    throw new DomainError('conflict', 'this alert is already resolved')
  const now = deps.clock.now()
  await deps.db.write([
    deps.db
      .update(alerts)
      .set({
        status,
        updatedAt: now,
        ...(status === 'resolved' ? { resolvedAt: now } : { acknowledgedAt: now }),
      })
      .where(and(eq(alerts.id, id), ne(alerts.status, 'resolved'))),
    audit(deps, actor, `alert.${status}`, `alerts/${id}`, reason ? { reason } : {}),
  ])
}
