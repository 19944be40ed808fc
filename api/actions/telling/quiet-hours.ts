import { inArray, sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { HOUR } from '../../domain/time.ts'
import { stopped, withdrawal } from './superseding.ts'

const CHUNK = 500

/** Quiet hours may last longer than news lives: then it lives on until they have been told. */
const OUTLIVES = HOUR

export type Held = { id: number; announcement: string; until: number }

/** Lets those of whom `condition` still holds wait for the end of their quiet hours; what was said of a failure stays. */
export function hold(deps: Deps, held: Held[], condition: SQL): Statement[] {
  if (held.length === 0) return []
  const moments = Object.fromEntries(held.map(({ id, until }) => [id, until]))
  const lives = new Map<string, number>()
  for (const { announcement, until } of held)
    lives.set(announcement, Math.max(until + OUTLIVES, lives.get(announcement) ?? 0))
  return [
    deps.db.run(sql`
      UPDATE ${deliveries} SET state = 'held', held_until = j.value, batch_id = NULL, updated_at = ${deps.clock.now()},
        code = iif(+state = 'skipped', NULL, code), reason = iif(+state = 'skipped', NULL, reason)
      FROM json_each(${JSON.stringify(moments)}) j
      WHERE ${deliveries.id} = CAST(j.key AS INTEGER) AND ${condition}`),
    deps.db.run(sql`
      UPDATE ${announcements} SET expires_at = max(expires_at, j.value)
      FROM json_each(${JSON.stringify(Object.fromEntries(lives))}) j WHERE ${announcements.id} = j.key`),
  ]
}

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
