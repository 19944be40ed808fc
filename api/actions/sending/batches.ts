import { and, eq, sql, type SQL } from 'drizzle-orm'
import { batches, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { MINUTE } from '../../domain/time.ts'
import type { Channel } from '../../domain/words.ts'
import type { Provider } from '../../providers/provider.ts'
import { membersOfBatch, readMembers, type Member } from './batch-members.ts'
import { wasSetBack } from './rates.ts'

/** Far longer than one request may take, so that a lease never ends under a living worker. */
export const LEASE = MINUTE

export type Batch = typeof batches.$inferSelect

/** A batch in our hands until its lease ends. `first` is true when it has not touched the wire before. */
export type Claim = { batch: Batch; members: Member[]; first: boolean }

/**
 * On which channels anything may be due, for whichever provider, and whether a request among it may have been accepted:
 * all that a beat asks when there is nothing to do.
 */
export function channelsDue(deps: Deps) {
  const now = deps.clock.now()
  const channels = JSON.stringify([...new Set(deps.providers.map(({ channel }) => channel))])
  const batch = sql`
    SELECT 1 FROM ${batches}
    WHERE channel = c.value AND state = 'open' AND ${isDue(now)}`
  return deps.db.all<{ channel: Channel; uncertain: number }>(sql`
    SELECT c.value AS channel, EXISTS (${batch} AND first_sent_at IS NOT NULL) AS uncertain
    FROM json_each(${channels}) c
    WHERE EXISTS (SELECT 1 FROM ${deliveries} WHERE channel = c.value AND state = 'pending') OR EXISTS (${batch})`)
}

/** Its time has come and nobody holds it. A clock that was set back is not paid for with silence; who holds it may live. */
function isDue(now: number): SQL {
  return sql`(not_before <= ${now} OR ${wasSetBack(now)}) AND coalesce(leased_until, 0) <= ${now}`
}

/** Takes over what a process that is certainly dead had in its hands, without waiting for its leases to end. */
export async function releaseLeases(deps: Deps, instance: string): Promise<void> {
  await deps.db
    .update(batches)
    .set({ leasedUntil: null, claim: null })
    .where(and(eq(batches.owner, instance), eq(batches.state, 'open')))
}

/** A batch of which nobody knows whether it was accepted. */
export async function claimUncertain(deps: Deps, provider: Provider): Promise<Claim | null> {
  const claim = deps.newId()
  const [, found] = await deps.db.batch([
    lease(deps, claim, dueBatch(deps, provider, sql`first_sent_at IS NOT NULL`)),
    claimedBy(deps, claim),
  ])
  return claimFrom(found, deps.clock.now())
}

/** The batch that a claim has in hand, and who is in it. */
export function claimedBy(deps: Deps, claim: string) {
  return deps.db
    .select({ batch: batches, members: membersOfBatch })
    .from(batches)
    .where(eq(batches.claim, claim))
}

/** As it is once it is marked as sent `now`. */
export function claimFrom(
  [found]: Awaited<ReturnType<typeof claimedBy>>,
  now: number,
): Claim | null {
  if (!found) return null
  const members = readMembers(found.members)
  if (found.batch.firstSentAt !== null) return { batch: found.batch, members, first: false }
  return {
    batch: { ...found.batch, firstSentAt: now, size: members.length },
    members,
    first: true,
  }
}

/** The batch of this provider that is to be tried next, of those that nobody holds. */
export function dueBatch(deps: Deps, provider: Provider, condition: SQL): SQL {
  const now = deps.clock.now()
  return sql`
    SELECT id FROM ${batches}
    WHERE channel = ${provider.channel} AND state = 'open' AND provider = ${provider.name}
      AND ${isDue(now)} AND ${condition}
    ORDER BY priority, not_before LIMIT 1`
}

type Named = Record<'announcement' | 'first' | 'last' | 'size' | 'replays', SQL>

/** Names a batch after its members, and how often they were sent again. */
export function batchId({ announcement, first, last, size, replays }: Named): SQL {
  return sql`${announcement} || '.' || ${first} || '.' || ${last} || '.' || ${size}
    || CASE WHEN ${replays} > 0 THEN '.r' || ${replays} ELSE '' END`
}

/** What becomes of a batch of the same name: nobody was told of it, or it would be named otherwise. */
export function reopening(): SQL {
  return sql`ON CONFLICT (id) DO UPDATE SET provider = excluded.provider, channel = excluded.channel,
    priority = excluded.priority, state = 'open', size = 0, claim = excluded.claim, attempts = 0, first_sent_at = NULL,
    not_before = excluded.not_before, leased_until = excluded.leased_until, owner = excluded.owner, absent_since = NULL,
    code = NULL, reason = NULL, updated_at = excluded.updated_at`
}

/** Puts a batch into our hands, exactly as it is. */
export function lease(deps: Deps, claim: string, which: SQL, now = deps.clock.now()) {
  return deps.db.run(sql`
    UPDATE ${batches} SET claim = ${claim}, leased_until = ${now + LEASE}, owner = ${deps.instance}, updated_at = ${now}
    WHERE id = (${which})`)
}

export function newBatch(
  origin: Pick<Batch, 'id' | 'provider' | 'channel' | 'priority' | 'owner'>,
  now: number,
): Batch {
  return {
    ...origin,
    state: 'open',
    size: 0,
    claim: null,
    attempts: 0,
    firstSentAt: now,
    notBefore: now,
    leasedUntil: now + LEASE,
    absentSince: null,
    code: null,
    reason: null,
    createdAt: now,
    updatedAt: now,
  }
}
