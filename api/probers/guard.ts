import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { canonicalHost } from '../domain/host.ts'
import { addressGuard } from './addresses.ts'
import { nameLookup, type Lookup } from './names.ts'
import { refusalOfAddress, RefusedTarget } from './refusals.ts'

export type GuardSettings = {
  /** CIDR ranges that may be asked although they are not public. */
  allow: string[]
  lookup?: Lookup | undefined
}

/** Every address of a host, all of them checked: whoever connects to one of these connects to what was checked. */
export type Guard = (host: string, signal: AbortSignal) => Promise<LookupAddress[]>

/** Keeps connections to public addresses, and to those that the operator allows. */
export function guardOf({ allow, lookup = usualLookup() }: GuardSettings): Guard {
  const isAllowed = addressGuard(allow)
  return async (host, signal) => {
    const canonical = canonicalHost(host)
    if (canonical === null) throw new RefusedTarget('the host is neither a name nor an address')
    const family = isIP(canonical)
    if (family !== 0) {
      if (isAllowed(canonical)) return [{ address: canonical, family }]
      throw refusalOfAddress(canonical)
    }
    const addresses = await lookup(canonical, signal)
    const refused = addresses.find(({ address }) => !isAllowed(address))
    if (!refused) return addresses
    throw new RefusedTarget(`${canonical} resolves to ${refused.address}, which is not allowed`)
  }
}

let shared: Lookup | null = null

/** One for all: what is looked up by several at once is asked once. */
function usualLookup(): Lookup {
  return (shared ??= nameLookup())
}
