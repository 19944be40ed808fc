import { and, eq, sql, type SQL } from 'drizzle-orm'
import { announcements, batches, deliveries, subscribers, suppressions } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { MINUTE } from '../domain/time.ts'
import type { AnnouncementKind, Channel, DeliveryState } from '../domain/words.ts'
import type { Provider } from '../providers/provider.ts'

/** Far longer than one request may take, so that a lease never ends under a living worker. */
export const LEASE = MINUTE

export type Batch = typeof batches.$inferSelect

/** One receiver in a batch, in the order of the request. */
export type Member = {
  delivery: number
  state: DeliveryState
  announcementId: string
  kind: AnnouncementKind
  expiresAt: number
  incidentId: string | null
  subscriber: {
    seq: number
    id: string
    address: string
    addressHash: string
    channel: Channel
    locale: string
    timeZone: string
    tokenVersion: number
    challengedAt: number
  }
}

/** A batch in our hands until its lease ends. `first` is true when it has not touched the wire before. */
export type Claim = { batch: Batch; members: Member[]; first: boolean }

type Which = { channel: Channel; confirmationsOnly: boolean }

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
                   WHERE channel = ${which.channel} AND state = 'pending' AND ${upTo(which)})
        OR EXISTS (SELECT 1 FROM ${batches}
                   WHERE channel = ${which.channel} AND state = 'open' AND ${upTo(which)}
                     AND ${repeatable(provider)}
                     AND not_before <= ${now} AND coalesce(leased_until, 0) <= ${now}) AS due`)
  return Number(due?.due) === 1
}

/** An unfinished batch whose lease has ended comes first, exactly as it was; otherwise the next pending deliveries. */
export async function claim(deps: Deps, provider: Provider, which: Which): Promise<Claim | null> {
  return (
    (await claimUnfinished(deps, which, repeatable(provider))) ??
    (await claimPending(deps, provider, which))
  )
}

/** Without idempotency a batch that touched the wire is looked for (`claimUncertain`), never just repeated. */
function repeatable(provider: Provider): SQL {
  return provider.idempotent ? sql`true` : sql`first_sent_at IS NULL`
}

/** A batch of which nobody knows whether it was accepted. */
export function claimUncertain(deps: Deps, which: Which): Promise<Claim | null> {
  return claimUnfinished(deps, which, sql`first_sent_at IS NOT NULL`)
}

async function claimUnfinished(deps: Deps, which: Which, condition: SQL): Promise<Claim | null> {
  while (true) {
    const now = deps.clock.now()
    const [batch] = await deps.db
      .update(batches)
      .set({ leasedUntil: now + LEASE, owner: deps.instance, updatedAt: now })
      .where(
        sql`${batches.id} = (
          SELECT id FROM ${batches}
          WHERE channel = ${which.channel} AND state = 'open' AND ${upTo(which)} AND ${condition}
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

/** Takes out of a batch whoever must not be told any more. */
function dropMembers(deps: Deps, batchId: string, now: number) {
  return deps.db.run(sql`
    UPDATE ${deliveries} SET batch_id = NULL, updated_at = ${now}, state = why.state
    FROM (${whyNot(batchId, now)}) AS why
    WHERE ${deliveries.id} = why.id AND why.state IS NOT NULL`)
}

/** The last look before the wire: who left, was suppressed, or would get stale news is not told. */
function whyNot(batchId: string, now: number) {
  return sql`
    SELECT d.id AS id, CASE
      WHEN a.superseded_at IS NOT NULL THEN 'superseded'
      WHEN a.expires_at <= ${now} THEN 'expired'
      WHEN EXISTS (SELECT 1 FROM ${suppressions} x WHERE x.channel = s.channel AND x.address_hash = s.address_hash) THEN 'suppressed'
      WHEN s.address IS NULL THEN 'skipped'
      WHEN s.state <> 'active' AND NOT (a.kind = 'confirmation' AND s.state = 'pending') THEN 'skipped'
    END AS state
    FROM ${deliveries} d
    JOIN ${announcements} a ON a.id = d.announcement_id
    JOIN ${subscribers} s ON s.seq = d.subscriber_seq
    WHERE d.batch_id = ${batchId}`
}

async function membersOf(deps: Deps, batchId: string): Promise<Member[]> {
  return present(await memberQuery(deps, batchId))
}

function memberQuery(deps: Deps, batchId: string) {
  return deps.db
    .select({
      delivery: deliveries.id,
      state: deliveries.state,
      announcementId: deliveries.announcementId,
      kind: announcements.kind,
      expiresAt: announcements.expiresAt,
      incidentId: announcements.incidentId,
      subscriber: {
        seq: subscribers.seq,
        id: subscribers.id,
        address: subscribers.address,
        addressHash: subscribers.addressHash,
        channel: subscribers.channel,
        locale: deliveries.locale,
        timeZone: deliveries.timeZone,
        tokenVersion: subscribers.tokenVersion,
        challengedAt: subscribers.challengedAt,
      },
    })
    .from(deliveries)
    .innerJoin(subscribers, eq(subscribers.seq, deliveries.subscriberSeq))
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .where(eq(deliveries.batchId, batchId))
    .orderBy(deliveries.id)
}

/** A member erased since is left out: under the same key the provider then sends to the others, or says that it did. */
function present(rows: Awaited<ReturnType<typeof memberQuery>>): Member[] {
  return rows.filter((row): row is Member => row.subscriber.address !== null)
}

export function newBatch(
  origin: Pick<Batch, 'id' | 'provider' | 'channel' | 'priority' | 'owner'>,
  now: number,
): Batch {
  return {
    ...origin,
    state: 'open',
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
