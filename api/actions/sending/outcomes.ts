import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { batches, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Next } from '../../domain/attempt.ts'
import type { Result } from '../../domain/delivery.ts'
import { suppress } from '../subscribers/suppressions.ts'
import { expandAnewAfter } from '../telling/stopping.ts'
import { batchId, reopening, type Batch, type Claim } from './batches.ts'

/** Of whom another request was made. */
export function counted({ batch, ...claimed }: Claim): Claim {
  return { ...claimed, batch: { ...batch, attempts: batch.attempts + 1 } }
}

type Why = { code: string; reason: string }

/**
 * The statements that record what came of a request. Once somebody else holds the batch they change nothing, but that
 * something was accepted stays true whoever says it.
 */
export function record(deps: Deps, claimed: Claim, next: Next): Statement[] {
  return [
    ...(isInVain(next) ? [expandAnewAfter(deps, claimed.batch.id)] : []),
    ...recordNext(deps, claimed, next),
  ]
}

/** Whether nobody was told by it. */
function isInVain(next: Next): boolean {
  return next.kind === 'again' ? !next.touchedWire : next.kind !== 'done' && next.kind !== 'unknown'
}

function recordNext(deps: Deps, claimed: Claim, next: Next): Statement[] {
  const { batch } = claimed
  switch (next.kind) {
    case 'done':
      return [
        ...recordResults(deps, claimed, next.results),
        ...suppressRefused(deps, claimed, next.results),
        ...skipErased(deps, claimed),
        close(deps, batch),
      ]
    case 'split':
      return [
        ...splitUp(deps, claimed),
        ...skipErased(deps, claimed),
        close(deps, batch, { size: 0 }),
      ]
    case 'failed':
    case 'dead':
      return [
        moveRest(deps, batch, { ...why(next), state: next.kind }),
        // Who was refused before any request was never sent anything.
        close(deps, batch, {
          ...why(next),
          firstSentAt: batch.attempts > 0 ? batch.firstSentAt : null,
        }),
      ]
    case 'released':
      return [
        moveRest(deps, batch, { ...next.why, state: 'pending', batchId: null }),
        close(deps, batch, { size: 0 }),
      ]
    case 'unknown':
      return [
        moveRest(deps, batch, { ...why(next), state: 'unknown' }),
        letGo(deps, batch, { ...why(next), state: 'unknown' }),
      ]
    case 'again':
      return [
        // To be seen while they wait, and on what expires meanwhile.
        moveRest(deps, batch, why(next)),
        letGo(deps, batch, {
          ...why(next),
          attempts: next.attempts,
          notBefore: next.notBefore,
          firstSentAt: next.touchedWire ? batch.firstSentAt : null,
          absentSince: null,
        }),
      ]
  }
}

function why({ code, reason }: Why): Why {
  return { code, reason }
}

function recordResults(deps: Deps, claimed: Claim, results: Result[]): Statement[] {
  const refused: Record<number, Why> = {}
  for (const [i, { delivery }] of claimed.members.entries()) {
    const result = results[i]!
    if (result.kind === 'refused') refused[delivery] = why(result)
  }
  return [
    ...recordAccepted(deps, claimed, results),
    ...settle(
      deps,
      claimed.batch,
      refused,
      sql`= 'sending'`,
      sql`
      state = 'failed', code = j.value ->> 'code', reason = j.value ->> 'reason'`,
    ),
  ]
}

/** True whoever says it, and however often. */
export function recordAccepted(
  deps: Deps,
  { batch, members }: Claim,
  results: Result[],
): Statement[] {
  const accepted: Record<number, string | null> = {}
  for (const [i, result] of results.entries())
    if (result.kind === 'accepted') accepted[members[i]!.delivery] = result.provider_id
  return settle(
    deps,
    batch,
    accepted,
    // Whoever took over a lease could only say that nobody knows.
    sql`IN ('sending', 'unknown')`,
    sql`
      state = 'accepted', provider_id = coalesce(j.value, provider_id), code = NULL, reason = NULL`,
  )
}

