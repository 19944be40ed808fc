import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { buildConnector, Client, fetch as undiciFetch, type Dispatcher } from 'undici'
import type { Certificate } from '../domain/certificate.ts'
import { guardOf, RefusedTarget, type Lookup } from './guard.ts'
import { certificateOfPeer } from './peer.ts'

export { RefusedTarget }

type Settings = {
  /** CIDR ranges that may be asked although they are not public. */
  allow: string[]
  /** Any port without it. */
  ports?: number[]
  lookup?: Lookup
  /** Who else may sign certificates. */
  ca?: string
}

type Call = { signal: AbortSignal | null | undefined; certificate?: Certificate | undefined }

const certificates = new WeakMap<object, Certificate>()

/** What the server of an answer proved itself with; undefined without TLS. */
export function certificateOf(response: Response): Certificate | undefined {
  return certificates.get(response)
}

/**
 * A fetch that reaches public addresses only. Names are resolved once: all their addresses are checked, and the connection
 * goes to a checked one, so that no second answer of the name server counts. Every check opens a connection of its own.
 */
export function guardedFetch(settings: Settings): typeof fetch {
  const guard = guardOf(settings.allow, settings.lookup)
  const connect = buildConnector({
    allowH2: false,
    // A resumed session would not show the certificate again.
    maxCachedSessions: 0,
    lookup: guard.lookup,
    ...(settings.ca && { ca: settings.ca }),
  }) as (...given: Parameters<buildConnector.connector>) => Socket

  function connectorOf(call: Call): buildConnector.connector {
    return (options, callback) => {
      const refusal = guard.refusalOfLiteral(options.hostname) ?? refusedPort(options, settings)
      if (refusal) return callback(refusal, null)
      const socket = connect(options, (...answer) => {
        const [, connected] = answer
        if (connected instanceof TLSSocket) call.certificate = certificateOfPeer(connected)
        callback(...answer)
      })
      // Of a name that resolves to nowhere: nobody else would end it before its time.
      call.signal?.addEventListener('abort', () => socket.destroy(new Error('ended')))
    }
  }

  /** A client per request is a connection per request. */
  function dispatcherOf(call: Call): Dispatcher {
    const connect = connectorOf(call)
    const dispatch: Dispatcher['dispatch'] = (options, handler) => {
      const client = new Client(options.origin!, { connect, pipelining: 0, allowH2: false })
      const isAccepted = client.dispatch(options, handler)
      void client.close()
      return isAccepted
    }
    return { dispatch } as Dispatcher
  }

  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new RefusedTarget('only http and https are asked')
    if (url.username || url.password)
      throw new RefusedTarget('the URL holds a user name or password: use a header')
    const asked = input instanceof Request ? optionsOf(new Request(input, init)) : { ...init }
    const call: Call = { signal: asked.signal }
    try {
      const dispatcher = dispatcherOf(call)
      const response = await undiciFetch(url, { ...(asked as object), dispatcher })
      if (call.certificate) certificates.set(response, call.certificate)
      return response as never
    } catch (error) {
      throw refusalIn(error) ?? error
    }
  }
}

/** A Request of the runtime's own fetch means nothing to undici's. */
function optionsOf({ method, headers, body, redirect, signal }: Request) {
  return { method, headers: [...headers], body, redirect, signal, duplex: 'half' }
}

function refusedPort(
  target: { port: string; protocol: string },
  { ports }: Settings,
): RefusedTarget | null {
  const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80))
  return !ports || ports.includes(port) ? null : new RefusedTarget(`port ${port} is not allowed`)
}

function refusalIn(error: unknown): RefusedTarget | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof RefusedTarget) return cause
  return null
}
