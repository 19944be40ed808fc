import { waitUntil } from 'cloudflare:workers'
import { readConfig, type Config } from '../config.ts'
import type { Clock, Deps } from '../deps.ts'
import { createShop, withShop } from '../demo.ts'
import { DomainError } from '../domain/error.ts'
import { literalRefusal } from '../domain/url-address.ts'
import { createLog } from '../log.ts'
import { exchangeBy } from '../probers/exchange.ts'
import { configuredProviders, userAgent } from '../providers.ts'
import { createSecrets, newId } from '../secrets.ts'
import type { Store } from '../stores/store.ts'
import { workerDatabase } from './database.ts'
import { workerProbers } from './probers.ts'
import { bundledProfile } from './profiles.ts'

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    }),
}

/** Called as a function: the runtime's own insists on no `this`. */
const openFetch: typeof fetch = (input, init) => fetch(input, init)

export const log = createLog((line) => console.log(line), clock.now)

export type WorkerConfig = Config & { PUBLIC_URL: string; SECRET_KEY: string }

/** What Node makes for itself must be given here: nothing is kept between invocations. */
export function readWorkerConfig(env: Record<string, unknown>): WorkerConfig {
  const config = readConfig(env)
  const { PUBLIC_URL, SECRET_KEY } = config
  if (!PUBLIC_URL) throw new DomainError('invalid', 'PUBLIC_URL: is needed on Workers')
  if (!SECRET_KEY) throw new DomainError('invalid', 'SECRET_KEY: is needed on Workers')
  return { ...config, PUBLIC_URL, SECRET_KEY }
}

/** Everything from outside, on Workers. The demo's shop answers in process, and never breaks. */
export async function workerDeps(config: WorkerConfig, store: Store, render: Deps['render']) {
  const publicUrl = config.PUBLIC_URL
  const loaded = bundledProfile(config.CONFIG)
  const shop = loaded.name === 'demo' ? createShop(loaded.profile) : null
  const { database, connect } = workerDatabase(config, clock)
  const askShop = async (input: RequestInfo | URL, init?: RequestInit) =>
    shop!.fetch(new Request(input, init))
  const deps: Deps = {
    db: database,
    clock,
    instance: crypto.randomUUID(),
    startedAt: clock.now(),
    newId,
    random: Math.random,
    config,
    publicUrl,
    secrets: await createSecrets(config.SECRET_KEY),
    providers: configuredProviders(config, {
      fetch: openFetch,
      // Workers reach public addresses only.
      postFetch: openFetch,
      now: clock.now,
      publicUrl,
    }),
    // Workers reach public addresses only, by name, and cannot look names up.
    refusalOf: (url) => Promise.resolve(literalRefusal(url)),
    probers: workerProbers({
      exchange: withShop(exchangeBy(openFetch), () => shop && askShop),
      allow: config.PROBE_ALLOW_PRIVATE,
      userAgent: userAgent(publicUrl),
    }),
    store,
    render,
    defer: (task) =>
      waitUntil(
        task(() => false).catch((error: unknown) => log.error('deferred work failed', { error })),
      ),
    log,
    demo: null,
    inboxUrl: null,
  }
  return { deps, connect, loaded }
}
