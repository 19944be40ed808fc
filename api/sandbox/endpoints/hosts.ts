import type { PostChannel } from '../mailbox.ts'

const chats: [host: RegExp, channel: PostChannel][] = [
  [/^hooks\.slack(-gov)?\.com$/, 'slack'],
  [/^((canary|ptb)\.)?discord(app)?\.com$/, 'discord'],
  [/\.(logic\.azure|webhook\.office|powerplatform)\.com$|^outlook\.office\.com$/, 'teams'],
]

/** Who answers at a URL: a chat by its host, anybody else is a receiver of webhooks. */
export function channelOf({ hostname }: URL): PostChannel {
  const name = withoutDot(hostname)
  return chats.find(([host]) => host.test(name))?.[1] ?? 'webhook'
}

/** Names of documentation and tests that nobody has (RFC 2606). */
const reserved = /(^|\.)(example|test|invalid|example\.(com|net|org))$/

/** Whether the sandbox knows a host without looking it up: reserved names, and the chats. */
export function needsNoLookup(url: URL): boolean {
  return reserved.test(withoutDot(url.hostname)) || channelOf(url) !== 'webhook'
}

function withoutDot(hostname: string): string {
  return hostname.replace(/\.$/, '')
}

/** The subscriber's address in the URL that is asked: Discord's lacks what only chooses the form of the answer. */
export function addressOf(url: URL): string {
  if (channelOf(url) !== 'discord') return url.href
  const address = new URL(url)
  address.pathname = address.pathname.replace(/^\/api\/v\d+\//, '/api/')
  address.searchParams.delete('wait')
  return address.href
}
