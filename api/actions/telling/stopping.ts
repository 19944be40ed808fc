import { and, eq, gt, isNull, ne, notInArray, sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { endings } from './superseding.ts'

/**
 * Nobody else is told of it: it is expanded no further, and what is pending or held is swept. Superseded at once, so
 * that what is asked every second finds both with one index.
 */
export function stopAnnouncement(deps: Deps, id: string): Statement[] {
  const now = deps.clock.now()
  const self = sql`(
    SELECT incident_id FROM ${announcements} self WHERE self.id = ${id} AND self.stopped_at IS NULL)`
  return [
    expandAnew(deps, and(ne(announcements.id, id), eq(announcements.incidentId, self))),
    deps.db
      .update(announcements)
      .set({
        stoppedAt: now,
        supersededAt: sql`coalesce(${announcements.supersededAt}, ${now})`,
        expandedAt: sql`coalesce(${announcements.expandedAt}, ${now})`,
        sweptAt: null,
      })
      .where(and(eq(announcements.id, id), isNull(announcements.stoppedAt))),
  ]
}

/**
 * Asks everybody once more of what is news still, for whoever was passed over because of a word that never reached them.
 * The cursor goes below all others: who has read a chunk by the old rule does not move it on.
 */
function expandAnew(deps: Deps, which: SQL | undefined): Statement {
  const now = deps.clock.now()
  return deps.db
    .update(announcements)
    .set({ expandCursor: -now, expandedAt: null })
    .where(
      and(
        which,
        isNull(announcements.stoppedAt),
        isNull(announcements.outdatedAt),
        notInArray(announcements.kind, endings),
        gt(announcements.expiresAt, now),
      ),
    )
}

/** For whom a request in vain was to tell of what was stopped while it was under way. */
export function expandAnewAfter(deps: Deps, batchId: string): Statement {
  return expandAnew(
    deps,
    sql`${announcements.incidentId} IN (
      SELECT n.incident_id FROM ${deliveries} d CROSS JOIN ${announcements} n ON n.id = d.announcement_id
      WHERE d.batch_id = ${batchId} AND d.state = 'sending' AND n.stopped_at IS NOT NULL)`,
  )
}
