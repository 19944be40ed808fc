import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, fetch as undiciFetch } from 'undici'
import { addressGuard } from './addresses.ts'

type Settings = {
  /** CIDR ranges that may be asked although they are not public. */
  allow: string[]
  /** Any port without it. */
  ports?: number[]
  lookup?: Lookup
}

type Lookup = (
  hostname: string,
  options: { all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void

/** Thrown for what we would not ask. */
export class RefusedTarget extends Error {
  override name = 'RefusedTarget'
}

/**
 * A fetch that reaches public addresses only. Names are resolved once: all their addresses are checked, and the connection
 * goes to a checked one, so that no second answer of the name server counts. Every check opens a connection of its own.
 */
export function guardedFetch(settings: Settings): typeof fetch {
  const isAllowed = addressGuard(settings.allow)
  const connect = buildConnector({
    allowH2: false,
    // A resumed session would not show the certificate again.
    maxCachedSessions: 0,
    lookup: guardedLookup(settings.lookup ?? systemLookup, isAllowed),
  })
  const agent = new Agent({
    pipelining: 0,
    allowH2: false,
    connect(options, callback) {
      const refusal =
        refusedAddress(options.hostname, isAllowed) ?? refusedPort(options, settings.ports)
      if (refusal) callback(refusal, null)
      else connect(options, callback)
    },
  })
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new RefusedTarget('only http and https are asked')
    if (url.username || url.password)
      throw new RefusedTarget('the URL holds a user name or password: use a header')
    try {
      const asked = input instanceof Request ? optionsOf(new Request(input, init)) : init
      return (await undiciFetch(url, { ...(asked as object), dispatcher: agent })) as never
    } catch (error) {
      throw refusalIn(error) ?? error
    }
  }
}

/** A Request of the runtime's own fetch means nothing to undici's. */
function optionsOf({ method, headers, body, redirect, signal }: Request) {
  return { method, headers: [...headers], body, redirect, signal, duplex: 'half' }
}

/** Never called for literals; those are checked before. */
function guardedLookup(lookup: Lookup, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      const refused = addresses.find(({ address }) => !isAllowed(address))
      if (refused) {
        const message = `${hostname} resolves to ${refused.address}, which is not allowed`
        return callback(new RefusedTarget(message), [])
      }
      const [first] = addresses
      return options.all ? callback(null, addresses) : callback(null, first!.address, first!.family)
    })
  }
}

function refusedAddress(hostname: string, isAllowed: (address: string) => boolean) {
  const literal = hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) === 0 || isAllowed(literal)) return null
  return new RefusedTarget(`${literal} is not a public address and is not allowed`)
}

function refusedPort(
  target: { port: string; protocol: string },
  ports: number[] | undefined,
): RefusedTarget | null {
  const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80))
  return !ports || ports.includes(port) ? null : new RefusedTarget(`port ${port} is not allowed`)
}

function refusalIn(error: unknown): RefusedTarget | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof RefusedTarget) return cause
  return null
}
