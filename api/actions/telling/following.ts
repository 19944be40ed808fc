import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { announcements, auditLog, deliveries, incidents, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { isReplayable } from '../../domain/delivery.ts'
import type { Preferences } from '../../domain/subscription.ts'
import { DAY, HOUR, MINUTE } from '../../domain/time.ts'
import { deliveryStates } from '../../domain/words.ts'
import { audit } from '../save.ts'

const heartbeat = { id: 'heartbeat', requestId: null }

/** Past this nobody waits for news of an ended incident any more. */
const LOOKS_BACK = 14 * DAY
/** Whoever chose to follow an incident a moment before it ended has been saved by then. */
const STRAGGLERS = 10 * MINUTE

/**
 * Takes ended incidents out of the lists of those who followed them, and ends subscriptions to nothing else, once all
 * has been told. Returns how many followers were let go.
 */
export async function unfollowEnded(deps: Deps): Promise<number> {
  let released = 0
  for (const incident of await endedIncidents(deps)) {
    const { let_go, waiting } = await unfollow(deps, incident)
    released += let_go
    if (waiting === 0 && incident.endedAt < deps.clock.now() - STRAGGLERS)
      await deps.db.write([
        audit(deps, heartbeat, 'incident.unfollowed', `incidents/${incident.id}`),
      ])
  }
  return released
}

type Ended = { id: string; endedAt: number; toldAt: number }

/** Incidents that are over and announced to the last, and may have followers left. */
function endedIncidents(deps: Deps): Promise<Ended[]> {
  return deps.db
    .select({
      id: incidents.id,
      endedAt: sql<number>`${incidents.resolvedAt}`,
      toldAt: sql<number>`coalesce((
        SELECT max(a.expanded_at) FROM ${announcements} a WHERE a.incident_id = ${incidents}.id), 0)`,
    })
    .from(incidents)
    .where(
      and(
        gt(incidents.resolvedAt, deps.clock.now() - LOOKS_BACK),
        eq(incidents.draft, false),
        sql`NOT EXISTS (
          SELECT 1 FROM ${announcements} a WHERE a.incident_id = ${incidents}.id AND a.expanded_at IS NULL)`,
        sql`NOT EXISTS (
          SELECT 1 FROM ${auditLog} l
          WHERE l.object = 'incidents/' || ${incidents}.id AND l.action = 'incident.unfollowed')`,
      ),
    )
}

/** Subscribers looked through at once. */
const SPAN = 5000

async function unfollow(deps: Deps, incident: Ended): Promise<{ let_go: number; waiting: number }> {
  const count = { let_go: 0, waiting: 0 }
  const [newest] = await deps.db
    .select({ seq: sql<number>`max(${subscribers.seq})` })
    .from(subscribers)
  for (let from = 0; from <= (newest?.seq ?? -1); from += SPAN) {
    const followers = await followersOf(deps, incident.id, from)
    const ready = followers.filter(
      (follower) => follower.state === 'active' && isSummedUp(follower, incident),
    )
    const gone = await letGo(deps, incident.id, ready)
    count.let_go += gone
    count.waiting += followers.length - gone
    await deps.clock.sleep(0)
  }
  return count
}

type Follower = Awaited<ReturnType<typeof followersOf>>[number]

/** Those who have not confirmed yet may still do so, and are let go then. */
function followersOf(deps: Deps, incidentId: string, from: number) {
  return deps.db
    .select({
      seq: subscribers.seq,
      state: subscribers.state,
      preferences: subscribers.preferences,
      digestDueAt: subscribers.digestDueAt,
      updatedAt: subscribers.updatedAt,
    })
    .from(subscribers)
    .where(
      sql`${subscribers.seq} > ${from} AND ${subscribers.seq} <= ${from + SPAN}
        AND ${subscribers.state} IN ('active', 'pending') AND instr(${subscribers.preferences}, ${JSON.stringify(incidentId)}) > 0`,
    )
    .orderBy(asc(subscribers.seq))
}

/**
 * A digest is due within 25 hours of the one before it, or of the choice of its hour: later than that after the end, the
 * end was summed up.
 */
function isSummedUp({ digestDueAt, updatedAt }: Follower, { toldAt, endedAt }: Ended): boolean {
  return digestDueAt === null || digestDueAt - 25 * HOUR >= Math.max(toldAt, endedAt, updatedAt)
}

/** One batch; who changed their choice meanwhile, or may still hear the last word, is left for the next round. */
async function letGo(deps: Deps, incidentId: string, followers: Follower[]): Promise<number> {
  if (followers.length === 0) return 0
  const now = deps.clock.now()
  const changes = followers.map(({ seq, updatedAt, preferences }) => {
    const left = without(preferences, incidentId)
    return [seq, updatedAt, left, left.only_incidents && left.incidents.length === 0 ? 1 : 0]
  })
  const ready = sql`
    FROM json_each(${JSON.stringify(changes)}) change
    CROSS JOIN ${subscribers} s ON s.seq = change.value ->> 0
    WHERE s.updated_at = change.value ->> 1 AND s.state = 'active' AND NOT EXISTS (
      SELECT 1 FROM ${deliveries} d JOIN ${announcements} a ON a.id = d.announcement_id
      WHERE d.subscriber_seq = s.seq AND (
        (d.state IN ('pending', 'held', 'sending') AND (change.value ->> 3 OR a.incident_id = ${incidentId}))
        OR (${canBeSentAgain(now)} AND (a.kind = 'digest' OR a.incident_id = ${incidentId}))))`
  const [, released] = await deps.db.batch([
    deps.db.run(sql`
      INSERT INTO ${auditLog} (at, actor, action, object, detail)
      SELECT ${now}, ${heartbeat.id}, 'subscription.ended', 'subscriber:' || s.id,
        json_object('channel', s.channel, 'by', 'incident_over') ${ready} AND change.value ->> 3`),
    deps.db.all(sql`
      UPDATE ${subscribers} SET
        preferences = ready.preferences,
        state = iif(ready.over, 'unsubscribed', state),
        unsubscribed_at = iif(ready.over, ${now}, unsubscribed_at),
        digest_due_at = iif(ready.over, NULL, digest_due_at),
        updated_at = max(${now}, updated_at + 1)
      FROM (SELECT s.seq AS seq, change.value -> 2 AS preferences, change.value ->> 3 AS over ${ready}) ready
      WHERE ${subscribers}.seq = ready.seq
      RETURNING seq`),
  ])
  return released.length
}

/** Who has left is not told again, so they stay for the day in which operators still look at what came too late. */
function canBeSentAgain(now: number) {
  const states = JSON.stringify(deliveryStates.filter(isReplayable))
  return sql`(d.state IN (SELECT value FROM json_each(${states}))
    AND a.superseded_at IS NULL AND a.expires_at > ${now - DAY})`
}

function without(preferences: Preferences, incidentId: string): Preferences {
  return { ...preferences, incidents: preferences.incidents.filter((id) => id !== incidentId) }
}
