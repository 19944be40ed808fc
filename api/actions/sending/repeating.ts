import { sql } from 'drizzle-orm'
import { announcements, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { withdrawal } from '../telling/superseding.ts'
import type { Batch } from './batches.ts'

/**
 * Why a request that may have been accepted is not repeated: nobody in it is to hear of that any more. While one of them
 * is, all of it is repeated, since its bytes never change.
 */
export async function whyNotAgain(deps: Deps, { id }: Batch) {
  const [left] = await deps.db.all<Left>(sql`
    SELECT count(*) AS waiting, count(state) AS withdrawn, coalesce(sum(state = 'skipped'), 0) AS stopped
    FROM (SELECT ${withdrawal()} AS state
          FROM ${deliveries} d
          JOIN ${announcements} a ON a.id = d.announcement_id
          JOIN ${subscribers} s ON s.seq = d.subscriber_seq
          WHERE d.batch_id = ${id} AND d.state = 'sending' AND s.address IS NOT NULL)`)
  const { waiting, withdrawn, stopped } = left!
  if (withdrawn < waiting) return null
  return stopped === waiting
    ? { code: 'stopped', reason: 'it may have been accepted before an operator stopped it' }
    : { code: 'superseded', reason: 'it may have been accepted, and would be old news by now' }
}

type Left = { waiting: number; withdrawn: number; stopped: number }
