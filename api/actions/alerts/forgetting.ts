import { sql } from 'drizzle-orm'
import { alerts } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY } from '../../domain/time.ts'

/** A year and a little: reviews look back that far. */
const KEPT = 400 * DAY

export async function forgetAlerts(deps: Deps): Promise<void> {
  await deps.db
    .delete(alerts)
    .where(sql`${alerts.status} = 'resolved' AND ${alerts.createdAt} < ${deps.clock.now() - KEPT}`)
}
