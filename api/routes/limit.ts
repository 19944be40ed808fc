import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import { networkOf } from '../domain/network.ts'
import { refused } from '../domain/refusal.ts'
import { MINUTE, SECOND } from '../domain/time.ts'
import type { Env } from './openapi.ts'

type Bucket = { tokens: number; at: number }

/** Enough to hold everyone of a busy hour; beyond it the oldest are forgotten. */
const MAX_NETWORKS = 20_000

/**
 * Lets each network of the internet do something `burst` times at once and `perMinute` after that; each process counts for
 * itself, the hard limits are in the database. Callers whose network is not known are not limited here.
 */
export function limiter(deps: Deps, { burst, perMinute }: { burst: number; perMinute: number }) {
  const buckets = new Map<string, Bucket>()

  return function take(c: Context<Env>): void {
    const network = networkOf(c.env?.clientIp)
    if (network === null) return
    const now = deps.clock.now()
    const { tokens, at } = buckets.get(network) ?? { tokens: burst, at: now }
    const filled = Math.min(burst, tokens + ((now - at) * perMinute) / MINUTE)
    buckets.delete(network)
    buckets.set(network, { tokens: Math.max(0, filled - 1), at: now })
    if (buckets.size > MAX_NETWORKS) buckets.delete(buckets.keys().next().value!)
    if (filled >= 1) return
    const wait = Math.ceil(((1 - filled) * MINUTE) / perMinute / SECOND)
    throw refused(
      'too_many',
      { key: 'refusal.too_fast', values: { seconds: wait } },
      { retryAfter: wait },
    )
  }
}
