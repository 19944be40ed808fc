import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { MessageKey } from '../domain/message.ts'
import { addressGuard } from './addresses.ts'

type Settings = {
  /** CIDR ranges that may be asked although they are not public. */
  allow?: string[]
  /** Resolves a name to all its addresses; rejects when it has none. */
  resolve?: (hostname: string) => Promise<{ address: string }[]>
  /** Milliseconds that a name server gets. */
  patience?: number
  /** Whether somebody else answers for a URL, whatever its name resolves to. */
  needsNoLookup?: (url: URL) => boolean
}

const PATIENCE = 3_000

/**
 * The sentence why a URL that a stranger gave must not be asked, or null: only public addresses, and names that
 * resolve to nothing else. Whoever sends to it later checks again, for names change their mind.
 */
export function refusalOf({
  allow = [],
  resolve = (hostname) => lookup(hostname, { all: true }),
  patience = PATIENCE,
  needsNoLookup = () => false,
}: Settings = {}) {
  const isAllowed = addressGuard(allow)
  return async function refusal(url: URL): Promise<MessageKey | null> {
    const host = url.hostname.replace(/^\[|\]$|\.$/g, '')
    if (isIP(host) !== 0) return isAllowed(host) ? null : 'refusal.private_address'
    if (/(^|\.)localhost$/.test(host)) return 'refusal.leads_here'
    if (needsNoLookup(url)) return null
    try {
      const addresses = await within(patience, resolve(host))
      if (addresses.length === 0) return 'refusal.unknown_host'
      return addresses.every(({ address }) => isAllowed(address)) ? null : 'refusal.leads_inside'
    } catch (error) {
      return isPassing(error) ? 'refusal.host_not_now' : 'refusal.unknown_host'
    }
  }
}

async function within<T>(patience: number, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DOMException('the name server is slow', 'TimeoutError')),
      patience,
    )
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The name server did not say that there is no such name: it said nothing, or that it has trouble. */
function isPassing(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code !== 'ENOTFOUND' && code !== 'ENODATA'
}
