import { desc } from 'drizzle-orm'
import { auditLog } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
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
