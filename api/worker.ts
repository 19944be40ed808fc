import * as site from '../dist/server/entry.mjs'
import { applyProfile } from './actions/profile.ts'
import { createApp, type App } from './app.ts'
import type { Deps } from './deps.ts'
import { DomainError } from './domain/error.ts'
import { beat } from './heartbeat.ts'
import { siteRenderer } from './site.ts'
import { kvStore, type Namespace } from './stores/kv.ts'
import type { Store } from './stores/store.ts'
import { log, readWorkerConfig, workerDeps } from './worker/deps.ts'

type Env = { DOCUMENTS: Namespace; VERSION?: { id: string } } & Record<string, unknown>

/** What one isolate has made so far; `open` fills and opens the database once it can be reached. */
type Isolate = { store: Store; app: App; deps: Deps; open(): Promise<void> }

let isolate: Isolate | null = null

async function wake(env: Env): Promise<Isolate> {
  const config = readWorkerConfig(env)
  const store = kvStore(env.DOCUMENTS, {
    https: config.PUBLIC_URL.startsWith('https:'),
    maker: () => Promise.resolve(`${env.VERSION?.id} ${config.PUBLIC_URL}`),
  })
  const render = siteRenderer(site, () => app)
  const { deps, connect, loaded } = await workerDeps(config, store, render)
  const app = createApp(deps)
  let isOpen = false
  const open = async () => {
    if (isOpen) return
    await connect()
    await applyProfile(deps, loaded.name, loaded.profile)
    isOpen = true
  }
  return { store, app, deps, open }
}

async function answer(request: Request, env: Env): Promise<Response> {
  isolate ??= await wake(env)
  const published = await isolate.store.serve(request)
  if (published) return published
  await isolate
    .open()
    .catch((error: unknown) => log.error('the database cannot be opened yet', { error }))
  return isolate.app.fetch(request, {
    clientIp: request.headers.get('cf-connecting-ip') ?? undefined,
  })
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return await answer(request, env)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      log.error('the configuration is wrong', { error: error.message })
      return new Response('This service is not configured yet; its log says what is wrong.\n', {
        status: 503,
        headers: { 'retry-after': '60' },
      })
    }
  },

  /** Every minute: each duty once. */
  async scheduled(_event: unknown, env: Env): Promise<void> {
    isolate ??= await wake(env)
    await isolate.open()
    await beat(isolate.deps)
  },
}
