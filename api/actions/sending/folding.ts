import { and, asc, gt, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm'
import { announcements, deliveries, deliveryCounts } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY } from '../../domain/time.ts'

/** How long it can be looked up who was told what. */
export const DELIVERIES_KEPT = 90 * DAY
/** Deliveries at once. */
const CHUNK = 500
/** Announcements looked up at once. */
const PAGE = 50

/** Leaves of old announcements only how many were told, and how many not for which reason. */
export async function foldOld(deps: Deps, stopped: () => boolean): Promise<void> {
  for (let after = 0; !stopped();) {
    const page = await toFold(deps, after)
    for (const { id } of page) await fold(deps, id, stopped)
    if (page.length < PAGE) return
    // Others of the same moment come in the next round.
    after = page.at(-1)!.createdAt
  }
}

function toFold(deps: Deps, after: number) {
  const now = deps.clock.now()
  return deps.db
    .select({ id: announcements.id, createdAt: announcements.createdAt })
    .from(announcements)
    .where(
      and(
        isNull(announcements.foldedAt),
        gt(announcements.createdAt, after),
        lt(announcements.createdAt, now - DELIVERIES_KEPT),
        isNull(announcements.subscriberSeq),
        isNotNull(announcements.expandedAt),
        lte(announcements.expiresAt, now),
      ),
    )
    .orderBy(asc(announcements.createdAt))
    .limit(PAGE)
}

/** A chunk is counted and deleted in one batch, so that whoever is killed or comes at the same time counts nobody twice. */
async function fold(deps: Deps, id: string, stopped: () => boolean): Promise<void> {
  let from = 0
  let [chunk] = await chunkAfter(deps, id, from)
  while (chunk && chunk.last !== null) {
    if (stopped()) return
    const { last } = chunk
    const [, , [next]] = await deps.db.batch([
      count(deps, id, from, last),
      remove(deps, id, from, last),
      chunkAfter(deps, id, last),
    ])
    chunk = next
    from = last
    await deps.clock.sleep(0)
  }
  await deps.db.run(sql`
    UPDATE ${announcements} SET folded_at = ${deps.clock.now()}
    WHERE id = ${id} AND NOT EXISTS (SELECT 1 FROM ${deliveries} WHERE announcement_id = ${id})`)
}

function chunkAfter(deps: Deps, id: string, from: number) {
  return deps.db.all<{ last: number | null }>(sql`
    SELECT max(seq) AS last FROM (
      SELECT subscriber_seq AS seq FROM ${deliveries}
      WHERE announcement_id = ${id} AND subscriber_seq > ${from}
      ORDER BY subscriber_seq LIMIT ${CHUNK})`)
}

/** What is under way is its sender's to settle. What still waits after all this time has no provider, and expired. */
function settled(id: string, from: number, last: number) {
  return sql`
    announcement_id = ${id} AND subscriber_seq > ${from} AND subscriber_seq <= ${last} AND state <> 'sending'`
}

function count(deps: Deps, id: string, from: number, last: number) {
  return deps.db.run(sql`
    INSERT INTO ${deliveryCounts} (announcement_id, channel, state, count)
    SELECT ${id}, channel, iif(state IN ('pending', 'held'), 'expired', state), count(*)
    FROM ${deliveries} WHERE ${settled(id, from, last)} GROUP BY 2, 3
    ON CONFLICT (announcement_id, channel, state) DO UPDATE SET count = count + excluded.count`)
}

function remove(deps: Deps, id: string, from: number, last: number) {
  return deps.db.run(sql`DELETE FROM ${deliveries} WHERE ${settled(id, from, last)}`)
}
