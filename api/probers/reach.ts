import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
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
 * Says why a URL that a stranger gave must not be asked, in a sentence, or null: only public addresses, and names that
 * resolve to nothing else. Whoever sends to it later checks again, for names change their mind.
 */
export function refusalOf({
  allow = [],
  resolve = (hostname) => lookup(hostname, { all: true }),
  patience = PATIENCE,
  needsNoLookup = () => false,
}: Settings = {}) {
  const isAllowed = addressGuard(allow)
  return async function refusal(url: URL): Promise<string | null> {
    const host = url.hostname.replace(/^\[|\]$|\.$/g, '')
    if (isIP(host) !== 0) return isAllowed(host) ? null : 'must not be a private address'
    if (/(^|\.)localhost$/.test(host)) return 'must not lead to this machine'
    if (needsNoLookup(url)) return null
    try {
      const addresses = await within(patience, resolve(host))
      if (addresses.length === 0) return notFound
      return addresses.every(({ address }) => isAllowed(address))
        ? null
        : 'must not lead to a private address'
    } catch (error) {
      return isPassing(error) ? notNow : notFound
    }
  }
}

const notFound = 'must have a host name that can be found'
const notNow = 'has a host name that cannot be looked up at the moment; try again later'

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