function settle(
  deps: Deps,
  batch: Batch,
  byDelivery: Record<number, unknown>,
  before: SQL,
  change: SQL,
): Statement[] {
  if (Object.keys(byDelivery).length === 0) return []
  // `+batch_id` keeps the planner on the primary key; on the batch index this is quadratic.
  return [
    deps.db.run(sql`
      UPDATE ${deliveries} SET ${change}, updated_at = ${deps.clock.now()}
      FROM json_each(${JSON.stringify(byDelivery)}) j
      WHERE ${deliveries.id} = CAST(j.key AS INTEGER) AND +batch_id = ${batch.id} AND +state ${before}`),
  ]
}

function suppressRefused(deps: Deps, { members }: Claim, results: Result[]): Statement[] {
  return members.flatMap(({ subscriber }, i) => {
    const result = results[i]!
    return result.kind === 'refused' && result.suppress
      ? suppress(deps, subscriber, result.suppress, result.reason)
      : []
  })
}

/** Who was erased while the batch was under way was in no request any more. */
function skipErased(deps: Deps, { batch, members }: Claim): Statement[] {
  return members.length === batch.size ? [] : [moveRest(deps, batch, { state: 'skipped' })]
}

/** Changes whoever of the batch has no end yet. */
function moveRest(
  deps: Deps,
  batch: Batch,
  change: Partial<typeof deliveries.$inferSelect>,
): Statement {
  return deps.db
    .update(deliveries)
    .set({ ...change, updatedAt: deps.clock.now() })
    .where(and(eq(deliveries.batchId, batch.id), eq(deliveries.state, 'sending'), isOurs(batch)))
}

/** Each gets a batch alone, named as if it had been claimed so. */
function splitUp(deps: Deps, { batch, members }: Claim): Statement[] {
  const now = deps.clock.now()
  const ids = JSON.stringify(members.map(({ delivery }) => delivery))
  const name = batchId({
    announcement: sql`announcement_id`,
    first: sql`id`,
    last: sql`id`,
    size: sql`1`,
    replays: sql`replays`,
  })
  const which = sql`
    id IN (SELECT value FROM json_each(${ids})) AND +batch_id = ${batch.id} AND +state = 'sending' AND ${isOurs(batch)}`
  return [
    deps.db.run(sql`
      INSERT INTO ${batches} (id, provider, channel, priority, state, not_before, created_at, updated_at)
      SELECT ${name}, ${batch.provider}, channel, priority, 'open', ${now}, ${now}, ${now}
      FROM ${deliveries} WHERE ${which}
      ${reopening()}`),
    deps.db.run(sql`
      UPDATE ${deliveries} SET batch_id = ${name}, updated_at = ${now} WHERE ${which}`),
  ]
}

/** Whoever slept through the end of its lease must not dissolve what somebody else is sending by now. */
export function isOurs({ id, claim }: Pick<Batch, 'id' | 'claim'>): SQL {
  return sql`EXISTS (
    SELECT 1 FROM ${batches} held WHERE held.id = ${id} AND held.state = 'open' AND held.claim = ${claim})`
}

function close(deps: Deps, batch: Batch, change: Partial<Batch> = {}): Statement {
  return letGo(deps, batch, { code: null, reason: null, ...change, state: 'done' })
}

/** Ends a batch, or gives it back: nobody holds it afterwards. */
function letGo(deps: Deps, batch: Batch, change: Partial<Batch>): Statement {
  const { id, claim, attempts } = batch
  return deps.db
    .update(batches)
    .set({ attempts, ...change, claim: null, leasedUntil: null, updatedAt: deps.clock.now() })
    .where(and(eq(batches.id, id), eq(batches.state, 'open'), eq(batches.claim, claim ?? '')))
}

/** Looked for and not found (yet): the next look comes after `notBefore`. */
export async function postpone(
  deps: Deps,
  { batch }: Claim,
  change: { notBefore: number; absentSince?: number },
): Promise<void> {
  await deps.db.write([letGo(deps, batch, change)])
}
