import { connect, isIP, type Socket } from 'node:net'
import { canonicalHost } from '../domain/host.ts'
import { guardOf, RefusedTarget, type Guard, type Lookup } from './guard.ts'
import type { Connection } from './tcp.ts'

type Settings = {
  /** CIDR ranges that may be asked although they are not public. */
  allow: string[]
  lookup?: Lookup
}

/** Connects to public addresses, and to those that the operator allows. */
export function guardedDial({ allow, lookup }: Settings) {
  const guard = guardOf(allow, lookup)
  return async function dial(host: string, port: number, signal: AbortSignal): Promise<Connection> {
    const socket = connect({ ...checked(guard, host), port, lookup: guard.lookup })
    await opened(socket, 'connect', signal)
    return {
      write: (bytes) => void socket.write(bytes),
      read: socket,
      close: () => void socket.destroy(),
    }
  }
}

/** The host as its spelling hides it: a literal is checked here, a name when it is looked up. */
export function checked(guard: Guard, host: string): { host: string } {
  const canonical = canonicalHost(host)
  if (canonical === null) throw new RefusedTarget('the host is neither a name nor an address')
  const refusal = isIP(canonical) === 0 ? null : guard.refusalOfLiteral(canonical)
  if (refusal) throw refusal
  return { host: canonical }
}

/** Waits until a socket is open; the signal ends it then and later. */
export function opened(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  const end = () => void socket.destroy(new Error('ended'))
  signal.addEventListener('abort', end)
  // Errors after the last word has been heard are nobody's.
  socket.on('error', () => {})
  socket.once('close', () => signal.removeEventListener('abort', end))
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve())
    socket.once('error', reject)
    socket.once('close', () => reject(closedEarly()))
  })
}

function closedEarly(): Error {
  return Object.assign(new Error('closed early'), { code: 'ECONNRESET' })
}
