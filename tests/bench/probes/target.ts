import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// Whom probes ask, in a process of its own: answers `/NAME?ms=DELAY&due=MOMENT`, and notes who came when.
// Usage: fork(target.ts)

export type Order =
  { kind: 'break'; name: string } | { kind: 'mend'; name: string } | { kind: 'forget' | 'tally' }

/** What one name was asked and has answered; moments by the wall clock. */
export type Visits = {
  arrivals: number[]
  /** How late those came who say when they were due, in ms. */
  lags: number[]
  /** The first good and bad answer since it was last mended or broken. */
  turnedAt: number | null
}

const visits = new Map<string, Visits>()
const broken = new Set<string>()
const body = JSON.stringify({ status: 'ok', detail: 'x'.repeat(500) })

const server = createServer((request, response) => {
  const url = new URL(request.url!, 'http://target')
  const name = url.pathname.slice(1)
  const due = url.searchParams.get('due')
  visitsOf(name).arrivals.push(Date.now())
  if (due) visitsOf(name).lags.push(Date.now() - Number(due))
  setTimeout(
    () => {
      visitsOf(name).turnedAt ??= Date.now()
      const status = broken.has(name) ? 503 : 200
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    },
    Number(url.searchParams.get('ms')),
  )
})
server.keepAliveTimeout = 65_000

function visitsOf(name: string): Visits {
  let found = visits.get(name)
  if (!found) visits.set(name, (found = { arrivals: [], lags: [], turnedAt: null }))
  return found
}

process.on('message', (order: Order) => {
  if (order.kind === 'forget')
    for (const one of visits.values()) Object.assign(one, { arrivals: [], lags: [] })
  if (order.kind === 'tally') process.send!({ visits: Object.fromEntries(visits) })
  if (order.kind !== 'break' && order.kind !== 'mend') return
  if (order.kind === 'break') broken.add(order.name)
  else broken.delete(order.name)
  visitsOf(order.name).turnedAt = null
})
process.on('disconnect', () => process.exit(0))

server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
