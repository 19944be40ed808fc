import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSandbox } from '../../../api/sandbox/sandbox.ts'
import type { SandboxOptions } from '../../../api/sandbox/options.ts'
import { listen, until, type Listening } from '../../support/listen.ts'
import {
  resendApiKey,
  runSandbox,
  sandboxOptions,
  webhookSecret,
  type RunningSandbox,
} from '../../support/sandbox.ts'
import { resend } from '../../../api/providers/resend.ts'

const start = Date.parse('2026-11-21T12:00:00Z')
const mail = (to: unknown = 'a@example.com', more = {}) => ({
  from: 'Shop <status@shop.example>',
  to,
  subject: 'Hello',
  text: 'Hello there',
  ...more,
})

/** The sandbox without a port, and a clock that a test moves. */
function desk(options: Partial<SandboxOptions> = {}) {
  const clock = { time: start, now: () => clock.time }
  const sandbox = createSandbox({ ...sandboxOptions, clock, ...options })
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await sandbox.app.request(`/resend${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { authorization: `Bearer ${resendApiKey}`, 'user-agent': 'test', ...headers },
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    }
  }
  return { clock, sandbox, post }
}

describe('who asks', () => {
  test.each([
    ['nobody', { authorization: '' }, 401, { name: 'missing_api_key' }],
    [
      'somebody with another key',
      { authorization: 'Bearer re_2' },
      403,
      { name: 'invalid_api_key' },
    ],
    ['a client without a name', { 'user-agent': '' }, 403, 'error code: 1010'],
  ])('%s is refused', async (_sentence, headers, status, body) => {
    const { sandbox, post } = desk()
    const answer = await post('/emails', mail(), headers)
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual(typeof body === 'string' ? body : expect.objectContaining(body))
    expect(sandbox.mails.total).toBe(0)
  })

  test('a path that Resend does not have is not found', async () => {
    expect((await desk().post('/mails', mail())).body).toMatchObject({ name: 'not_found' })
  })
})

describe('a mail', () => {
  test('is accepted with an id, once per request', async () => {
    const { sandbox, post } = desk()
    const { status, body } = await post('/emails', mail(['a@example.com']))
    expect({ status, body }).toEqual({ status: 200, body: { id: sandbox.mails.all()[0]?.id } })
    await post('/emails', mail())
    expect(sandbox.mails.recipients.get('a@example.com')).toBe(2)
    expect(sandbox.mails.duplicates).toBe(1)
  })

  test.each([
    ['no sender', mail('a@example.com', { from: undefined }), 'missing_required_field', '`from`'],
    ['no recipient', mail(null, { to: undefined }), 'missing_required_field', '`to`'],
    [
      'no subject',
      mail('a@example.com', { subject: undefined }),
      'missing_required_field',
      '`subject`',
    ],
    [
      'no content',
      mail('a@example.com', { text: undefined }),
      'validation_error',
      '`html` or `text`',
    ],
    ['a recipient that is none', mail('a@example'), 'validation_error', '`to`'],
    [
      '51 recipients',
      mail(Array.from({ length: 51 }, (_, i) => `a${i}@example.com`)),
      'validation_error',
      '`to`',
    ],
    [
      'a tag with a space',
      mail('a@example.com', { tags: [{ name: 'd', value: 'a b' }] }),
      'validation_error',
      'Tags',
    ],
    [
      'a header that is no text',
      mail('a@example.com', { headers: { a: 1 } }),
      'validation_error',
      '`headers`',
    ],
    ['something else', 'null', 'validation_error', 'not an email'],
    ['no JSON', '{', 'validation_error', 'not an email'],
  ])('with %s is refused', async (_sentence, body, name, words) => {
    const { sandbox, post } = desk()
    const answer = await post('/emails', body)
    expect(answer.body).toEqual({ statusCode: 422, name, message: expect.stringContaining(words) })
    expect(sandbox.mails.total).toBe(0)
  })
})

describe('a batch', () => {
  const batch = [mail('a@example.com'), mail('nobody'), mail('c@example.com')]

  test('is refused whole for one invalid mail when strict', async () => {
    const { sandbox, post } = desk()
    const answer = await post('/emails/batch', batch)
    expect(answer.body).toMatchObject({ statusCode: 422, message: expect.stringContaining('[1]') })
    expect(sandbox.mails.total).toBe(0)
  })

  test('sends the others when permissive', async () => {
    const { sandbox, post } = desk()
    const answer = await post('/emails/batch', batch, { 'x-batch-validation': 'permissive' })
    const [a, c] = sandbox.mails.all()
    expect(answer.body).toEqual({
      data: [{ id: a?.id }, { id: c?.id }],
      errors: [{ index: 1, message: expect.stringContaining('`to`') }],
    })
    expect([a?.to, c?.to]).toEqual(['a@example.com', 'c@example.com'])
  })

  test.each([
    ['nothing', []],
    ['101 mails', Array.from({ length: 101 }, () => mail())],
    ['a single mail', mail()],
  ])('of %s is refused', async (_sentence, body) => {
    expect((await desk().post('/emails/batch', body)).status).toBe(422)
  })
})

describe('an idempotency key', () => {
  const key = { 'idempotency-key': 'k1' }

  test('answers the same payload again without sending it', async () => {
    const { sandbox, post } = desk()
    const first = await post('/emails', mail(), key)
    expect((await post('/emails', mail(), key)).body).toEqual(first.body)
    expect(sandbox.mails.total).toBe(1)
  })

  test('refuses another payload, and the same one at the other endpoint', async () => {
    const { sandbox, post } = desk()
    await post('/emails', mail(), key)
    for (const answer of [
      await post('/emails', mail('b@example.com'), key),
      await post('/emails/batch', mail(), key),
    ]) {
      expect(answer.body).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' })
    }
    expect(sandbox.mails.total).toBe(1)
  })

  test('refuses a second request while the first is in progress', async () => {
    const { sandbox, post } = desk()
    const answers = await Promise.all([post('/emails', mail(), key), post('/emails', mail(), key)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      name: 'concurrent_idempotent_requests',
    })
    expect(sandbox.mails.total).toBe(1)
  })

  test('is free again after 24 hours', async () => {
    const { clock, sandbox, post } = desk()
    await post('/emails', mail(), key)
    clock.time += 24 * 3_600_000 - 1
    await post('/emails', mail(), key)
    expect(sandbox.mails.total).toBe(1)
    clock.time += 1
    await post('/emails', mail(), key)
    expect(sandbox.mails.total).toBe(2)
  })

  test('is not used up by a refused request', async () => {
    const { post } = desk()
    expect((await post('/emails', mail('nobody'), key)).status).toBe(422)
    expect((await post('/emails', mail(), key)).status).toBe(200)
  })

  test('is kept by a request whose answer was lost', async () => {
    const { sandbox, post } = desk()
    sandbox.faults.set('resend', 'error_after', 1)
    expect((await post('/emails', mail(), key)).status).toBe(500)
    expect((await post('/emails', mail(), key)).body).toEqual({ id: sandbox.mails.all()[0]?.id })
  })

  test('of 257 characters is refused', async () => {
    const answer = await desk().post('/emails', mail(), { 'idempotency-key': 'k'.repeat(257) })
    expect(answer.body).toMatchObject({ statusCode: 400, name: 'invalid_idempotency_key' })
  })
})

test('the rate is told and kept', async () => {
  const { clock, post } = desk({ rate: 2 })
  const ask = async () => {
    const { status, headers } = await post('/emails', mail())
    return [
      status,
      ...['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`)),
      headers.get('retry-after'),
    ]
  }
  expect(await ask()).toEqual([200, '2', '1', '1', null])
  expect(await ask()).toEqual([200, '2', '0', '1', null])
  expect(await ask()).toEqual([429, '2', '0', '1', '1'])
  clock.time += 1_000
  expect(await ask()).toEqual([200, '2', '1', '1', null])
})

