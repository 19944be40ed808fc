import { sql, type SQL } from 'drizzle-orm'
import { announcements, batches, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'

/** One of the batches of providers that are not configured any more, if there is any to settle. */
export function strayBatch(deps: Deps) {
  return deps.db.all<{ id: string }>(sql`${straysOf(deps)} LIMIT 1`)
}

function straysOf(deps: Deps): SQL {
  const now = deps.clock.now()
  const names = JSON.stringify(deps.providers.map(({ name }) => name))
  return sql`
    SELECT id FROM ${batches} b
    WHERE state = 'open' AND coalesce(leased_until, 0) <= ${now}
      AND provider NOT IN (SELECT value FROM json_each(${names}))
      AND (first_sent_at IS NULL OR NOT EXISTS (
        SELECT 1 FROM ${deliveries} d JOIN ${announcements} a ON a.id = d.announcement_id
        WHERE d.batch_id = b.id AND d.state = 'sending' AND a.expires_at > ${now}))`
}

/**
 * What never touched the wire is for the other providers; what may have been accepted waits for its own to come back,
 * until nobody would want to read it.
 */
export async function settleStrays(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  const strays = straysOf(deps)
  const why = { code: 'provider_gone', reason: 'its provider is not configured any more' }
  await deps.db.write([
    deps.db.run(sql`
      UPDATE ${deliveries} SET updated_at = ${now}, code = ${why.code}, reason = ${why.reason},
        state = CASE WHEN b.first_sent_at IS NULL THEN 'pending' ELSE 'unknown' END,
        batch_id = CASE WHEN b.first_sent_at IS NULL THEN NULL ELSE b.id END
      FROM ${batches} b
      WHERE ${deliveries.batchId} = b.id AND +${deliveries.state} = 'sending' AND b.id IN (${strays})`),
    deps.db.run(sql`
      UPDATE ${batches} SET updated_at = ${now}, code = ${why.code}, reason = ${why.reason},
        state = CASE WHEN first_sent_at IS NULL THEN 'done' ELSE 'unknown' END
      WHERE id IN (${strays})`),
  ])
}
