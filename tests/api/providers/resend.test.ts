import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Message } from '../../../api/providers/provider.ts'
import { resend } from '../../../api/providers/resend.ts'
import { testProvider, type Example } from '../../support/provider-contract.ts'
import { ofAnAccount } from '../../support/provider-outcomes.ts'
import { testOnSandbox } from '../../support/provider-sandbox.ts'
import { listen, type Listening } from '../../support/listen.ts'
import { resendApiKey, runSandbox, type RunningSandbox } from '../../support/sandbox.ts'

const make = (baseUrl: string) =>
  resend({ apiKey: resendApiKey, from: 'Shop <status@shop.example>', baseUrl, fetch })

function message(delivery: number, to = `person${delivery}@example.com`): Message {
  return {
    delivery,
    id: 'announcement',
    secrets: [],
    to,
    subject: 'Checkout is slow',
    html: `<p>We look into it. <a href="https://s.example/u/${delivery}">Unsubscribe</a></p>`,
    text: `We look into it. https://s.example/u/${delivery}`,
    headers: { 'List-Unsubscribe': `<https://s.example/u/${delivery}>` },
    valid_for_s: 3_600,
  }
}

const error = (status: number, name: string, headers?: Record<string, string>) => ({
  status,
  headers,
  body: { statusCode: status, name, message: `because of ${name}` },
})

const answers: Example[] = [
  [
    'a bad key for idempotency is refused',
    error(400, 'invalid_idempotency_key'),
    {
      kind: 'refused',
      code: 'invalid_idempotency_key',
      reason: 'because of invalid_idempotency_key',
    },
  ],
  ['a malformed request is refused', error(400, 'validation_error'), { kind: 'refused' }],
  ['a missing API key closes', error(401, 'missing_api_key'), { kind: 'closed' }],
  ['a restricted API key closes', error(401, 'restricted_api_key'), { kind: 'closed' }],
  ['an invalid API key closes', error(403, 'invalid_api_key'), { kind: 'closed' }],
  ['a suspended API key closes', error(403, 'suspended_api_key'), { kind: 'closed' }],
  ['a missing permission closes', error(403, 'invalid_permission'), { kind: 'closed' }],
  ['an unverified domain closes', error(403, 'validation_error'), { kind: 'closed' }],
  ['a full account closes', error(403, 'email_above_quota'), { kind: 'closed' }],
  [
    'a client that is not named closes',
    { status: 403, body: 'error code: 1010' },
    { kind: 'closed' },
  ],
  ['a wrong path closes', error(404, 'not_found'), { kind: 'closed' }],
  ['a wrong method closes', error(405, 'method_not_allowed'), { kind: 'closed' }],
  [
    'a request that is still in progress is uncertain',
    error(409, 'concurrent_idempotent_requests'),
    { kind: 'uncertain', retry_after_ms: 2_000 },
  ],
  [
    'another payload under the key has drifted',
    error(409, 'invalid_idempotent_request'),
    { kind: 'drifted' },
  ],
  ['a locked resource is uncertain', error(409, 'resource_locked'), { kind: 'uncertain' }],
  ['a missing field is refused', error(422, 'missing_required_field'), { kind: 'refused' }],
  ['an invalid parameter is refused', error(422, 'invalid_parameter'), { kind: 'refused' }],
  ['an invalid sender closes', error(422, 'invalid_from_address'), { kind: 'closed' }],
  [
    'a rate limit throttles',
    error(429, 'rate_limit_exceeded', { 'retry-after': '2' }),
    { kind: 'throttled', code: 'rate_limit_exceeded', retry_after_ms: 2_000 },
  ],
  [
    'a rate limit without a time waits for the window',
    error(429, 'rate_limit_exceeded', {
      'ratelimit-limit': '2',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '4',
    }),
    {
      kind: 'throttled',
      retry_after_ms: 4_000,
      limits: { limit: 2, remaining: 0, reset_ms: 4_000 },
    },
  ],
  [
    'the quota of the day closes',
    error(429, 'daily_quota_exceeded', { 'retry-after': '3600' }),
    { kind: 'closed', retry_after_ms: 3_600_000 },
  ],
  ['the quota of the month closes', error(429, 'monthly_quota_exceeded'), { kind: 'closed' }],
  ['an error of Resend is uncertain', error(500, 'application_error'), { kind: 'uncertain' }],
  ['a service that is down is uncertain', error(503, 'service_unavailable'), { kind: 'uncertain' }],
  [
    'the status counts, not the one that the body claims',
    { status: 500, body: { statusCode: 422, name: 'missing_required_field', message: '' } },
    { kind: 'uncertain' },
  ],
  [
    'an id too few is uncertain',
    { status: 200, body: { data: [] } },
    { kind: 'uncertain', code: 'unreadable' },
  ],
  [
    'an id too many is uncertain',
    { status: 200, body: { data: [{ id: 'a' }, { id: 'b' }] } },
    { kind: 'uncertain', code: 'unreadable' },
  ],
  [
    'an error about a mail that was not sent is uncertain',
    { status: 200, body: { data: [], errors: [{ index: 1, message: 'no' }] } },
    { kind: 'uncertain', code: 'unreadable' },
  ],
  [
    'the limits come along',
    {
      status: 200,
      headers: { 'ratelimit-limit': '5', 'ratelimit-remaining': '3', 'ratelimit-reset': '1' },
      body: { data: [{ id: 'a' }] },
    },
    { kind: 'answered', limits: { limit: 5, remaining: 3, reset_ms: 1_000 } },
  ],
]

