import { desc, sql } from 'drizzle-orm'
import { auditLog, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY } from '../../domain/time.ts'
import { iso } from '../page.ts'

/** One page of the audit log, newest first; pages count from 1. */
export async function listAudit(deps: Deps, page: number, pageSize: number) {
  const [rows, total] = await Promise.all([
    deps.db
      .select()
      .from(auditLog)
      .orderBy(desc(auditLog.id))
      .limit(pageSize)
      .offset((page - 1) * pageSize),
    deps.db.$count(auditLog),
  ])
  return {
    logs: rows.map(({ id, at, actor, action, object, detail, requestId }) => ({
      id,
      at: iso(at),
      actor,
      action,
      object,
      detail,
      request_id: requestId,
    })),
    page,
    page_size: pageSize,
    total,
  }
}

const KEPT = 90 * DAY
/** Entries at once: a write of so many holds up nobody. */
const CHUNK = 1000

/** Forgets what is older than 90 days, but for who did what to an incident that is still open. */
export async function forgetAudit(deps: Deps, stopped: () => boolean): Promise<void> {
  const before = deps.clock.now() - KEPT
  while (!stopped()) {
    const gone = await deps.db.all(sql`
      DELETE FROM ${auditLog} WHERE id IN (
        SELECT id FROM ${auditLog} WHERE at < ${before} AND object NOT IN (
          SELECT 'incidents/' || id FROM ${incidents} WHERE resolved_at IS NULL)
        LIMIT ${CHUNK}) RETURNING 1`)
    if (gone.length < CHUNK) return
    await deps.clock.sleep(0)
  }
}