describe('webhooks', () => {
  let receiver: Listening
  let running: RunningSandbox
  let refuseFirst = 0
  let events: { type: string; tags: Record<string, string>; id: string; receipts: unknown[] }[]
  const provider = resend({ apiKey: resendApiKey, from: 'a@b.example', fetch, webhookSecret })
  const send = (to: string) =>
    fetch(`${running.url}/resend/emails`, {
      method: 'POST',
      headers: { authorization: `Bearer ${resendApiKey}`, 'user-agent': 'test' },
      body: JSON.stringify(mail(to, { tags: [{ name: 'd', value: '7' }] })),
    })
  const types = () => events.map(({ type }) => type).toSorted()

  beforeEach(async () => {
    events = []
    refuseFirst = 0
    receiver = await listen(async (request) => {
      if (refuseFirst-- > 0) return new Response('not now', { status: 503 })
      const body = await request.text()
      const { type, data } = JSON.parse(body)
      const read = await provider.receive(
        { url: request.url, headers: request.headers, body },
        Date.now(),
      )
      const id = request.headers.get('svix-id') ?? ''
      events.push({ type, tags: data.tags, id, receipts: read?.receipts ?? [] })
      return new Response(null, {
        status: new URL(request.url).pathname === '/hooks/resend' ? 204 : 404,
      })
    })
    running = await runSandbox({ webhookUrl: () => receiver.url })
  })
  afterEach(async () => {
    await running.close()
    await receiver.close()
  })

  test.each([
    ['an ordinary address', 'a@example.com', ['email.delivered', 'email.sent']],
    ['delivered@resend.dev', 'delivered@resend.dev', ['email.delivered', 'email.sent']],
    ['bounced@resend.dev', 'bounced+1@resend.dev', ['email.bounced', 'email.sent']],
    [
      'complained@resend.dev',
      'complained@resend.dev',
      ['email.complained', 'email.delivered', 'email.sent'],
    ],
  ])('%s: signed, with the tags of the mail', async (_sentence, to, expected) => {
    await send(to)
    await until(() => events.length === expected.length)
    expect(types()).toEqual(expected)
    for (const { tags, receipts } of events) {
      expect(tags).toEqual({ d: '7' })
      expect(receipts).toMatchObject([{ delivery: 7 }])
    }
  })

  test('a switched bounce comes back, once', async () => {
    running.sandbox.faults.set('resend', 'bounce', 1)
    await send('a@example.com')
    await send('b@example.com')
    await until(() => events.length === 4)
    expect(types()).toEqual(['email.bounced', 'email.delivered', 'email.sent', 'email.sent'])
  })

  test('one that is not taken comes again under the same id', async () => {
    refuseFirst = 1
    await send('a@example.com')
    await until(() => events.length === 2)
    expect(types()).toEqual(['email.delivered', 'email.sent'])
  })
})
