import { createServer, type RequestListener, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** What a target does to whoever asks; null when nobody listens at all. */
export type Conduct = RequestListener | null

export const well: Conduct = (_, response) => void response.end('ready')
export const broken: Conduct = (_, response) => void response.writeHead(503).end()
export const silent: Conduct = () => {}
export const gone: Conduct = null

/** Time in which something was truly broken, kept by the target itself. */
export type Outage = { from: number; to: number | null }

export type Target = Awaited<ReturnType<typeof openTarget>>

/** A server on an address of its own, which remembers when it was truly broken. */
export async function openTarget(host: string, now: () => number) {
  let conduct: Conduct = well
  let asked = 0
  const outages: Outage[] = []
  const server: Server = createServer((request, response) => {
    asked++
    conduct?.(request, response)
  })
  const listen = async (port: number) => {
    server.listen(port, host)
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo

  async function behave(next: Conduct): Promise<void> {
    if (next === null) server.close()
    else if (conduct === null) await listen(port)
    conduct = next
    server.closeAllConnections()
  }

  return {
    host,
    port,
    outages,
    asked: () => asked,
    /** Changes what it does although nothing is wrong with it: packets are lost on the way, or it is odd by nature. */
    behave,
    async breaks(as: Conduct = broken): Promise<void> {
      outages.push({ from: now(), to: null })
      await behave(as)
    },
    async mends(): Promise<void> {
      await behave(well)
      outages.at(-1)!.to = now()
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}
