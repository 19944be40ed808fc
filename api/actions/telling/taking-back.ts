import { and, eq, isNull, or, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { channels } from '../../domain/words.ts'

/** What is still pending of older words on an incident is not sent to whoever hears the newer one. */
export function supersede(
  deps: Deps,
  incidentId: string,
  now: number = deps.clock.now(),
): Statement {
  return deps.db
    .update(announcements)
    .set({ supersededAt: sql`coalesce(${announcements.supersededAt}, ${now})`, sweptAt: null })
    .where(
      and(
        eq(announcements.incidentId, incidentId),
        isNull(announcements.outdatedAt),
        or(isNull(announcements.supersededAt), isWaitedFor),
      ),
    )
}

/** What was said of an incident is true no more and nothing takes its place: nobody else is told of it. */
export function outdate(deps: Deps, incidentId: string): Statement {
  const now = deps.clock.now()
  return deps.db
    .update(announcements)
    .set({
      outdatedAt: now,
      supersededAt: sql`coalesce(${announcements.supersededAt}, ${now})`,
      sweptAt: sql`iif(${isWaitedFor}, NULL, ${announcements.sweptAt})`,
    })
    .where(and(eq(announcements.incidentId, incidentId), isNull(announcements.outdatedAt)))
}

/** Swept before, it is swept once more: it may be stale now for whoever was passed over. Found by its index alone. */
const isWaitedFor = sql`EXISTS (
  SELECT 1 FROM ${deliveries} d
  WHERE d.announcement_id = ${announcements}.id AND d.state IN ('pending', 'held')
    AND d.channel IN (SELECT value FROM json_each(${JSON.stringify(channels)})))`
