import { and, eq, sql, type SQL } from 'drizzle-orm'
import { batches, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { MINUTE } from '../../domain/time.ts'
import type { Channel } from '../../domain/words.ts'
import type { Provider } from '../../providers/provider.ts'
import { dropMembers, memberQuery, membersOf, present, type Member } from './batch-members.ts'

/** Far longer than one request may take, so that a lease never ends under a living worker. */
export const LEASE = MINUTE

export type Batch = typeof batches.$inferSelect

/** A batch in our hands until its lease ends. `first` is true when it has not touched the wire before. */
export type Claim = { batch: Batch; members: Member[]; first: boolean }

type Which = {
  channel: Channel
  confirmationsOnly: boolean
  /** What is new is for somebody else. */
  unfinishedOnly?: boolean
}

/** Takes over what a process that is certainly dead had in its hands, without waiting for its leases to end. */
export async function releaseLeases(deps: Deps, instance: string): Promise<void> {
  await deps.db
    .update(batches)
    .set({ leasedUntil: null })
    .where(and(eq(batches.owner, instance), eq(batches.state, 'open')))
}

export async function isAnythingDue(
  deps: Deps,
  provider: Provider,
  which: Which,
): Promise<boolean> {
  const now = deps.clock.now()
  const [due] = await deps.db.all<{ due: number }>(sql`
    SELECT EXISTS (SELECT 1 FROM ${deliveries}
                   WHERE channel = ${which.channel} AND state = 'pending' AND ${upTo(which)}
                     AND ${which.unfinishedOnly ? sql`false` : sql`true`})
        OR EXISTS (SELECT 1 FROM ${batches}
                   WHERE channel = ${which.channel} AND state = 'open' AND ${upTo(which)}
                     AND provider = ${provider.name} AND ${repeatable(provider)}
                     AND not_before <= ${now} AND coalesce(leased_until, 0) <= ${now}) AS due`)
  return Number(due?.due) === 1
}

/** On which channels anything may be due, for whichever provider: all that a beat asks when there is nothing to do. */
export function channelsDue(deps: Deps) {
  const now = deps.clock.now()
  const channels = JSON.stringify([...new Set(deps.providers.map(({ channel }) => channel))])
  return deps.db.all<{ channel: Channel }>(sql`
    SELECT c.value AS channel FROM json_each(${channels}) c
    WHERE EXISTS (SELECT 1 FROM ${deliveries} WHERE channel = c.value AND state = 'pending')
       OR EXISTS (SELECT 1 FROM ${batches}
                  WHERE channel = c.value AND state = 'open'
                    AND not_before <= ${now} AND coalesce(leased_until, 0) <= ${now})`)
}

/**
 * An unfinished batch of this provider whose lease has ended comes first, exactly as it was, when it may have been
 * accepted or is more urgent than what is pending; then the next pending deliveries, then who could not be told before.
 */
export async function claim(deps: Deps, provider: Provider, which: Which): Promise<Claim | null> {
  if (which.unfinishedOnly) return claimUnfinished(deps, provider, which, repeatable(provider))
  const pending = sql`
    SELECT min(priority) FROM ${deliveries}
    WHERE channel = ${which.channel} AND state = 'pending' AND ${upTo(which)}`
  const comesFirst = sql`${repeatable(provider)}
    AND (first_sent_at IS NOT NULL OR priority < coalesce((${pending}), priority + 1))`
  const unfinished = await claimUnfinished(deps, provider, which, comesFirst)
  return unfinished ?? claimPending(deps, provider, which)
}

/** Without idempotency a batch that touched the wire is looked for (`claimUncertain`), never just repeated. */
function repeatable(provider: Provider): SQL {
  return provider.idempotent ? sql`true` : sql`first_sent_at IS NULL`
}

/** A batch of which nobody knows whether it was accepted. */
export function claimUncertain(
  deps: Deps,
  provider: Provider,
  which: Which,
): Promise<Claim | null> {
  return claimUnfinished(deps, provider, which, sql`first_sent_at IS NOT NULL`)
}

async function claimUnfinished(
  deps: Deps,
  provider: Provider,
  which: Which,
  condition: SQL,
): Promise<Claim | null> {
  while (true) {
    const now = deps.clock.now()
    const [batch] = await deps.db
      .update(batches)
      .set({ leasedUntil: now + LEASE, owner: deps.instance, updatedAt: now })
      .where(
        sql`${batches.id} = (
          SELECT id FROM ${batches}
          WHERE channel = ${which.channel} AND state = 'open' AND ${upTo(which)}
            AND provider = ${provider.name} AND ${condition}
            AND not_before <= ${now} AND coalesce(leased_until, 0) <= ${now}
          ORDER BY priority, not_before LIMIT 1)`,
      )
      .returning()
    if (!batch) return null
    if (batch.firstSentAt !== null)
      return { batch, members: await membersOf(deps, batch.id), first: false }
    const fresh = await beginAgain(deps, batch)
    if (fresh) return fresh
  }
}

/** A batch that told nobody yet is looked at as if it were new; null when nobody is left in it. */
async function beginAgain(deps: Deps, batch: Batch): Promise<Claim | null> {
  const now = deps.clock.now()
  const [, , rows] = await deps.db.batch([
    dropMembers(deps, batch.id, now),
    deps.db.update(batches).set({ firstSentAt: now }).where(eq(batches.id, batch.id)),
    memberQuery(deps, batch.id),
  ])
  const members = present(rows)
  if (members.length > 0) return { batch: { ...batch, firstSentAt: now }, members, first: true }
  await deps.db
    .update(batches)
    .set({ state: 'done', leasedUntil: null })
    .where(eq(batches.id, batch.id))
  return null
}

async function claimPending(deps: Deps, provider: Provider, which: Which): Promise<Claim | null> {
  while (true) {
    const now = deps.clock.now()
    const id = deps.newId()
    const { channel } = which
    const owner = deps.instance
    const [tagged, , made, members] = await deps.db.batch([
      deps.db
        .update(deliveries)
        .set({ state: 'sending', batchId: id, updatedAt: now })
        .where(
          sql`${deliveries.id} IN (
            SELECT id FROM ${deliveries}
            WHERE channel = ${which.channel} AND state = 'pending' AND priority = (
              SELECT min(priority) FROM ${deliveries}
              WHERE channel = ${which.channel} AND state = 'pending' AND ${upTo(which)})
            ORDER BY id LIMIT ${provider.batchSize})`,
        )
        .returning({ id: deliveries.id }),
      dropMembers(deps, id, now),
      deps.db.all<Batch>(sql`
        INSERT INTO ${batches} (id, provider, channel, priority, state, first_sent_at, not_before, leased_until, owner, created_at, updated_at)
        SELECT ${id}, ${provider.name}, ${which.channel}, min(priority), 'open', ${now}, ${now}, ${now + LEASE}, ${owner}, ${now}, ${now}
        FROM ${deliveries} WHERE batch_id = ${id} GROUP BY batch_id
        RETURNING id, priority`),
      memberQuery(deps, id),
    ])
    if (tagged.length === 0) return null
    if (made.length === 0) continue
    const priority = Number(made[0]!.priority)
    const batch = newBatch({ id, provider: provider.name, channel, owner, priority }, now)
    return { batch, members: present(members), first: true }
  }
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

function upTo(which: Which) {
  return which.confirmationsOnly ? sql`priority = 0` : sql`priority >= 0`
}
