import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { DomainError } from '../domain/error.ts'

export type Handler = (
  request: Request,
  bindings: { clientIp: string | undefined },
) => Response | Promise<Response>

export type Listening = {
  /** Without a slash at the end. */
  url: string
  /** Takes nobody in any more, and ends when the last has been answered. */
  stop(): Promise<void>
  /** Ends those who are still being answered. */
  cut(): void
}

/** A web handler on an address; port 0 takes a free one. */
export async function listen(
  handler: Handler,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const listener = getRequestListener((request, { incoming }) =>
    handler(request, { clientIp: clientIp(incoming as IncomingMessage) }),
  )
  const server = createServer({ keepAliveTimeout: 65_000 }, listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(sentence(error, host, port)))
    server.listen(port, host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${reachable(host)}:${taken}`,
    stop: () =>
      new Promise((resolve) => {
        const idle = setInterval(() => server.closeIdleConnections(), 100)
        server.close(() => {
          clearInterval(idle)
          resolve()
        })
      }),
    cut: () => server.closeAllConnections(),
  }
}

/** Whom a request comes from. Only a proxy on this machine is believed, and only what it has added itself: the last entry. */
function clientIp(incoming: IncomingMessage): string | undefined {
  const peer = incoming.socket.remoteAddress
  const forwarded = incoming.headers['x-forwarded-for']
  if (forwarded === undefined || !isLoopback(peer ?? '')) return peer
  return String(forwarded).split(',').at(-1)!.trim()
}

export function isLoopback(host: string): boolean {
  return /^(localhost|\[?::1\]?|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(host)
}

/** An address that stands for all is none to go to. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function sentence(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new DomainError('invalid', `PORT: ${port} is already in use on ${host}`)
  if (error.code === 'EACCES')
    return new DomainError('invalid', `PORT: this user may not listen on ${port}`)
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new DomainError('invalid', `HOST: ${host} is not an address of this machine`)
  return error
}
