import { desc, eq } from 'drizzle-orm'
import { links, type Subscriber } from '../../api/actions/subscribers/links.ts'
import { subscribe, type Request } from '../../api/actions/subscribers/subscribing.ts'
import type { Deps } from '../../api/deps.ts'
import type { Channel } from '../../api/domain/words.ts'
import type { Provider } from '../../api/providers/provider.ts'
import { announcements, deliveries, subscribers } from '../../db/schema.ts'
import { shopWorld } from './shop.ts'
import type { World } from './world.ts'

/** A shop that offers mail and SMS, or other channels; what is told stays where it was written down. */
export async function subscribingWorld(
  env: Record<string, string> = {},
  offered: readonly Channel[] = ['email', 'sms'],
): Promise<World> {
  const made = await shopWorld({ env, providers: offered.map(wire) })
  return made
}

function wire(channel: Channel): Provider {
  return {
    name: `wire-${channel}`,
    channel,
    batchSize: 1,
    idempotent: true,
    ratePerSecond: 0,
    send: () => Promise.reject(new Error('nothing is sent in this test')),
    receive: () => Promise.resolve(null),
  }
}

const consent = { source: 'form', ip: '203.0.113' }

export function ask(deps: Deps, request: Partial<Request> = {}) {
  return subscribe(
    deps,
    { channel: 'email', address: 'ada@example.com', consent, ...request },
    'r1',
  )
}

export async function theSubscriber(deps: Deps): Promise<Subscriber> {
  const [row] = await deps.db.select().from(subscribers).orderBy(desc(subscribers.seq)).limit(1)
  return row!
}

/** The tokens of the links that the newest letter to a subscriber holds. */
export async function tokensOf(deps: Deps, subscriber: Subscriber) {
  const { confirm, manage, unsubscribe } = await links(deps, subscriber, 'confirmation')
  return {
    confirm: tokenIn(confirm!),
    manage: tokenIn(manage!),
    unsubscribe: tokenIn(unsubscribe!),
  }
}

function tokenIn(url: string): string {
  return new URL(url).searchParams.get('token')!
}

/** What has been written to subscribers, the oldest first. */
export function letters(deps: Deps) {
  return deps.db
    .select({ kind: announcements.kind, channel: deliveries.channel, state: deliveries.state })
    .from(deliveries)
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .orderBy(deliveries.id)
}

/** An address of each channel, in its canonical form; those of different numbers differ. */
export const addressOf: Record<Channel, (n: number) => string> = {
  email: (n) => `person${n}@example.com`,
  sms: (n) => `+49151${String(n).padStart(8, '0')}`,
  webhook: (n) => `https://hooks.example.com/status/${n}`,
  slack: (n) => `https://hooks.slack.com/services/T0000/B0000/X${n}`,
  teams: (n) => `https://shop.webhook.office.com/webhookb2/a@b/IncomingWebhook/${n}/c`,
  discord: (n) => `https://discord.com/api/webhooks/100/token-${n}`,
}
