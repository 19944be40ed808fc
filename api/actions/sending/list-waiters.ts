import { sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { batches, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Claim } from './batches.ts'
import { record } from './outcomes.ts'

const NO_LIST = 'no_list'

/** It must not hold up who needs no look, so it waits in a batch of its own. */
export function waitForList(deps: Deps, claimed: Claim, notBefore: number): Statement[] {
  const reason = 'its provider does not list what was sent before this process began'
  const { attempts } = claimed.batch
  const why = { code: NO_LIST, reason }
  return record(deps, claimed, { kind: 'again', notBefore, attempts, touchedWire: false, ...why })
}

/** All who wait for a list wait until then, so that only one of them asks. */
export function letThemWait(deps: Deps, provider: Provider, notBefore: number): Statement {
  return deps.db.run(sql`
    UPDATE ${batches} SET not_before = ${notBefore}, updated_at = ${deps.clock.now()}
    WHERE ${isWaiting(deps, provider)}`)
}

/** None of them was sent: whoever stands in may take them. */
export function letThemGo(deps: Deps, provider: Provider): Statement[] {
  const now = deps.clock.now()
  const waiting = isWaiting(deps, provider)
  return [
    deps.db.run(sql`
      UPDATE ${deliveries} SET state = 'pending', batch_id = NULL, updated_at = ${now}
      WHERE batch_id IN (SELECT id FROM ${batches} WHERE ${waiting}) AND +state = 'sending'`),
    deps.db.run(sql`
      UPDATE ${batches} SET state = 'done', size = 0, updated_at = ${now} WHERE ${waiting}`),
  ]
}

function isWaiting(deps: Deps, { channel, name }: Provider): SQL {
  return sql`channel = ${channel} AND state = 'open' AND provider = ${name} AND first_sent_at IS NULL
    AND code = ${NO_LIST} AND coalesce(leased_until, 0) <= ${deps.clock.now()}`
}
