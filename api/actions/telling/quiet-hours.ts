import { inArray, sql, type SQL } from 'drizzle-orm'
import { announcements, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { stopped, withdrawal } from './superseding.ts'

const CHUNK = 500

/** Hands on what waited for the end of its receiver's quiet hours, unless it is stale by then. Returns how many. */
export async function releaseHeld(deps: Deps): Promise<number> {
  for (let released = 0; ;) {
    const due = await heldUntil(deps)
    if (due.length === 0) return released
    released += await release(
      deps,
      due.map(({ id }) => id),
    )
    if (due.length < CHUNK) return released
    await deps.clock.sleep(0)
  }
}

/** Asked every few seconds: the state stands in the text, or SQLite would not use the index of what is held. */
export function heldUntil(deps: Deps) {
  return deps.db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(sql`${deliveries.state} = 'held' AND ${deliveries.heldUntil} <= ${deps.clock.now()}`)
    .orderBy(deliveries.heldUntil)
    .limit(CHUNK)
}

async function release(deps: Deps, ids: number[]): Promise<number> {
  const now = deps.clock.now()
  const released = await deps.db
    .update(deliveries)
    .set({
      state: ofAnnouncement(
        sql`coalesce(${withdrawal()}, iif(a.expires_at <= ${now}, 'expired', 'pending'))`,
      ),
      code: ofAnnouncement(sql`iif(a.stopped_at IS NULL, ${deliveries.code}, ${stopped.code})`),
      reason: ofAnnouncement(
        sql`iif(a.stopped_at IS NULL, ${deliveries.reason}, ${stopped.reason})`,
      ),
      updatedAt: now,
    })
    // The plus keeps SQLite from walking all that is held instead of these few.
    .where(
      sql`${inArray(deliveries.id, ids)} AND +${deliveries.state} = 'held' AND ${deliveries.heldUntil} <= ${now}`,
    )
    .returning({ state: deliveries.state })
  return released.filter(({ state }) => state === 'pending').length
}

/** Of the announcement `a` and the subscriber `s` of a delivery. */
function ofAnnouncement(value: SQL): SQL {
  return sql`(
    SELECT ${value} FROM ${announcements} a JOIN ${subscribers} s ON s.seq = ${deliveries.subscriberSeq}
    WHERE a.id = ${deliveries.announcementId})`
}
