import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { replayStates } from '../../domain/replay.ts'
import { channels } from '../../domain/words.ts'

/** More kinds of trouble than anybody reads. */
const MOST = 50

/**
 * Why people were not told, or perhaps not, the most frequent first. Only those who missed it are looked at: naming every
 * channel and the states leads SQLite through the index that counts.
 */
export async function reasonsOf(deps: Deps, announcementId: string) {
  const rows = await troubles(deps, announcementId)
  return rows.map(({ channel, state, code, reason, count }) => ({
    channel,
    state,
    code,
    reason,
    count,
  }))
}

export function troubles(deps: Deps, announcementId: string) {
  const count = sql<number>`count(*)`
  return deps.db
    .select({
      channel: deliveries.channel,
      state: deliveries.state,
      code: deliveries.code,
      // Of a group SQLite gives the row of its maximum: what was said last.
      reason: deliveries.reason,
      count,
      latest: sql<number>`max(${deliveries.updatedAt})`,
    })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.announcementId, announcementId),
        inArray(deliveries.channel, [...channels]),
        inArray(deliveries.state, [...replayStates]),
      ),
    )
    .groupBy(deliveries.channel, deliveries.state, deliveries.code)
    .orderBy(desc(count), deliveries.channel, deliveries.state, deliveries.code)
    .limit(MOST)
}
