import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { addressGuard } from './addresses.ts'

/** Resolves a name to all its addresses; rejects when it has none. */
type Resolve = (hostname: string) => Promise<{ address: string }[]>

/**
 * Says why a URL that a stranger gave must not be asked, in a sentence, or null: only public addresses, and names that
 * resolve to nothing else. Whoever sends to it later checks again, for names change their mind.
 */
export function refusalOf(
  allow: string[] = [],
  resolve: Resolve = (hostname) => lookup(hostname, { all: true }),
) {
  const isAllowed = addressGuard(allow)
  return async function refusal(url: URL): Promise<string | null> {
    const literal = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(literal) !== 0) return isAllowed(literal) ? null : 'must not be a private address'
    try {
      const addresses = await resolve(url.hostname)
      return addresses.every(({ address }) => isAllowed(address))
        ? null
        : 'must not lead to a private address'
    } catch {
      return 'must have a host name that can be found'
    }
  }
}
