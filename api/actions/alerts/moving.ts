import { eq, sql } from 'drizzle-orm'
import { alerts } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { mayMove } from '../../domain/alert.ts'
import { DomainError } from '../../domain/error.ts'
import type { AlertStatus } from '../../domain/words.ts'
import { audit, decide, type Actor } from '../save.ts'

/** Moves an alert forward, with a reason; acknowledging it twice changes nothing, and a resolved one stays resolved. */
export function setAlertStatus(
  deps: Deps,
  actor: Actor,
  id: string,
  status: Exclude<AlertStatus, 'open'>,
  reason: string,
): Promise<void> {
  return decide(async () => {
    const alert = await deps.db.query.alerts.findFirst({ where: eq(alerts.id, id) })
    if (!alert) throw new DomainError('not_found', `there is no alert ${id}`)
    if (alert.status === 'resolved')
      throw new DomainError('conflict', 'this alert is already resolved')
    if (!mayMove(alert.status, status)) return
    const now = deps.clock.now()
    await deps.db.write([
      deps.db
        .update(alerts)
        .set({
          // Moved by somebody else meanwhile, it violates NOT NULL and takes the whole batch with it.
          status: sql`CASE WHEN ${alerts.status} = ${alert.status} THEN ${status} END`,
          reason: reason || alert.reason,
          updatedAt: now,
          ...(status === 'resolved'
            ? { resolvedAt: now, resolvedBy: actor.id }
            : { acknowledgedAt: now, acknowledgedBy: actor.id }),
        })
        .where(eq(alerts.id, id)),
      audit(deps, actor, `alert.${status}`, `alerts/${id}`, reason ? { reason } : {}),
    ])
  }, /NOT NULL constraint failed: alerts\.status/)
}
