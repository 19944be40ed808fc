import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSigned } from '../support/mail-server.ts'

export type Endpoints = Awaited<ReturnType<typeof openEndpoints>>

/** The URL of the n-th subscriber with a webhook. */
export function urlOf(n: number): string {
  return `https://hooks.example/${n}`
}

/** The servers of subscribers, all on one port of loopback: they drop an id that they have seen, as their standard says. */
export async function openEndpoints() {
  const seen = new Map<string, Set<string>>()
  let begun = 0
  let weather: ((nth: number) => Promise<number>) | undefined
  const server = createServer(selfSigned, async (request, response) => {
    begun++
    const url = `https://hooks.example${request.url}`
    for await (const _ of request);
    const status = (await weather?.(begun)) ?? 200
    if (status < 300)
      seen.set(url, (seen.get(url) ?? new Set()).add(String(request.headers['webhook-id'])))
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    /** Requests that came, answered or not. */
    begun: () => begun,
    /** Messages by receiver. */
    recipients: () => new Map([...seen].map(([url, ids]) => [url, ids.size])),
    /** Asked before every answer for its status. */
    makeWeather(make: (nth: number) => Promise<number>) {
      weather = make
    },
    close() {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
