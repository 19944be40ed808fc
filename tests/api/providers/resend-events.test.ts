import { describe, expect, test } from 'vitest'
import { resend } from '../../../api/providers/resend.ts'
import { svixSignature } from '../../../api/sandbox/signatures.ts'
import { webhookSecret } from '../../support/sandbox.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const seconds = now / 1000
const provider = resend({ apiKey: 're_1', from: 'a@shop.example', fetch, webhookSecret })

type Signing = { body?: string; id?: string; timestamp?: number; secret?: string }

async function signed(body: string, signing: Signing = {}) {
  const { id = 'msg_1', timestamp = seconds, secret = webhookSecret } = signing
  const signature = await svixSignature(secret, id, timestamp, signing.body ?? body)
  const headers = { 'svix-id': id, 'svix-timestamp': `${timestamp}`, 'svix-signature': signature }
  return { url: 'https://status.example/hooks/resend', headers: new Headers(headers), body }
}

const event = (type: string, data: object = {}) =>
  JSON.stringify({
    type,
    created_at: '2026-11-21T12:00:00Z',
    data: { email_id: 'e1', to: ['a@example.com'], tags: { d: '7', a: 'opened000000' }, ...data },
  })

const bounce = (type: string) => ({
  bounce: { type, subType: 'General', message: 'no such box' },
})

describe('an event of Resend is a receipt', () => {
  test.each([
    ['sent is accepted', event('email.sent'), { state: 'accepted' }],
    ['delayed is delayed', event('email.delivery_delayed'), { state: 'delayed' }],
    ['delivered is delivered', event('email.delivered'), { state: 'delivered' }],
    [
      'a permanent bounce suppresses',
      event('email.bounced', bounce('Permanent')),
      { state: 'bounced', suppress: 'bounce', code: 'General', reason: 'no such box' },
    ],
    [
      'a transient bounce does not suppress',
      event('email.bounced', bounce('Transient')),
      { state: 'bounced', suppress: undefined },
    ],
    ['a bounce without a word is a bounce', event('email.bounced'), { state: 'bounced' }],
    [
      'a complaint suppresses',
      event('email.complained'),
      { state: 'complained', suppress: 'complaint' },
    ],
    [
      'failed is failed',
      event('email.failed', { failed: { reason: 'reached_daily_quota' } }),
      { state: 'failed', reason: 'reached_daily_quota' },
    ],
    [
      'what Resend suppressed is suppressed',
      event('email.suppressed', { suppressed: { message: 'on the list', type: 'x' } }),
      { state: 'suppressed', suppress: 'provider', reason: 'on the list' },
    ],
    [
      'a mail without our tag has no delivery',
      event('email.sent', { tags: {} }),
      { delivery: null, announcement: null },
    ],
    [
      'a tag that is no number is nobody’s',
      event('email.sent', { tags: { d: '7x' } }),
      { delivery: null },
    ],
    [
      'a mail without an id is known by its tag',
      event('email.sent', { email_id: undefined }),
      { delivery: 7, announcement: 'opened000000', provider_id: null },
    ],
  ])('%s', async (_sentence, body, receipt) => {
    const events = await provider.receive(await signed(body), now)
    const expected = { event_id: 'msg_1', delivery: 7, provider_id: 'e1', ...receipt }
    expect(events).toEqual({ receipts: [expect.objectContaining(expected)], inbound: [] })
  })

  test.each([
    ['opened', event('email.opened')],
    ['a contact', JSON.stringify({ type: 'contact.created', data: { id: 'c1' } })],
    ['a type of tomorrow', event('email.teleported')],
    ['an event without data', JSON.stringify({ type: 'email.sent' })],
    ['something that is not JSON', 'hello'],
    ['nothing', ''],
  ])('%s is believed and says nothing of a delivery', async (_sentence, body) => {
    expect(await provider.receive(await signed(body), now)).toEqual({ receipts: [], inbound: [] })
  })
})

describe('a signature', () => {
  const body = event('email.delivered')

  test('of the published vector holds', async () => {
    const headers = new Headers({
      'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'svix-timestamp': '1614265330',
      'svix-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
    const callback = { url: 'https://status.example', headers, body: '{"test": 2432232314}' }
    expect(await provider.receive(callback, 1614265330_000)).not.toBeNull()
  })

  test.each([
    ['made now', {}, true],
    ['made 300 s ago', { timestamp: seconds - 300 }, true],
    ['made 301 s ago', { timestamp: seconds - 301 }, false],
    ['made 300 s from now', { timestamp: seconds + 300 }, true],
    ['made 301 s from now', { timestamp: seconds + 301 }, false],
    ['made with another secret', { secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, false],
    ['made of another body', { body: event('email.bounced') }, false],
    [
      'made of the body as serialised again',
      { body: JSON.stringify(JSON.parse(body), null, 1) },
      false,
    ],
  ] as const)('%s: believed is %s', async (_sentence, signing, believed) => {
    expect((await provider.receive(await signed(body, signing), now)) !== null).toBe(believed)
  })

  test.each([
    ['under another id', 'svix-id', 'msg_2'],
    ['under another time', 'svix-timestamp', `${seconds + 1}`],
    ['under no time', 'svix-timestamp', 'soon'],
    ['of another version', 'svix-signature', 'v2,AAAA'],
    ['that is empty', 'svix-signature', ''],
  ])('%s is not believed', async (_sentence, header, value) => {
    const callback = await signed(body)
    callback.headers.set(header, value)
    expect(await provider.receive(callback, now)).toBeNull()
  })

  test.each(['svix-id', 'svix-timestamp', 'svix-signature'])(
    'without %s is not believed',
    async (header) => {
      const callback = await signed(body)
      callback.headers.delete(header)
      expect(await provider.receive(callback, now)).toBeNull()
    },
  )

  test('is found among several, as while the secret rotates', async () => {
    const callback = await signed(body)
    const ours = callback.headers.get('svix-signature')
    callback.headers.set('svix-signature', `v1,AAAA v1a,BBBB ${ours}`)
    expect(await provider.receive(callback, now)).not.toBeNull()
  })

  test('is never believed without a secret to check it', async () => {
    const open = resend({ apiKey: 're_1', from: 'a@shop.example', fetch })
    expect(await open.receive(await signed(body), now)).toBeNull()
  })
})
