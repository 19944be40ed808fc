import { sql } from 'drizzle-orm'
import { announcements, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { stopped as byOperator, withdrawal } from './superseding.ts'

const CHUNK = 1000

/**
 * Marks what of an announcement was never sent and must not be any more: what is stale for its receiver, or all of it
 * once an operator stopped it. A chunk at a time, and from the beginning after a crash.
 */
export async function sweep(deps: Deps, id: string, stopped: () => boolean): Promise<void> {
  const [asked] = await deps.db.all<{ fate: string }>(
    sql`SELECT ${fate} AS fate FROM ${announcements} a WHERE a.id = ${id}`,
  )
  for (let cursor: number | null = 0; cursor !== null;) {
    if (stopped()) return
    cursor = await sweepAfter(deps, id, cursor)
    await deps.clock.sleep(0)
  }
  // Who was passed over as not stale is taken by another sweep when it became so meanwhile.
  await deps.db.run(sql`
    UPDATE ${announcements} AS a SET swept_at = ${deps.clock.now()}
    WHERE a.id = ${id} AND ${fate} = ${asked!.fate}`)
}

/** All that may make it stale for somebody. */
const fate = sql`json_array(a.stopped_at, a.outdated_at, (
  SELECT max(n.rowid) FROM ${announcements} n WHERE n.incident_id = a.incident_id))`

/** Returns the last subscriber of the chunk, null after the last of all. */
async function sweepAfter(deps: Deps, id: string, cursor: number): Promise<number | null> {
  const [, [chunk]] = await deps.db.batch([
    withdrawAfter(deps, id, cursor),
    deps.db.all<{ last: number | null }>(sql`SELECT ${lastOfChunk(id, cursor)} AS last`),
  ])
  return chunk!.last
}

/** Materialised, or SQLite would put the question to every delivery there is, once for each column. */
export function withdrawAfter(deps: Deps, id: string, cursor: number) {
  const { code, reason } = byOperator
  return deps.db.run(sql`
    WITH gone AS MATERIALIZED (
      SELECT d.id AS id, ${withdrawal()} AS state
      FROM ${announcements} a
      CROSS JOIN ${deliveries} d ON d.announcement_id = a.id
      CROSS JOIN ${subscribers} s ON s.seq = d.subscriber_seq
      WHERE a.id = ${id} AND d.subscriber_seq > ${cursor} AND d.subscriber_seq <= ${lastOfChunk(id, cursor)}
        AND +d.state IN ('pending', 'held'))
    UPDATE ${deliveries} SET state = gone.state, updated_at = ${deps.clock.now()},
      code = iif(gone.state = 'skipped', ${code}, code),
      reason = iif(gone.state = 'skipped', ${reason}, reason)
    FROM gone WHERE ${deliveries}.id = gone.id AND gone.state IS NOT NULL`)
}

function lastOfChunk(id: string, cursor: number) {
  return sql`(
    SELECT max(seq) FROM (
      SELECT subscriber_seq AS seq FROM ${deliveries}
      WHERE announcement_id = ${id} AND subscriber_seq > ${cursor}
      ORDER BY subscriber_seq LIMIT ${CHUNK}))`
}
