import { Client, fetch as undiciFetch, type Dispatcher } from 'undici'
import { assertAskable, guardedConnector, type Call, type ConnectorSettings } from './connector.ts'
import { RefusedTarget } from './refusals.ts'

/**
 * A fetch that reaches public addresses only. Names are resolved once: all their addresses are checked, and the connection
 * goes to a checked one, so that no second answer of the name server counts. Every request opens a connection of its own.
 */
export function guardedFetch(settings: ConnectorSettings): typeof fetch {
  const connectorOf = guardedConnector(settings)

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
    assertAskable(url)
    const asked = input instanceof Request ? optionsOf(new Request(input, init)) : { ...init }
    const dispatcher = dispatcherOf({ signal: asked.signal ?? new AbortController().signal })
    try {
      return (await undiciFetch(url, { ...(asked as object), dispatcher })) as never
    } catch (error) {
      throw refusalIn(error) ?? error
    }
  }
}

/** A Request of the runtime's own fetch means nothing to undici's. */
function optionsOf({ method, headers, body, redirect, signal }: Request) {
  return { method, headers: [...headers], body, redirect, signal, duplex: 'half' }
}

function refusalIn(error: unknown): RefusedTarget | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof RefusedTarget) return cause
  return null
}
