import type { MessageKey } from './message.ts'
import type { Channel } from './words.ts'

/** Channels whose address is a URL that takes a POST. */
export type UrlChannel = Extract<Channel, 'webhook' | 'slack' | 'teams' | 'discord'>

/** What a URL of each channel looks like, for whoever is asked for one. */
export const urlExample: Record<UrlChannel, string> = {
  webhook: 'https://example.com/hooks/status',
  slack: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
  teams:
    'https://prod-00.westeurope.logic.azure.com/workflows/0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01&sig=XXXX',
  discord: 'https://discord.com/api/webhooks/123456789012345678/XXXXXXXXXXXXXXXXXXXXXXXX',
}

const LONGEST = 2_000
const hostname = /^(?=.{4,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]{2,63}$/
const ipLiteral = /^(\[.*\]|\d+\.\d+\.\d+\.\d+)$/
/** Names that mean something else in every network (RFC 6761, 6762, 8375 and ICANN's reservation of `internal`). */
const ownNetwork = /(^|\.)(localhost|local|internal|home\.arpa)$/

/**
 * The one form in which the URL of a channel is stored and compared, or null when it is none. Only its looks are judged:
 * whether it leads to a private address is asked when it is taken, and again at each send.
 */
export function canonicalUrl(channel: UrlChannel, text: string): string | null {
  const given = text.trim()
  if (given.length > LONGEST || /\s/.test(given)) return null
  const url = URL.parse(given)
  if (url === null || url.protocol !== 'https:' || url.port !== '') return null
  if (url.username !== '' || url.password !== '') return null
  const canonical = forms[channel](url)
  return canonical !== null && canonical.length <= LONGEST ? canonical : null
}

const forms: Record<UrlChannel, (url: URL) => string | null> = {
  webhook(url) {
    if (url.hash !== '' || !isPublicHost(url.hostname)) return null
    return `${url.origin}${url.pathname}${url.search}`
  },
  /** Workflow Builder's `/triggers/` and `/workflows/` take variables of their maker's choice, not messages. */
  slack(url) {
    if (!/^hooks\.slack(-gov)?\.com$/.test(url.hostname)) return null
    const path = /^(\/services\/T\w+\/B\w+\/\w+)\/*$/.exec(url.pathname)?.[1]
    return path ? `${url.origin}${path}` : null
  },
  teams: (url) => connectorForm(url) ?? workflowForm(url),
  /** All of Discord's hosts and API versions know the same webhooks; a thread is a channel of its own. */
  discord(url) {
    if (!/^((ptb|canary)\.)?discord(app)?\.com$/.test(url.hostname)) return null
    const path = /^\/api\/(?:v\d+\/)?(webhooks\/\d{1,20}\/[\w-]+)\/*$/.exec(url.pathname)?.[1]
    const thread = /^\d{1,20}$/.exec(url.searchParams.get('thread_id') ?? '')?.[0]
    if (!path) return null
    return `https://discord.com/api/${path}${thread ? `?thread_id=${thread}` : ''}`
  },
}

function connectorForm(url: URL): string | null {
  if (!/^[a-z\d-]+\.webhook\.office\.com$/.test(url.hostname)) return null
  const path = /^(\/webhookb2\/[^/]+\/IncomingWebhook\/[^/]+(\/[^/]+)*)\/*$/i.exec(
    url.pathname,
  )?.[1]
  return path ? `${url.origin}${path}` : null
}

/** The signature in the query is the key: without it only members of the organisation may post. */
function workflowForm(url: URL): string | null {
  if (!/\.(logic\.azure|environment\.api\.powerplatform)\.com$/.test(url.hostname)) return null
  if (!/\/workflows\/[^/]+\/triggers\/[^/]+\/paths\/invoke\/*$/.test(url.pathname)) return null
  return url.searchParams.get('sig') ? `${url.origin}${url.pathname}${url.search}` : null
}

/** Where no name can be looked up, an address in place of one is the only thing that can be judged. */
export function literalRefusal(url: URL): MessageKey | null {
  return ipLiteral.test(url.hostname) ? 'refusal.ip_address' : null
}

function isPublicHost(host: string): boolean {
  return ipLiteral.test(host) || (hostname.test(host) && !ownNetwork.test(host))
}
