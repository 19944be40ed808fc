import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Message, Provider } from '../../api/providers/provider.ts'
import { listen, type Listening } from './listen.ts'
import { httpWire } from './provider-http-wire.ts'
import { testTrouble, type Trouble } from './provider-trouble.ts'

export type Answer = { status: number; headers?: Record<string, string>; body: unknown }
export type Example = [sentence: string, answer: Answer, outcome: object]

export type Subject = {
  name: string
  /** The provider, with all that it reaches at this URL. */
  make(baseUrl: string): Provider
  message(delivery: number): Message
  /** What becomes of a message in each situation that every provider gets into. */
  outcomes: Record<Situation | Trouble, object>
  /** What this provider's own errors mean. */
  answers: Example[]
}

/** What anybody between a provider and us may answer. */
const answersOfAnybody = {
  'a bare 500': { status: 500, body: '' },
  'a page of a proxy with 502': { status: 502, body: '<h1>Bad gateway</h1>' },
  'a 503 that says when to come back': {
    status: 503,
    headers: { 'retry-after': '7' },
    body: '',
  },
  'a 408': { status: 408, body: '' },
  'a 504, after which it may still arrive': { status: 504, body: '' },
  'a 200 with garbage': { status: 200, body: 'certainly!' },
  'a 200 with nothing': { status: 200, body: '' },
  'a 200 with other JSON': { status: 200, body: { ok: true } },
  'a 200 with null': { status: 200, body: 'null' },
  'a 429 of a proxy': { status: 429, headers: { 'retry-after': '3' }, body: 'slow down' },
  'a 429 that says no time': { status: 429, body: {} },
  'a 401 of a proxy': { status: 401, body: { error: 'who are you' } },
  'a 403 of a firewall': { status: 403, body: 'error code: 1010' },
  'a 404, as of a wrong URL': { status: 404, body: 'nothing here' },
  'a 400 without a name': { status: 400, body: { oops: 1 } },
  'a redirect for good': { status: 301, headers: { location: '/elsewhere' }, body: '' },
  'a redirect for now': { status: 302, headers: { location: '/elsewhere' }, body: '' },
  'a redirect of the request': { status: 307, headers: { location: '/elsewhere' }, body: '' },
  'a redirect of the request for good': {
    status: 308,
    headers: { location: '/elsewhere' },
    body: '',
  },
} satisfies Record<string, Answer>
export type Situation = keyof typeof answersOfAnybody

/** What every provider over HTTP promises: an Outcome for whatever happens on the wire, in time, and never an exception. */
export function testProvider(subject: Subject): void {
  describe(`${subject.name} keeps the contract of providers`, () => {
    testAnswers(subject)
    testTrouble(subject, httpWire)
  })
}

function testAnswers({ make, message, outcomes, answers }: Subject): void {
  let server: Listening
  let next: Answer
  let requests = 0
  const situations = Object.entries(answersOfAnybody) as [Situation, Answer][]
  const common = situations.map(([situation, answer]): Example => [
    situation,
    answer,
    outcomes[situation],
  ])

  beforeAll(async () => {
    server = await listen(() => {
      requests++
      const body = typeof next.body === 'string' ? next.body : JSON.stringify(next.body)
      return new Response(next.status === 204 ? null : body, next)
    })
  })
  beforeEach(() => void (requests = 0))
  afterAll(() => server.close())

  test.each([...common, ...answers])('%s', async (_sentence, answer, outcome) => {
    next = answer
    const signal = AbortSignal.timeout(10_000)
    expect(await make(server.url).send([message(7)], 'batch-7', signal)).toMatchObject(outcome)
    expect(requests).toBe(1)
  })

  test('a callback without a signature is not believed', async () => {
    const callback = { url: 'https://status.example/hooks', headers: new Headers(), body: '{}' }
    expect(await make(server.url).receive(callback, 0)).toBeNull()
  })
}
