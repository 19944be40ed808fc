import { sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { batches, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { SECOND } from '../../domain/time.ts'
import type { Provider } from '../../providers/provider.ts'
import { violates } from '../save.ts'
import type { Conclusion } from './attempting.ts'
import { LEASE, type Claim } from './batches.ts'
import { giveBack } from './gates.ts'
import { recordAccepted } from './outcomes.ts'

type Asked = {
  provider: Provider
  /** The request that was made, of which nothing was saved before. */
  last: Conclusion | null
  /** What is left of the request that was to be made next. */
  undone: () => Statement[]
  isLeaving(): boolean
}

/**
 * A question to the database that fails may have done all that was asked, or nothing. As soon as the database answers
 * what came of the last request is saved if it was not, and a claim that nobody will use is undone.
 */
export async function orMadeGood<T>(deps: Deps, asked: Asked, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    deps.log.warn('the database lost an answer', { provider: asked.provider.name, error })
    await makeGood(deps, asked)
    throw error
  }
}

async function makeGood(deps: Deps, { last, undone, isLeaving }: Asked): Promise<void> {
  while (true) {
    try {
      await deps.db.write(undone())
      if (last) await saveOnce(deps, last)
      return await last?.afterwards()
    } catch (error) {
      if (!isUnavailable(error) || isLeaving())
        return deps.log.error('what came of a request cannot be saved', { error })
    }
    await deps.clock.sleep(SECOND)
  }
}

/** What was asked for, and perhaps claimed: sent before was only what can be repeated, and not by this claim. */
export function undoClaim(deps: Deps, provider: Provider, claim: string): Statement[] {
  const isFirst = provider.idempotent
    ? sql`(first_sent_at = leased_until - ${LEASE} AND code IS NULL)`
    : sql`true`
  return undoing(deps, provider, claim, sql`claim = ${claim}`, isFirst)
}

/** No request was made for what was claimed. */
export function undo(deps: Deps, provider: Provider, { batch, first }: Claim): Statement[] {
  // Whoever looks for it since the lease ended repeats nothing: that nobody knows is not true.
  const which =
    first && !provider.idempotent
      ? sql`id = ${batch.id} AND state IN ('open', 'unknown') AND first_sent_at = ${batch.firstSentAt}`
      : sql`claim = ${batch.claim}`
  return undoing(deps, provider, batch.claim, which, first ? sql`true` : sql`false`)
}

/** Members of what was not sent before wait as if nobody had claimed them; what was is left as it was. */
function undoing(
  deps: Deps,
  provider: Provider,
  claim: string | null,
  which: SQL,
  isFirst: SQL,
): Statement[] {
  const updatedAt = deps.clock.now()
  const unsent = sql`SELECT id FROM ${batches} WHERE ${which} AND ${isFirst}`
  return [
    ...giveBack(deps, provider, claim, sql`EXISTS (SELECT 1 FROM ${batches} WHERE ${which})`),
    deps.db.run(sql`
      UPDATE ${deliveries} SET state = 'pending', batch_id = NULL, updated_at = ${updatedAt},
        code = CASE state WHEN 'sending' THEN code END, reason = CASE state WHEN 'sending' THEN reason END
      WHERE batch_id IN (${unsent}) AND +state IN ('sending', 'unknown')`),
    deps.db.run(sql`
      UPDATE ${batches} SET state = CASE WHEN ${isFirst} THEN 'done' ELSE state END,
        size = CASE WHEN ${isFirst} THEN 0 ELSE size END,
        claim = NULL, leased_until = NULL, updated_at = ${updatedAt}
      WHERE ${which}`),
  ]
}

/** Whoever holds the batch no longer has saved it, or lost it to somebody else: what was accepted is true all the same. */
async function saveOnce(deps: Deps, { claimed, results, statements }: Conclusion): Promise<void> {
  const { id, claim } = claimed.batch
  const onlyOurs = deps.db.run(sql`
    UPDATE ${batches} SET state = CASE WHEN claim = ${claim} THEN state END WHERE id = ${id}`)
  try {
    if (statements.length > 0) await deps.db.write([onlyOurs, ...statements])
  } catch (error) {
    if (!violates(error, /NOT NULL constraint failed: batches\.state/)) throw error
    await deps.db.write(recordAccepted(deps, claimed, results))
  }
}

export function isUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof DomainError && cause.code === 'unavailable') return true
  return false
}
