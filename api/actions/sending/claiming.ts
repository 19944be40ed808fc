import { eq, sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { batches, deliveries, providerGates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Provider } from '../../providers/provider.ts'
import { dropMembers } from './batch-members.ts'
import {
  batchId,
  claimedBy,
  claimFrom,
  dueBatch,
  lease,
  LEASE,
  reopening,
  type Claim,
} from './batches.ts'
import { grant, isGranted, pausedUntil, standsBy } from './gates.ts'
import { openGate, waitAt, type Bucket } from './rates.ts'

/** Who asks for something to send: a lane of a provider, perhaps for confirmations alone. */
export type Asker = { provider: Provider; confirmationsOnly: boolean }

export type Turn = {
  claimed: Claim | null
  /** Something is left that is due, though it was not let through now. */
  isDue: boolean
  /** When the rate allows the next request; Infinity where a pause did not allow this one. */
  opensAt: number
  /** 0 where it is unlimited. */
  ratePerSecond: number
}

/**
 * Saves what came of the last request and takes the next one in hand, all in one round trip. Each statement hangs on the
 * one before it by a fresh `claim`: the gate is granted to it, a batch is made or leased for it, its members are found
 * through it. Where nothing is claimed the last request is saved all the same.
 */
export async function claimNext(
  deps: Deps,
  asker: Asker,
  completion: Statement[] = [],
  claim = deps.newId(),
): Promise<Turn> {
  const { provider, confirmationsOnly: isConfirmation } = asker
  const now = deps.clock.now()
  const due = whatIsDue(deps, asker)
  const gate = openGate(deps, provider)
  const results = await deps.db.write([
    ...completion,
    ...gate.statements,
    ...grant(deps, provider, { claim, isConfirmation, isDue: due.anything }),
    lease(deps, claim, due.batch(isGranted(provider, claim)), now),
    makeBatch(deps, provider, { claim, due, now }),
    tagMembers(deps, claim, due),
    dropMembers(deps, claim),
    claimedBy(deps, claim),
    markSent(deps, claim, now),
    outlook(deps, provider, { claim, due, now }),
  ])
  const [found, , [left]] = results.slice(-3) as [Found, unknown, [Outlook]]
  gate.seen(left.gate !== null)
  const claimed = claimFrom(found, now)
  return {
    claimed,
    isDue: left.isDue === 1,
    opensAt: opensAt(left, asker, claimed, now),
    ratePerSecond: left.gate === null ? 0 : left.ratePerSecond,
  }
}

function opensAt(left: Outlook, asker: Asker, claimed: Claim | null, now: number): number {
  if (left.gate === null) return now
  if (!claimed && left.notBefore > now) return Infinity
  return now + waitAt(left, asker.confirmationsOnly, now)
}

type Found = Parameters<typeof claimFrom>[0]
type Due = ReturnType<typeof whatIsDue>

/**
 * An unfinished batch comes first, exactly as it was, when it may have been accepted or is more urgent than what is
 * pending; then the next pending deliveries, then who could not be told before.
 */
function whatIsDue(deps: Deps, { provider, confirmationsOnly }: Asker) {
  const upTo = confirmationsOnly ? sql`priority = 0` : sql`priority >= 0`
  const pending = sql`channel = ${provider.channel} AND state = 'pending'`
  // By equality: a range scan past all that waits behind is ten times slower.
  const mostUrgent = sql`(SELECT min(priority) FROM ${deliveries} WHERE ${pending} AND ${upTo})`
  const forOthers = standsBy(deps, provider)
  // Without idempotency a batch that touched the wire is looked for, never just repeated.
  const repeatable = provider.idempotent ? sql`true` : sql`first_sent_at IS NULL`
  const comesFirst = sql`(
    first_sent_at IS NOT NULL OR ${forOthers} OR priority < coalesce(${mostUrgent}, priority + 1))`
  const batch = (condition: SQL) =>
    dueBatch(deps, provider, sql`${upTo} AND ${repeatable} AND ${condition}`)
  return {
    batch: (condition: SQL) => batch(sql`${comesFirst} AND ${condition}`),
    members: sql`
      SELECT id, announcement_id, priority, replays FROM ${deliveries}
      WHERE ${pending} AND priority = ${mostUrgent} ORDER BY id LIMIT ${provider.batchSize}`,
    forOthers,
    anything: sql`(EXISTS (${batch(sql`true`)})
      OR (NOT ${forOthers} AND EXISTS (SELECT 1 FROM ${deliveries} WHERE ${pending} AND ${upTo})))`,
  }
}

function isTaken(claim: string): SQL {
  return sql`EXISTS (SELECT 1 FROM ${batches} WHERE claim = ${claim})`
}

/**
 * The next pending deliveries as one batch. Its id is made of them, so that a database that was set back sends the same
 * requests under the same keys, which the provider knows already; who was put back in between reopens the same batch.
 */
function makeBatch(deps: Deps, provider: Provider, { claim, due, now }: Taken): Statement {
  const name = batchId({
    announcement: sql`(SELECT announcement_id FROM ${deliveries} WHERE id = first)`,
    first: sql`first`,
    last: sql`last`,
    size: sql`size`,
    replays: sql`replays`,
  })
  return deps.db.run(sql`
    INSERT INTO ${batches} (id, provider, channel, priority, state, claim, not_before, leased_until, owner, created_at, updated_at)
    SELECT ${name}, ${provider.name}, ${provider.channel}, priority, 'open', ${claim}, ${now}, ${now + LEASE}, ${deps.instance}, ${now}, ${now}
    FROM (SELECT min(id) AS first, max(id) AS last, count(*) AS size, max(replays) AS replays, max(priority) AS priority
          FROM (${due.members}))
    WHERE size > 0 AND NOT ${due.forOthers} AND ${isGranted(provider, claim)} AND NOT ${isTaken(claim)}
    ${reopening()}`)
}

/** Only into a batch that was made just now: the members of one that may have been sent never change. */
function tagMembers(deps: Deps, claim: string, due: Due): Statement {
  const made = sql`
    SELECT id FROM ${batches} b WHERE claim = ${claim} AND first_sent_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM ${deliveries} WHERE batch_id = b.id)`
  return deps.db.run(sql`
    UPDATE ${deliveries} SET state = 'sending', updated_at = ${deps.clock.now()}, batch_id = (${made})
    WHERE id IN (SELECT id FROM (${due.members})) AND EXISTS (${made})`)
}

/** Before the request: from here on the members may have been told. */
function markSent(deps: Deps, claim: string, now: number): Statement {
  return deps.db.run(sql`
    UPDATE ${batches} SET first_sent_at = ${now},
      size = (SELECT count(*) FROM ${deliveries} WHERE batch_id = ${batches.id})
    WHERE claim = ${claim} AND first_sent_at IS NULL`)
}

type Outlook = Bucket & { isDue: number; gate: string | null; notBefore: number }

type Taken = { claim: string; due: Due; now: number }

/** What is left to do, and when the gate lets somebody through. */
function outlook(deps: Deps, provider: Provider, { claim, due, now }: Taken) {
  return deps.db.all<Outlook>(sql`
    SELECT CASE WHEN ${isTaken(claim)} THEN 0 ELSE ${due.anything} END AS isDue,
      provider AS gate, ${pausedUntil(now)} AS notBefore, rate_per_second AS ratePerSecond, tokens, refilled_at AS refilledAt
    FROM (SELECT 1) LEFT JOIN ${providerGates} ON ${eq(providerGates.provider, provider.name)}`)
}
