import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { selfSigned } from '../support/mail-server.ts'
import { incidentIn } from './tellings.ts'

/** What a server answers, and whether it took what it was sent: by default where it says so. */
type Answer = { status: number; isTaken?: boolean }

export type Endpoints = Awaited<ReturnType<typeof openEndpoints>>

/** The URL of the n-th subscriber with a webhook. */
export function urlOf(n: number): string {
  return `https://hooks.example/${n}`
}

/** The servers of subscribers, all on one port of loopback: they drop an id that they have seen, as their standard says. */
export async function openEndpoints() {
  /** What each was told, and of which incident. */
  const seen = new Map<string, Map<string, string>>()
  let begun = 0
  let weather: ((nth: number) => Promise<Answer>) | undefined
  const server = createServer(selfSigned, async (request, response) => {
    begun++
    const url = `https://hooks.example${request.url}`
    const incident = incidentIn(await text(request))
    const { status, isTaken = status < 300 } = (await weather?.(begun)) ?? { status: 200 }
    const id = String(request.headers['webhook-id'])
    if (isTaken) seen.set(url, (seen.get(url) ?? new Map()).set(id, incident))
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    /** Requests that came, answered or not. */
    begun: () => begun,
    /** Messages by receiver. */
    recipients: () => new Map([...seen].map(([url, ids]) => [url, ids.size])),
    /** Receivers and incidents, once for each message. */
    messages: () =>
      [...seen].flatMap(([url, ids]) => [...ids.values()].map((incident) => ({ url, incident }))),
    /** Asked before every answer. */
    makeWeather(make: (nth: number) => Promise<Answer>) {
      weather = make
    },
    close() {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
