import type { LookupAddress } from 'node:dns'
import { connect, type Socket } from 'node:net'
import { guardOf, type GuardSettings } from './guard.ts'
import type { Connection } from './tcp.ts'

/** Connects to a host within the time of a signal, which ends the connection later, too. */
export type Dial = (host: string, port: number, signal: AbortSignal) => Promise<Socket>

/** Milliseconds that an address gets before the next one is tried beside it (RFC 8305, 5). */
const ATTEMPT_DELAY = 250
const MOST_ADDRESSES = 6

/** Connects to public addresses, and to those that the operator allows. */
export function guardedDial(settings: GuardSettings): Dial {
  const addressesOf = guardOf(settings)
  return async (host, port, signal) => {
    const addresses = await addressesOf(host, signal)
    const socket = await connectToFirst(addresses.slice(0, MOST_ADDRESSES), port, signal)
    // Errors after the last word has been heard are nobody's.
    socket.on('error', () => {})
    endWith(signal, socket)
    return socket
  }
}

/** The same for whoever speaks bytes. */
export function connectionBy(dial: Dial) {
  return async (host: string, port: number, signal: AbortSignal): Promise<Connection> => {
    const socket = await dial(host, port, signal)
    return {
      write: (bytes) => void socket.write(bytes),
      read: socket,
      close: () => void socket.destroy(),
    }
  }
}

/** Destroys a socket when a signal says so. */
function endWith(signal: AbortSignal, socket: Socket): void {
  const end = () => void socket.destroy(new Error('ended'))
  if (signal.aborted) return end()
  signal.addEventListener('abort', end)
  socket.once('close', () => signal.removeEventListener('abort', end))
}

/** Tries one address after the other without giving up the earlier ones; whoever answers first is kept. */
function connectToFirst(
  addresses: LookupAddress[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const attempts = new Set<Socket>()
    const errors: Error[] = []
    let next = 0
    let timer: ReturnType<typeof setTimeout> | undefined

    function settle(winner: Socket | null): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      for (const attempt of attempts) if (attempt !== winner) attempt.destroy()
      attempts.clear()
      if (winner) resolve(winner)
      else reject(errors.find(isOfTarget) ?? errors[0] ?? new Error('ended'))
    }
    const giveUp = () => settle(null)

    function tryNext(): void {
      clearTimeout(timer)
      const address = addresses[next++]
      if (!address) return
      const attempt = connect({ host: address.address, port })
      attempts.add(attempt)
      attempt.once('connect', () => settle(attempt))
      attempt.on('error', (error) => {
        if (!attempts.delete(attempt)) return
        errors.push(error)
        if (next < addresses.length) tryNext()
        else if (attempts.size === 0) settle(null)
      })
      if (next < addresses.length) timer = setTimeout(tryNext, ATTEMPT_DELAY)
    }

    if (signal.aborted) return giveUp()
    signal.addEventListener('abort', giveUp)
    tryNext()
  })
}

/** A family that this machine has no route for says less than what the other one came to. */
function isOfTarget(error: NodeJS.ErrnoException): boolean {
  return !/^(ENETUNREACH|EADDRNOTAVAIL|EAFNOSUPPORT)$/.test(error.code ?? '')
}
