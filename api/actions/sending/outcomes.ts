import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { batches, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Next } from '../../domain/attempt.ts'
import type { Result } from '../../domain/delivery.ts'
import type { DeliveryState } from '../../domain/words.ts'
import { newBatch, type Batch, type Claim } from './batches.ts'
import { suppress } from '../subscribers/suppressions.ts'

/** The statements that record what came of a request; they change nothing once somebody else holds the batch. */
export function record(deps: Deps, claimed: Claim, next: Next): Statement[] {
  const { batch, members } = claimed
  const now = deps.clock.now()
  const closeBatch = (
    state: Batch['state'],
    why: { code?: string; reason?: string } = {},
    condition?: SQL,
  ) =>
    deps.db
      .update(batches)
      .set({
        state,
        leasedUntil: null,
        code: why.code ?? null,
        reason: why.reason ?? null,
        updatedAt: now,
      })
      .where(and(eq(batches.id, batch.id), eq(batches.state, 'open'), condition))
  const moveMembers = (state: DeliveryState, why: { code: string; reason: string }) =>
    deps.db
      .update(deliveries)
      .set({ state, code: why.code, reason: why.reason, updatedAt: now })
      .where(and(eq(deliveries.batchId, batch.id), eq(deliveries.state, 'sending'), isOurs(batch)))

  switch (next.kind) {
    case 'done': {
      const rows = members.map((member, i) => {
        const result = next.results[i]!
        return result.kind === 'accepted'
          ? [member.delivery, 'accepted', result.provider_id, null, null]
          : [member.delivery, 'failed', null, result.code, result.reason]
      })
      return [
        // `+batch_id` keeps the planner on the primary key; on the batch index this is quadratic.
        deps.db.run(sql`
          UPDATE ${deliveries} SET state = j.value ->> 1, provider_id = coalesce(j.value ->> 2, provider_id),
            code = j.value ->> 3, reason = j.value ->> 4, updated_at = ${now}
          FROM json_each(${JSON.stringify(rows)}) j
          WHERE ${deliveries.id} = j.value ->> 0 AND +batch_id = ${batch.id} AND +state = 'sending'`),
        ...suppressRefused(deps, claimed, next.results),
        skipErased(deps, batch.id, now),
        closeBatch('done'),
      ]
    }
    case 'split':
      return [
        ...members.flatMap((member) => {
          const id = deps.newId()
          return [
            deps.db.insert(batches).values({
              ...newBatch({ ...batch, id, owner: null }, now),
              firstSentAt: null,
              leasedUntil: null,
            }),
            deps.db
              .update(deliveries)
              .set({ batchId: id })
              .where(
                and(
                  eq(deliveries.id, member.delivery),
                  eq(deliveries.batchId, batch.id),
                  isOurs(batch),
                ),
              ),
          ]
        }),
        skipErased(deps, batch.id, now, isOurs(batch)),
        closeBatch('done', {}, isOurs(batch)),
      ]
    case 'failed':
    case 'dead':
      return [moveMembers(next.kind, next), closeBatch('done', next, isOurs(batch))]
    case 'released':
      return [
        deps.db
          .update(deliveries)
          .set({ state: 'pending', batchId: null, updatedAt: now })
          .where(
            and(eq(deliveries.batchId, batch.id), eq(deliveries.state, 'sending'), isOurs(batch)),
          ),
        closeBatch('done', {}, isOurs(batch)),
      ]
    case 'unknown':
      return [moveMembers('unknown', next), closeBatch('unknown', next, isOurs(batch))]
    case 'again':
      return [
        showReason(deps, batch, next),
        deps.db
          .update(batches)
          .set({
            attempts: next.attempts,
            notBefore: next.notBefore,
            leasedUntil: null,
            firstSentAt: next.touchedWire ? batch.firstSentAt : null,
            absentSince: null,
            code: next.code,
            reason: next.reason,
            updatedAt: now,
          })
          .where(and(eq(batches.id, batch.id), isOurs(batch))),
      ]
  }
}

/**
 * Whoever slept through the end of its lease must not dissolve what somebody else is sending by now; that something was
 * accepted stays true whoever says it.
 */
export function isOurs({ id, leasedUntil }: Batch): SQL {
  return sql`EXISTS (
    SELECT 1 FROM ${batches} held WHERE held.id = ${id} AND held.state = 'open' AND held.leased_until = ${leasedUntil})`
}

/** Why it was not told yet, to be seen while it waits, and on what expires meanwhile. */
function showReason(
  deps: Deps,
  batch: Batch,
  { code, reason }: { code: string; reason: string },
): Statement {
  return deps.db
    .update(deliveries)
    .set({ code, reason })
    .where(and(eq(deliveries.batchId, batch.id), eq(deliveries.state, 'sending')))
}

/** Who was erased while the batch was under way is in no request any more. */
function skipErased(deps: Deps, batchId: string, now: number, condition?: SQL): Statement {
  return deps.db
    .update(deliveries)
    .set({ state: 'skipped', updatedAt: now })
    .where(and(eq(deliveries.batchId, batchId), eq(deliveries.state, 'sending'), condition))
}

function suppressRefused(deps: Deps, { members }: Claim, results: Result[]): Statement[] {
  return members.flatMap(({ subscriber }, i) => {
    const result = results[i]!
    return result.kind === 'refused' && result.suppress
      ? suppress(deps, subscriber, result.suppress, result.reason)
      : []
  })
}

/** Looked for and not found (yet): the next look comes after `notBefore`. */
export async function postpone(
  deps: Deps,
  { batch }: Claim,
  change: { notBefore: number; absentSince?: number; attempts?: number },
): Promise<void> {
  await deps.db
    .update(batches)
    .set({ ...change, leasedUntil: null, updatedAt: deps.clock.now() })
    .where(and(eq(batches.id, batch.id), eq(batches.state, 'open')))
}
