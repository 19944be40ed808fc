import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { addressGuard } from './addresses.ts'

export type Lookup = (
  hostname: string,
  options: { all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

/** Thrown for what we would not ask. */
export class RefusedTarget extends Error {
  override name = 'RefusedTarget'
}

export type Guard = {
  /** Why an address in place of a name must not be asked; null for names, which `lookup` checks. */
  refusalOfLiteral(host: string): RefusedTarget | null
  /** Resolves a name once and checks all its addresses: the connection goes to one that was checked. */
  lookup: LookupFunction
}

/** Keeps connections to public addresses, and to those that the operator allows. */
export function guardOf(allow: string[], lookup: Lookup = systemLookup): Guard {
  const isAllowed = addressGuard(allow)
  return {
    refusalOfLiteral(host) {
      const literal = host.replace(/^\[|\]$/g, '')
      if (isIP(literal) === 0 || isAllowed(literal)) return null
      return new RefusedTarget(`${literal} is not a public address and is not allowed`)
    },
    /** Never called for literals. */
    lookup(hostname, options, callback) {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, [])
        const refused = addresses.find(({ address }) => !isAllowed(address))
        if (refused) {
          const message = `${hostname} resolves to ${refused.address}, which is not allowed`
          return callback(new RefusedTarget(message), [])
        }
        const [first] = addresses
        return options.all
          ? callback(null, addresses)
          : callback(null, first!.address, first!.family)
      })
    },
  }
}
