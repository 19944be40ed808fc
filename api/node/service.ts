import { releaseLeases } from '../actions/sending/batches.ts'
import { applyProfile } from '../actions/profile.ts'
import { thePage } from '../actions/page.ts'
import { createApp } from '../app.ts'
import type { Deps } from '../deps.ts'
import { startHeartbeat } from '../heartbeat.ts'
import type { Log } from '../log.ts'
import { siteRenderer } from '../site.ts'
import type { Store } from '../stores/store.ts'
import { systemClock as clock } from './clock.ts'
import { nodeDeps } from './deps.ts'
import { succeed } from './instance.ts'
import type { CompleteConfig } from './kept.ts'
import { isLoopback, type Handler } from './listen.ts'
import { loadProfile } from './profile.ts'
import { startSandbox } from './sandbox.ts'
import { loopbackShop } from './shop.ts'
import { loadSite } from './site.ts'
import { createTeller } from './teller.ts'

type Given = { config: CompleteConfig; store: Store; log: Log; url: string; publicUrl: string }

export type Service = {
  deps: Deps
  handler: Handler
  /** Stops claiming, and ends when the last reader is answered and all that is in flight has ended. */
  stop(answered: Promise<void>): Promise<void>
}

/** Milliseconds between attempts to open a database that is not there. */
const RETRY = 2_000

/** The service behind a listener. It answers at once; the database comes when it comes, and the heartbeat with it. */
export async function startService({
  config,
  store,
  log,
  url,
  publicUrl,
}: Given): Promise<Service> {
  const loaded = await loadProfile(config.CONFIG)
  const hasProvider = config.RESEND_API_KEY ?? config.SMTP_URL ?? config.TWILIO_ACCOUNT_SID
  const sandbox = hasProvider ? null : await startSandbox({ url, publicUrl })
  const showsInbox = sandbox !== null && isLoopback(config.HOST)
  const shop = loopbackShop()
  const shared = {
    config: { ...config, ...sandbox?.config },
    publicUrl,
    instance: crypto.randomUUID(),
    startedAt: clock.now(),
    endpointsUrl: sandbox?.endpointsUrl ?? null,
  }
  const teller = createTeller(() => deps, shared)
  const { deps, connect, endDeferred, settled } = await nodeDeps({
    ...shared,
    teller: teller.tell,
    store,
    log,
    render: siteRenderer(await loadSite(), () => app),
    inboxUrl: showsInbox ? '/sandbox' : null,
    reaching: shop.reaching,
  })
  const app = createApp(deps)
  const running = keepOpening(deps, async () => {
    await connect()
    await succeed(config.DATA_DIR, deps.instance, (dead) => releaseLeases(deps, dead))
    await applyProfile(deps, loaded.name, loaded.profile)
    const page = await thePage(deps)
    if (page.profile === 'demo') deps.demo = await shop.open()
  })
  return {
    deps,
    handler: showsInbox ? sandbox.withInbox(app.fetch) : app.fetch,
    async stop(answered) {
      endDeferred()
      await Promise.all([running.stop(), teller.stop(), answered])
      await settled()
      await deps.db.close()
      await shop.stop()
      await sandbox?.stop()
    },
  }
}

/** Tries until the database is open, then beats. */
function keepOpening(deps: Deps, open: () => Promise<void>): { stop(): Promise<void> } {
  const stopping = new AbortController()

  async function untilOpen() {
    while (!stopping.signal.aborted) {
      try {
        await open()
        return startHeartbeat(deps)
      } catch (error) {
        deps.log.error('the database cannot be opened yet', { retry_in_ms: RETRY, error })
        await clock.sleep(RETRY, stopping.signal)
      }
    }
    return null
  }

  const heartbeat = untilOpen()
  return {
    async stop() {
      stopping.abort()
      await (await heartbeat)?.stop()
    },
  }
}
