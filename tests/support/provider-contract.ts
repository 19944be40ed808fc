import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Outcome } from '../../api/domain/delivery.ts'
import type { Message, Provider } from '../../api/providers/provider.ts'
import { listen, listenRaw, type Listening } from './listen.ts'
import { runSandbox, type RunningSandbox } from './sandbox.ts'

export type Answer = { status: number; headers?: Record<string, string>; body: unknown }
export type Example = [sentence: string, answer: Answer, outcome: object]

export type Subject = {
  name: 'resend' | 'twilio'
  make(baseUrl: string): Provider
  message(delivery: number): Message
  /** What this provider's own errors mean. */
  answers: Example[]
}

const patience = 10_000

/** What every provider promises: an Outcome for whatever happens on the wire, in time, and never an exception. */
export function testProvider(subject: Subject): void {
  describe(`${subject.name} keeps the contract of providers`, () => {
    testOnSandbox(subject)
    testOnWire(subject)
  })
}

function testOnSandbox({ name, make, message }: Subject): void {
  let running: RunningSandbox
  const provider = () => make(running.url + running.sandbox[`${name}Path`])
  const send = (within = patience) =>
    provider().send([message(7)], 'batch-7', AbortSignal.timeout(within))
  const accepted = () => running.sandbox.messages().map(({ delivery }) => delivery)

  beforeAll(async () => void (running = await runSandbox()))
  beforeEach(() => running.sandbox.clear())
  afterAll(() => running.close())

  test('a message is accepted as it is, and its delivery named', async () => {
    const outcome = await send()
    const [{ id, to, from, text, delivery } = expect.fail()] = running.sandbox.messages()
    expect(outcome).toMatchObject({
      kind: 'answered',
      results: [{ kind: 'accepted', provider_id: id }],
    })
    expect({ to, text, delivery }).toEqual({
      to: message(7).to,
      text: message(7).text,
      delivery: '7',
    })
    expect(from).not.toBe('')
  })

  test.each([
    ['too many requests throttle', 'rate_limited', { kind: 'throttled', retry_after_ms: 1_000 }],
    ['a refused key closes the provider', 'auth_refused', { kind: 'closed' }],
    ['a used up quota closes the provider', 'quota_exceeded', { kind: 'closed' }],
    ['an error before accepting is uncertain', 'error_before', { kind: 'uncertain' }],
  ] as const)('%s', async (_sentence, fault, outcome) => {
    running.sandbox.faults.set(name, fault, 1)
    expect(await send()).toMatchObject(outcome)
    expect(accepted()).toEqual([])
    expect(await send()).toMatchObject({ kind: 'answered' })
  })

  test('an error after accepting is uncertain, for the message is on its way', async () => {
    running.sandbox.faults.set(name, 'error_after', 1)
    expect(await send()).toMatchObject({ kind: 'uncertain' })
    expect(accepted()).toEqual(['7'])
  })

  test.each([
    ['silence before accepting', 'hang_before', []],
    ['silence after accepting', 'hang_after', ['7']],
  ] as const)('%s is uncertain when the signal ends', async (_sentence, fault, taken) => {
    running.sandbox.faults.set(name, fault, 1)
    expect(await send(40)).toMatchObject({ kind: 'uncertain', code: 'timeout' })
    expect(accepted()).toEqual(taken)
  })
}

const common: Example[] = [
  ['a bare 500', { status: 500, body: '' }, { kind: 'uncertain' }],
  [
    'a page of a proxy with 502',
    { status: 502, body: '<h1>Bad gateway</h1>' },
    { kind: 'uncertain' },
  ],
  [
    'a 503 that says when to come back',
    { status: 503, headers: { 'retry-after': '7' }, body: '' },
    { kind: 'uncertain', retry_after_ms: 7_000 },
  ],
  ['a 408', { status: 408, body: '' }, { kind: 'uncertain' }],
  [
    'a 200 with garbage',
    { status: 200, body: 'certainly!' },
    { kind: 'uncertain', code: 'unreadable' },
  ],
  ['a 200 with nothing', { status: 200, body: '' }, { kind: 'uncertain', code: 'unreadable' }],
  ['a 200 with other JSON', { status: 200, body: { ok: true } }, { kind: 'uncertain' }],
  ['a 200 with null', { status: 200, body: 'null' }, { kind: 'uncertain' }],
  [
    'a 429 of a proxy',
    { status: 429, headers: { 'retry-after': '3' }, body: 'slow down' },
    { kind: 'throttled', retry_after_ms: 3_000 },
  ],
  [
    'a 429 that says no time',
    { status: 429, body: {} },
    { kind: 'throttled', retry_after_ms: 1_000 },
  ],
  ['a 401 of a proxy', { status: 401, body: { error: 'who are you' } }, { kind: 'closed' }],
  ['a 404, as of a wrong base URL', { status: 404, body: 'nothing here' }, { kind: 'closed' }],
  ['a 400 without a name', { status: 400, body: { oops: 1 } }, { kind: 'refused' }],
]

function testOnWire({ make, message, answers }: Subject): void {
  let server: Listening
  let next: Answer
  let requests: Request[] = []
  const send = (baseUrl: string, signal = AbortSignal.timeout(patience)): Promise<Outcome> =>
    make(baseUrl).send([message(7)], 'batch-7', signal)

  beforeAll(async () => {
    server = await listen((request) => {
      requests.push(request)
      const body = typeof next.body === 'string' ? next.body : JSON.stringify(next.body)
      return new Response(body, { status: next.status, headers: next.headers })
    })
  })
  beforeEach(() => void (requests = []))
  afterAll(() => server.close())

  test.each([...common, ...answers])('%s', async (_sentence, answer, outcome) => {
    next = answer
    expect(await send(server.url)).toMatchObject(outcome)
  })

  test.each([301, 302, 307, 308])('a redirect with %i is not followed', async (status) => {
    next = { status, headers: { location: `${server.url}/elsewhere` }, body: '' }
    expect(await send(server.url)).toMatchObject({ kind: 'closed' })
    expect(requests).toHaveLength(1)
  })

  test('a refused connection is uncertain and says why', async () => {
    const gone = await listen(() => new Response())
    await gone.close()
    const outcome = await send(gone.url)
    expect(outcome).toMatchObject({ kind: 'uncertain', code: 'network' })
    expect(outcome).toHaveProperty('reason', expect.stringContaining('ECONNREFUSED'))
  })

  test('a connection that is cut in the middle of the answer is uncertain', async () => {
    const cutting = await listenRaw((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"data": [', () => response.destroy())
    })
    expect(await send(cutting.url)).toMatchObject({ kind: 'uncertain', code: 'network' })
    await cutting.close()
  })

  test('an answer that drips for ever is uncertain when the signal ends', async () => {
    const dripping = await listenRaw((_request, response) => {
      response.writeHead(200).write(' ')
    })
    const outcome = await send(dripping.url, AbortSignal.timeout(40))
    expect(outcome).toMatchObject({ kind: 'uncertain', code: 'timeout' })
    await dripping.close()
  })

  test('a signal that has ended already sends nothing', async () => {
    expect(await send(server.url, AbortSignal.abort())).toMatchObject({ kind: 'uncertain' })
    expect(requests).toEqual([])
  })

  test('a callback without a signature is not believed', async () => {
    const callback = { url: 'https://status.example/hooks', headers: new Headers(), body: '{}' }
    expect(await make(server.url).receive(callback, Date.now())).toBeNull()
  })
}
