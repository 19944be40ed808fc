import type { Deps } from '../deps.ts'
import type { Log } from '../log.ts'
import type { Exchange } from '../probers/exchange.ts'
import { guardedFetch } from '../probers/guarded-fetch.ts'
import { refusalOf } from '../probers/reach.ts'
import { configuredProviders, userAgent } from '../providers.ts'
import { needsNoLookup } from '../sandbox/endpoints/hosts.ts'
import { postingTo } from '../sandbox/endpoints/posting.ts'
import { createSecrets, newId } from '../secrets.ts'
import type { Store } from '../stores/store.ts'
import { systemClock as clock } from './clock.ts'
import { nodeDatabase } from './database.ts'
import { nodeHmac } from './hmac.ts'
import type { CompleteConfig } from './kept.ts'
import { post } from './posting.ts'
import { nodeProbers } from './probers.ts'
import { nodeProviders } from './providers.ts'

type Given = {
  config: CompleteConfig
  publicUrl: string
  store: Store
  log: Log
  render: Deps['render']
  inboxUrl: string | null
  /** Where the sandbox answers for the URLs of subscribers; null when they do so themselves. */
  endpointsUrl: string | null
  /** Puts the demo's shop in the way of an exchange. */
  reaching(others: Exchange): Exchange
} & Partial<Pick<Deps, 'instance' | 'startedAt' | 'teller'>>

/** Everything from outside, on Node. The database is not open yet; `settled` ends with the last deferred task. */
export async function nodeDeps({ config, publicUrl, reaching, endpointsUrl, ...given }: Given) {
  const { database, connect } = nodeDatabase(config, clock)
  const deferred = new Set<Promise<void>>()
  let ending = false
  const deps: Deps = {
    instance: crypto.randomUUID(),
    startedAt: clock.now(),
    hearsOnlyWhileAwake: true,
    ...given,
    db: database,
    clock,
    newId,
    random: Math.random,
    config,
    publicUrl,
    secrets: await createSecrets(config.SECRET_KEY, nodeHmac),
    providers: [
      ...configuredProviders(config, {
        fetch: post,
        postFetch: endpointsUrl
          ? postingTo(endpointsUrl, fetch)
          : guardedFetch({ allow: [], ports: [80, 443] }),
        now: clock.now,
        publicUrl,
      }),
      ...(await nodeProviders(config)),
    ],
    refusalOf: refusalOf(endpointsUrl ? { needsNoLookup } : {}),
    probers: nodeProbers({
      allow: config.PROBE_ALLOW_PRIVATE,
      reaching,
      userAgent: userAgent(publicUrl),
    }),
    defer(task) {
      const running: Promise<void> = task(() => ending)
        .catch((error: unknown) => given.log.error('deferred work failed', { error }))
        .finally(() => deferred.delete(running))
      deferred.add(running)
    },
    demo: null,
  }
  return {
    deps,
    connect,
    /** Deferred work begins nothing more. */
    endDeferred() {
      ending = true
    },
    async settled() {
      while (deferred.size > 0) await Promise.all(deferred)
    },
  }
}
