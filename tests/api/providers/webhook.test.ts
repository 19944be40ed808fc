import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Message } from '../../../api/providers/provider.ts'
import { webhook } from '../../../api/providers/webhook.ts'
import { listen, type Listening } from '../../support/listen.ts'
import { fetchAt, messageTo, settingsAt, signedAt } from '../../support/posting.ts'
import { testProvider, type Example } from '../../support/provider-contract.ts'
import { ofAReceiver, refused } from '../../support/provider-outcomes.ts'

const make = (baseUrl: string) => webhook(settingsAt(baseUrl))
const message = (delivery: number) => messageTo('webhook', { delivery })

const said = (text: string) => ({
  kind: 'answered',
  results: [{ kind: 'accepted', provider_id: null, said: text }],
})
const waits = (retryAfter: string, retry_after_ms: number): Example => [
  `a 429 with Retry-After: ${retryAfter}`,
  { status: 429, headers: { 'retry-after': retryAfter }, body: '' },
  { kind: 'throttled', code: 'http_429', retry_after_ms },
]
const day = 86_400_000

const answers: Example[] = [
  ['a 201 is a yes', { status: 201, body: '' }, said('')],
  ['a 204 is a yes', { status: 204, body: '' }, said('')],
  [
    'a challenge that is answered comes back',
    { status: 200, body: { challenge: 'v1.abc' } },
    said('{"challenge":"v1.abc"}'),
  ],
  ['of a long answer 1 KB is read', { status: 200, body: 'é'.repeat(600) }, said('é'.repeat(512))],
  [
    'no character is cut in two',
    { status: 200, body: `a${'é'.repeat(600)}` },
    said(`a${'é'.repeat(511)}`),
  ],
  ['a 410 is a goodbye', { status: 410, body: '' }, refused('http_410', 'unreachable')],
  [
    'a 422 may be mended',
    { status: 422, body: '' },
    { kind: 'deferred', code: 'http_422', reason: 'the receiver answered 422' },
  ],
  waits('90', 90_000),
  waits(new Date(signedAt + 60_000).toUTCString(), 60_000),
  waits(new Date(signedAt - 60_000).toUTCString(), 0),
  waits('99999999999', day),
  waits(new Date(signedAt + 400 * day).toUTCString(), day),
  waits('soon', 1_000),
  waits('-5', 1_000),
]

testProvider({ name: 'webhook', make, message, outcomes: ofAReceiver, answers })

type Received = { url: string; method: string; headers: Record<string, string>; body: string }

describe('a webhook', () => {
  let server: Listening
  let received: Received[] = []
  const send = (change: Partial<Message> = {}) =>
    make(server.url).send([messageTo('webhook', change)], 'batch-7', AbortSignal.timeout(10_000))
  const headersOf = async (change: Partial<Message>) => {
    await send(change)
    const [{ headers } = expect.fail()] = received
    return headers
  }

  beforeAll(async () => {
    server = await listen(async (request) => {
      const { url, method, headers } = request
      const body = await request.text()
      received.push({ url, method, headers: Object.fromEntries(headers), body })
      return new Response()
    })
  })
  beforeEach(() => void (received = []))
  afterAll(() => server.close())

  test('carries the signature of the published vector', async () => {
    expect(await send()).toMatchObject({ kind: 'answered' })
    expect(received).toMatchObject([
      {
        url: `${server.url}/hooks/status`,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Allclear/1 (tests)',
          'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
          'webhook-timestamp': '1614265330',
          'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
        },
        body: '{"test": 2432232314}',
      },
    ])
  })

  test('is believed by receivers with the new and with the old secret while it rotates', async () => {
    const now = Date.now()
    const [fresh, old, foreign] = ['bmV3', 'b2xk', 'b3RoZXI='].map((part) => `whsec_${part}`)
    const rotating = webhook({ fetch: fetchAt(server.url), userAgent: 'a', now: () => now })
    const text = '{"type":"incident.opened","naïve":"🎉"}'
    const sent = messageTo('webhook', { text, secrets: [fresh!, old!] })
    await rotating.send([sent], 'batch-7', AbortSignal.timeout(10_000))
    const [{ headers, body } = expect.fail()] = received
    expect(headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
    expect(new Webhook(fresh!).verify(body, headers)).toEqual(JSON.parse(text))
    expect(new Webhook(old!).verify(body, headers)).toEqual(JSON.parse(text))
    expect(() => new Webhook(foreign!).verify(body, headers)).toThrow('No matching signature')
    const [newest] = headers['webhook-signature']!.split(' ')
    expect(newest).toBe(new Webhook(fresh!).sign(sent.id, new Date(now), text))
  })

  test('keeps its id when it is repeated, and is signed anew at the time of the attempt', async () => {
    let now = signedAt
    const provider = webhook({ fetch: fetchAt(server.url), userAgent: 'a', now: () => now })
    for (now of [signedAt, signedAt + 5_000])
      await provider.send([messageTo('webhook')], 'batch-7', AbortSignal.timeout(10_000))
    const [first, second] = received.map(({ headers }) => headers)
    expect(second!['webhook-id']).toBe(first!['webhook-id'])
    expect(second!['webhook-timestamp']).toBe('1614265335')
    expect(second!['webhook-signature']).not.toBe(first!['webhook-signature'])
  })

  test('takes nothing of a mail’s headers along', async () => {
    const headers = await headersOf({ headers: { authorization: 'Bearer x', 'webhook-id': 'y' } })
    expect(headers).not.toHaveProperty('authorization')
    expect(headers['webhook-id']).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek')
  })

  test.each<[string, Partial<Message>]>([
    ['without a secret', { secrets: [] }],
    ['with a secret that is none', { secrets: ['whsec_not base64!'] }],
    ['with an empty secret', { secrets: ['whsec_'] }],
    ['to no URL', { to: 'hooks' }],
  ])('%s is never sent', async (_sentence, change) => {
    expect(await send(change)).toMatchObject({ kind: 'refused', code: 'impossible' })
    expect(received).toEqual([])
  })

  test('never shares its request', async () => {
    const both = [messageTo('webhook'), messageTo('webhook')]
    const outcome = await make(server.url).send(both, 'b', AbortSignal.timeout(10_000))
    expect(outcome).toMatchObject({ kind: 'refused', code: 'batch' })
    expect(received).toEqual([])
  })

  test('is repeated by the schedule of Standard Webhooks', () => {
    const [second, minute, hour] = [1_000, 60_000, 3_600_000]
    const { name, channel, batchSize, idempotent, independent, ratePerSecond, retries } = make('')
    expect({ name, channel, batchSize, idempotent, independent, ratePerSecond }).toEqual({
      name: 'webhook',
      channel: 'webhook',
      batchSize: 1,
      idempotent: true,
      independent: true,
      ratePerSecond: 0,
    })
    expect(retries).toEqual([
      5 * second,
      5 * minute,
      30 * minute,
      ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour),
    ])
  })
})
