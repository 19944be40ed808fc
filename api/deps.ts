import type { Database } from '../db/client.ts'
import type { Config } from './config.ts'
import type { MessageKey } from './domain/message.ts'
import type { Log } from './log.ts'
import type { Probers } from './probers/prober.ts'
import type { Provider } from './providers/provider.ts'
import type { Secrets } from './secrets.ts'
import type { Store } from './stores/store.ts'

/** Everything from outside. Whoever starts the app decides what it is. */
export type Deps = {
  db: Database
  clock: Clock
  /** This process, as the owner of leases: whoever starts after its death may take them over at once. */
  instance: string
  /** When this process began: what was written before may have been done by a life that the database forgot. */
  startedAt: number
  /** Set where callers are heard only while this very process runs; elsewhere somebody always listens. */
  hearsOnlyWhileAwake?: boolean
  /** A fresh id of a public object: 12 lower-case alphanumerics. */
  newId(): string
  /** 0 <= n < 1, for jitter. */
  random(): number
  config: Config
  /** Where people reach us, without a slash at the end; every link is made from it. */
  publicUrl: string
  secrets: Secrets
  /** In order of preference per channel. */
  providers: Provider[]
  /** The sentence why nothing may be sent to a URL that a subscriber gave; null when it may. */
  refusalOf(url: URL): Promise<MessageKey | null>
  probers: Probers
  store: Store
  /** Renders a page of the site (see site/env.d.ts for `locals`); what it reads, it reads with this cookie. */
  render(path: string, locals: object, cookie?: string): Promise<Response>
  /** Lets work go on after the response, but begin nothing more once `stopped`. */
  defer(task: (stopped: () => boolean) => Promise<void>): void
  /** Tells in another thread; without it whoever asks tells too. Returns how many were told or requests made. */
  teller?: (what: Telling, stopped: () => boolean) => Promise<number>
  log: Log
  /** Only in the demo: services that can be broken on purpose. */
  demo: Demo | null
  /** Where to read what was sent while no real provider is configured. */
  inboxUrl: string | null
}

/** The two halves of telling: whom, and the requests to providers. */
export type Telling = 'expand' | 'send'

export type Clock = {
  /** Epoch milliseconds. */
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A small shop whose health the demo probes. */
export type Demo = {
  targets(): { key: string; name: string; broken: boolean }[]
  set(key: string, broken: boolean): boolean
}
