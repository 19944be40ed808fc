import { sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { sleepsUntil, type Sleeper } from '../../domain/sleeping.ts'
import type { AnnouncementKind } from '../../domain/words.ts'
import { hold, type Held } from '../telling/quiet-hours.ts'
import { hasQuietHours, sleeper } from './batch-members.ts'
import type { Batch, Claim } from './batches.ts'
import { isOurs, record } from './outcomes.ts'

/** Looked at together once somebody sleeps, so that most of the batches behind need not be dissolved. */
const AHEAD = 1000

/**
 * Quiet hours may have begun since news was expanded: it stood in a queue, before a closed circuit, or was sent again. A
 * batch with a sleeper in it is not sent but dissolved, so that the next one is named after those who are in it; who
 * sleeps in it and among the next who wait is held. Null when nobody sleeps.
 */
export async function letSleep(deps: Deps, claimed: Claim): Promise<Statement[] | null> {
  const { batch, members, first } = claimed
  if (!first) return null
  const now = deps.clock.now()
  const asleep = members.flatMap(({ delivery, announcementId, kind, sleeper }) =>
    heldOf({ id: delivery, announcement: announcementId, kind, sleeper }, now),
  )
  if (asleep.length === 0) return null
  await deps.clock.sleep(0)
  const behind = await waitingBehind(deps, batch)
  const sleepers = behind.flatMap(({ sleeper, ...one }) =>
    heldOf({ ...one, sleeper: JSON.parse(sleeper) as Sleeper | null }, now),
  )
  const still = sql`(+state = 'pending' OR (+state = 'sending' AND +batch_id = ${batch.id} AND ${isOurs(batch)}))`
  return [
    ...hold(deps, [...asleep, ...sleepers], still),
    ...record(deps, claimed, { kind: 'released' }),
  ]
}

type Waiting = { id: number; announcement: string; kind: AnnouncementKind }

function heldOf(
  { id, announcement, kind, sleeper }: Waiting & { sleeper: Sleeper | null },
  now: number,
): Held[] {
  const until = sleeper && sleepsUntil(kind, sleeper, now)
  return until === null ? [] : [{ id, announcement, until }]
}

/** The next who wait as this batch did, of them those with quiet hours. */
function waitingBehind(deps: Deps, { channel, priority }: Batch) {
  return deps.db.all<Waiting & { sleeper: string }>(sql`
    SELECT d.id AS id, a.id AS announcement, a.kind AS kind, ${sleeper} AS sleeper
    FROM (
      SELECT id, announcement_id, subscriber_seq, held_until FROM ${deliveries}
      WHERE channel = ${channel} AND state = 'pending' AND priority = ${priority} ORDER BY id LIMIT ${AHEAD}) d
    CROSS JOIN ${subscribers} s ON s.seq = d.subscriber_seq
    CROSS JOIN ${announcements} a ON a.id = d.announcement_id
    WHERE ${hasQuietHours}`)
}
