import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'

export type Listening = { url: string; close(): Promise<void> }

/** A web handler on a real port of loopback. */
export function listen(fetch: (request: Request) => Response | Promise<Response>) {
  return listenRaw(getRequestListener(fetch))
}

/** A Node handler on a real port, for answers that a web handler could not give. */
export async function listenRaw(handler: RequestListener): Promise<Listening> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) }
}

/** Ends those who still hang on it as well. */
function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

/** Waits for something that happens by itself, at most two seconds. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (let tries = 0; tries < 200; tries++) {
    const seen = await look()
    if (seen) return seen
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`it did not happen: ${look}`)
}
