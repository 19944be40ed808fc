import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

// Resend's protocol and nothing else, in a process of its own: who was told how often. Usage: fork(counter.ts, [PEOPLE])

/** Requests per second; 0 refuses all of them. */
let limit = 0
let window = { startsAt: 0, used: 0 }

const people = Number(process.argv[2])
/** By the number of the person. */
let told = new Uint8Array(people)
/** How many mails each idempotency key stood for. */
let keys = new Map<string, number>()
let tally = emptyTally()
let lastBody: Buffer = Buffer.alloc(0)

export type Tally = ReturnType<typeof emptyTally>

export type Order =
  { kind: 'limit'; perSecond: number } | { kind: 'reset' } | { kind: 'tally' } | { kind: 'body' }

function emptyTally() {
  return {
    /** Different people. */
    people: 0,
    /** Mails to somebody who had one already. */
    twice: 0,
    accepted: 0,
    repeated: 0,
    throttled: 0,
    bytes: 0,
    firstAt: 0,
    lastAt: 0,
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => answer(request, response, Buffer.concat(chunks)))
})

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const { allowed, headers } = take(Date.now())
  if (!allowed) {
    tally.throttled++
    const refusal = { statusCode: 429, name: 'rate_limit_exceeded', message: 'Too many requests.' }
    send(response, 429, { ...headers, 'retry-after': '1' }, refusal)
    return
  }
  const key = String(request.headers['idempotency-key'])
  const known = keys.get(key)
  const mails = known ?? count(body)
  if (known === undefined) {
    keys.set(key, mails)
    tally.accepted++
    tally.bytes += body.length
    tally.lastAt = Date.now()
    tally.firstAt ||= tally.lastAt
    lastBody = body
  } else tally.repeated++
  const data = Array.from({ length: mails }, (_, i) => ({ id: `${key}-${i}` }))
  send(response, 200, headers, { data })
}

function send(response: ServerResponse, status: number, headers: object, body: unknown): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** A window of one second that begins with its first request. */
function take(now: number) {
  if (now >= window.startsAt + 1000) window = { startsAt: now, used: 0 }
  const allowed = window.used < limit
  if (allowed) window.used++
  const headers = {
    'ratelimit-limit': Math.max(1, limit),
    'ratelimit-remaining': limit - window.used,
    'ratelimit-reset': 1,
  }
  return { allowed, headers }
}

/** Reads the receivers out of the bytes: parsing a megabyte per request would measure this process. */
function count(body: Buffer): number {
  const mark = '"to":"person'
  let mails = 0
  for (let at = body.indexOf(mark); at !== -1; at = body.indexOf(mark, at)) {
    at += mark.length
    let person = 0
    for (; body[at]! >= 48 && body[at]! <= 57; at++) person = person * 10 + body[at]! - 48
    if (told[person]!++ > 0) tally.twice++
    else tally.people++
    mails++
  }
  return mails
}

process.on('message', (order: Order) => {
  if (order.kind === 'limit') limit = order.perSecond
  if (order.kind === 'tally') process.send!({ tally })
  if (order.kind === 'body') process.send!({ body: lastBody.toString() })
  if (order.kind === 'reset') {
    told = new Uint8Array(people)
    keys = new Map()
    tally = emptyTally()
  }
})
process.on('disconnect', () => process.exit(0))

server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }))
