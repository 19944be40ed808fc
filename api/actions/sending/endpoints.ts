import { sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { auditLog, batches, subscribers, suppressions } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Outcome } from '../../domain/delivery.ts'
import { HOUR } from '../../domain/time.ts'
import type { Claim } from './batches.ts'

/** Failed requests within an hour after which a webhook or chat is left alone. */
const ENDPOINT_FAILURES = 10

/**
 * What a request says of the server that a subscriber named, for the beginning of the batch of its outcome: one that
 * keeps failing is left alone, one success makes good for all failures.
 */
export function countFailures(deps: Deps, claimed: Claim, outcome: Outcome): Statement[] {
  const [member] = claimed.members
  // A request that could not be made says nothing of whom it was for; who asks us to be slower is well.
  if (!member || ['refused', 'drifted', 'throttled'].includes(outcome.kind)) return []
  const { subscriber } = member
  const result = outcome.kind === 'answered' ? outcome.results[0]! : outcome
  return result.kind === 'accepted'
    ? [forgetFailures(deps, subscriber.seq)]
    : countFailure(deps, claimed, subscriber, result.reason)
}

type Endpoint = Claim['members'][number]['subscriber']

function forgetFailures(deps: Deps, seq: number): Statement {
  return deps.db.run(sql`
    UPDATE ${subscribers} SET failures = 0, failures_since = NULL WHERE seq = ${seq} AND failures > 0`)
}

function countFailure(
  deps: Deps,
  { batch }: Claim,
  { seq, channel, addressHash }: Endpoint,
  reason: string,
): Statement[] {
  const now = deps.clock.now()
  const age = sql`(${now} - failures_since)`
  const tooMany = sql`
    SELECT 1 FROM ${subscribers} WHERE seq = ${seq} AND failures >= ${ENDPOINT_FAILURES}`
  const detail = JSON.stringify({ channel, reason: 'unreachable', detail: reason })
  return [
    // Of more than an hour's failures as many are kept as fall into the last one when they are spread evenly. It began
    // at most an hour before the last of them: when it is two hours old, none does.
    deps.db.run(sql`
      UPDATE ${subscribers} SET
        failures = 1 + CASE
          WHEN failures_since IS NULL OR ${age} > ${2 * HOUR} THEN 0
          WHEN ${age} <= ${HOUR} THEN failures
          ELSE CAST((failures * ${HOUR} + ${age} - 1) / ${age} AS INTEGER) END,
        failures_since = max(coalesce(failures_since, ${now}), ${now - HOUR})
      WHERE seq = ${seq} AND EXISTS (
        SELECT 1 FROM ${batches} WHERE id = ${batch.id} AND state = 'open' AND owner = ${batch.owner})`),
    deps.db.run(sql`
      INSERT INTO ${auditLog} (at, actor, action, object, detail)
      SELECT ${now}, ${`provider:${batch.provider}`}, 'address.suppressed', ${`address:${addressHash}`}, ${detail}
      WHERE EXISTS (${tooMany}) AND NOT EXISTS (
        SELECT 1 FROM ${suppressions} WHERE channel = ${channel} AND address_hash = ${addressHash})`),
    deps.db.run(sql`
      INSERT INTO ${suppressions} (channel, address_hash, reason, detail, created_at)
      SELECT ${channel}, ${addressHash}, 'unreachable', ${reason}, ${now}
      WHERE EXISTS (${tooMany})
      ON CONFLICT DO NOTHING`),
    // Whoever confirms anew begins anew.
    deps.db.run(sql`
      UPDATE ${subscribers} SET failures = 0, failures_since = NULL
      WHERE seq = ${seq} AND failures >= ${ENDPOINT_FAILURES}`),
  ]
}
