import { eq } from 'drizzle-orm'
import type { Deps } from '../../api/deps.ts'
import type { DeliveryState } from '../../api/domain/words.ts'
import { announcements, deliveries } from '../../db/schema.ts'

/** The announcement that was made last. */
export async function lastAnnouncement(deps: Deps) {
  const rows = await deps.db.select().from(announcements)
  return rows.at(-1)!
}

/** Gives the deliveries of an announcement these ends, in the order of their receivers; the others stay as they are. */
export async function endAs(
  deps: Deps,
  announcementId: string,
  ends: [state: DeliveryState, code?: string, reason?: string][],
): Promise<void> {
  const rows = await deps.db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(eq(deliveries.announcementId, announcementId))
    .orderBy(deliveries.id)
  for (const [i, [state, code = null, reason = null]] of ends.entries())
    await deps.db
      .update(deliveries)
      .set({ state, code, reason, batchId: `batch${i}`, updatedAt: deps.clock.now() + i })
      .where(eq(deliveries.id, rows[i]!.id))
}
