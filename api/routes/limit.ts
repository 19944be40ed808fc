import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import { networkOf } from '../domain/network.ts'
import { refused } from '../domain/refusal.ts'
import { MINUTE, SECOND } from '../domain/time.ts'
import type { Env } from './openapi.ts'

type Bucket = { tokens: number; at: number }
type Rate = { burst: number; perMinute: number }

/** Enough to hold everyone of a busy hour; beyond it the oldest are forgotten. */
const MOST_BUCKETS = 20_000

/** Lets each network of the internet do something so often; callers whose network is not known are not limited here. */
export function limiter(deps: Deps, rate: Rate) {
  const take = meter(deps, rate)

  return function takeByNetwork(c: Context<Env>): void {
    const network = networkOf(c.env?.clientIp)
    if (network !== null) take(network)
  }
}

/**
 * Lets something be done `burst` times at once and `perMinute` after that under each key; each process counts for itself,
 * the hard limits are in the database.
 */
export function meter(deps: Deps, { burst, perMinute }: Rate) {
  const buckets = new Map<string, Bucket>()

  return function take(key: string): void {
    const now = deps.clock.now()
    const { tokens, at } = buckets.get(key) ?? { tokens: burst, at: now }
    const filled = Math.min(burst, tokens + (Math.max(0, now - at) * perMinute) / MINUTE)
    buckets.delete(key)
    buckets.set(key, { tokens: filled >= 1 ? filled - 1 : filled, at: now })
    if (buckets.size > MOST_BUCKETS) buckets.delete(buckets.keys().next().value!)
    if (filled >= 1) return
    const wait = Math.ceil(((1 - filled) * MINUTE) / perMinute / SECOND)
    throw refused(
      'too_many',
      { key: 'refusal.too_fast', values: { seconds: wait } },
      { retryAfter: wait },
    )
  }
}