testProvider({ name: 'resend', make, message, outcomes: ofAnAccount, answers })
testOnSandbox({ name: 'resend', make, message })

describe('a batch', () => {
  let running: RunningSandbox
  const send = (messages: Message[], key = 'batch-1') =>
    make(running.url + running.sandbox.resendPath).send(messages, key, AbortSignal.timeout(10_000))

  beforeAll(async () => void (running = await runSandbox()))
  beforeEach(() => running.sandbox.clear())
  afterAll(() => running.close())

  test('one invalid address among 100 refuses one mail, and each id lands on its own', async () => {
    const messages = Array.from({ length: 100 }, (_, i) =>
      i === 41 ? message(i, 'not an address') : message(i),
    )
    const outcome = await send(messages)
    if (outcome.kind !== 'answered') throw expect.fail(outcome.reason)
    expect(outcome.results).toHaveLength(100)
    expect(outcome.results[41]).toMatchObject({ kind: 'refused', suppress: 'invalid' })
    const byId = new Map(running.sandbox.mails.all().map((mail) => [mail.id, mail.delivery]))
    const landed = outcome.results.map((result) =>
      result.kind === 'accepted' ? byId.get(result.provider_id ?? '') : 'refused',
    )
    expect(landed).toEqual(messages.map(({ delivery: i }) => (i === 41 ? 'refused' : `${i}`)))
  })

  test('repeating it under its key sends nobody a second mail', async () => {
    const first = await send([message(1), message(2)])
    expect(await send([message(1), message(2)])).toEqual(first)
    expect(running.sandbox.mails.total).toBe(2)
  })

  test('repeating it after an error that came too late finds what was accepted', async () => {
    running.sandbox.faults.set('resend', 'error_after', 1)
    expect(await send([message(1)])).toMatchObject({ kind: 'uncertain' })
    expect(await send([message(1)])).toMatchObject({ kind: 'answered' })
    expect(running.sandbox.mails.total).toBe(1)
  })

  test('another payload under its key is never sent', async () => {
    await send([message(1)])
    expect(await send([message(2)])).toMatchObject({ kind: 'drifted' })
    expect(running.sandbox.mails.total).toBe(1)
  })

  test('headers, tags, key and both parts arrive', async () => {
    await send([message(1)])
    const { html, text, headers } = message(1)
    expect(running.sandbox.mails.all()).toMatchObject([
      { html, text, headers, tags: { d: '1', a: message(1).id }, idempotency_key: 'batch-1' },
    ])
  })
})

test('each request names its client and how a batch is checked', async () => {
  const requests: Request[] = []
  const server: Listening = await listen((request) => {
    requests.push(request)
    return Response.json({ data: [{ id: 'a' }], errors: [] })
  })
  await make(`${server.url}/`).send([message(1)], 'batch-1', AbortSignal.timeout(10_000))
  await server.close()
  const [request = expect.fail()] = requests
  expect(new URL(request.url).pathname).toBe('/emails/batch')
  expect(Object.fromEntries(request.headers)).toMatchObject({
    authorization: `Bearer ${resendApiKey}`,
    'user-agent': 'allclear',
    'idempotency-key': 'batch-1',
    'x-batch-validation': 'permissive',
  })
})
