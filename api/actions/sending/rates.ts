import { sql, type SQL } from 'drizzle-orm'
import type { Database, Statement } from '../../../db/client.ts'
import { providerGates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import type { Provider } from '../../providers/provider.ts'

/**
 * What one request takes from the bucket. It fills by a thousand for each that is allowed: the rest is room for clocks
 * and networks, so that no second sees more than its share.
 */
const REQUEST = 1040
/** Milliseconds by which a request may be let through late without being lost: half of what that room is worth. */
const LATENESS = 20
/** Milliseconds by which confirmations are ahead of everything else in taking what comes in. */
const LEAD = 5
/** Clocks of several machines that differ by less are taken for one. */
const CLOCKS_DIFFER = 5 * SECOND
/** No statement waits longer for the database: until then it may be older than what it finds. */
const LONGEST_WAIT = MINUTE

/** Opened by this process already, at the rate that is configured now. */
const opened = new WeakMap<Database, Set<string>>()

/** Makes sure that the gate exists and knows the configured rate, until somebody has `seen` it. */
export function openGate(deps: Deps, { name, ratePerSecond, independent }: Provider) {
  const mine = opened.get(deps.db) ?? new Set()
  opened.set(deps.db, mine)
  const seen = (isThere: boolean) => void (isThere ? mine.add(name) : mine.delete(name))
  if (independent || mine.has(name)) return { statements: [], seen }
  const now = deps.clock.now()
  const tokens = capacityAt(ratePerSecond)
  const statement = deps.db
    .insert(providerGates)
    .values({ provider: name, ratePerSecond, tokens, refilledAt: now, updatedAt: now })
    .onConflictDoUpdate({ target: providerGates.provider, set: { ratePerSecond } })
  return { statements: [statement], seen }
}

function capacityAt(rate: number): number {
  return REQUEST + LATENESS * rate
}

/** Whether the rate of a gate allows another request now; confirmations are ahead of a large fan-out. */
export function allowsAnother(now: number, isConfirmation: boolean): SQL {
  const lead = isConfirmation ? 0 : LEAD
  return sql`(rate_per_second = 0 OR ${filledBy(now)} >= ${REQUEST} + ${lead} * rate_per_second)`
}

/** Takes one request out of a gate's bucket. */
export function takingOne(now: number): SQL {
  return sql`tokens = CASE WHEN rate_per_second > 0 THEN ${filledBy(now)} - ${REQUEST} ELSE tokens END,
    refilled_at = CASE WHEN refilled_at BETWEEN ${now} AND ${now + CLOCKS_DIFFER} THEN refilled_at ELSE ${now} END`
}

/** What is in the bucket. A clock that was set back is not paid for with silence. */
function filledBy(now: number): SQL {
  return sql`min(${REQUEST} + ${LATENESS} * rate_per_second, CASE
    WHEN refilled_at <= ${now} THEN tokens + (${now} - refilled_at) * rate_per_second
    WHEN refilled_at <= ${now + CLOCKS_DIFFER} THEN tokens
    ELSE ${REQUEST} + ${LATENESS} * rate_per_second END)`
}

/** That somebody wrote a row at a time that has not come yet. */
export function wasSetBack(now: number): SQL {
  return sql`updated_at > ${now + LONGEST_WAIT}`
}

export function givingOneBack(): SQL {
  return sql`tokens = CASE WHEN rate_per_second > 0 THEN tokens + ${REQUEST} ELSE tokens END`
}

/** What messages take from the rate beyond the one request that was let through. */
export function charge(deps: Deps, provider: Provider, cost: number): Statement[] {
  if (cost <= 1 || provider.independent) return []
  return [
    deps.db.run(sql`
      UPDATE ${providerGates} SET tokens = tokens - ${Math.round((cost - 1) * REQUEST)}
      WHERE provider = ${provider.name} AND rate_per_second > 0`),
  ]
}

export type Bucket = Pick<
  typeof providerGates.$inferSelect,
  'ratePerSecond' | 'tokens' | 'refilledAt'
>

/** Milliseconds until the rate allows another request, as the clock of this process shows them. */
export function waitAt(bucket: Bucket, isConfirmation: boolean, now: number): number {
  const { ratePerSecond: rate, tokens, refilledAt } = bucket
  if (rate === 0 || refilledAt > now + CLOCKS_DIFFER) return 0
  const needed = REQUEST + (isConfirmation ? 0 : LEAD * rate)
  return Math.max(0, Math.ceil(refilledAt - now + (needed - tokens) / rate))
}
