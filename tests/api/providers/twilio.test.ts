import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Message } from '../../../api/providers/provider.ts'
import { twilio, type TwilioSettings } from '../../../api/providers/twilio.ts'
import { listen } from '../../support/listen.ts'
import { testProvider, type Example } from '../../support/provider-contract.ts'
import { ofAnAccount } from '../../support/provider-outcomes.ts'
import { testOnSandbox } from '../../support/provider-sandbox.ts'
import {
  runSandbox,
  twilioAccountSid,
  twilioAuthToken,
  type RunningSandbox,
} from '../../support/sandbox.ts'

const settings = {
  accountSid: twilioAccountSid,
  authToken: twilioAuthToken,
  from: '+15005550006',
  publicUrl: 'https://status.example/',
  fetch,
}
const make = (baseUrl: string, more: Partial<TwilioSettings> = {}) =>
  twilio({ ...settings, baseUrl, ...more })

function message(delivery: number, to = '+14155550100'): Message {
  return {
    delivery,
    id: 'announcement',
    secrets: [],
    to,
    subject: '',
    html: '',
    text: `Checkout is slow. https://s.example/u/${delivery}`,
    headers: {},
    valid_for_s: 3_600,
  }
}

const signal = () => AbortSignal.timeout(10_000)

const error = (status: number, code: number, headers?: Record<string, string>) => ({
  status,
  headers,
  body: { code, message: `because of ${code}`, more_info: 'https://www.twilio.com', status },
})
const created = (more: object) => ({
  status: 201,
  body: { sid: `SM${'0'.repeat(32)}`, status: 'queued', error_code: null, ...more },
})
const refused = (code: number, suppress?: string, elsewhere?: true) => ({
  kind: 'answered',
  results: [
    { kind: 'refused', code: String(code), reason: `because of ${code}`, suppress, elsewhere },
  ],
})
const onlyHere = (code: number) => refused(code, undefined, true)

const answers: Example[] = [
  ['an invalid number is refused and left alone', error(400, 21211), refused(21211, 'invalid')],
  ['a number without SMS is refused and left alone', error(400, 21614), refused(21614, 'invalid')],
  ['a landline is refused and left alone', error(400, 21635), refused(21635, 'invalid')],
  ['who opted out is refused and left alone', error(400, 21610), refused(21610, 'stop')],
  ['a country that is switched off is for another sender', error(400, 21408), onlyHere(21408)],
  ['a route that does not exist is for another sender', error(400, 21612), onlyHere(21612)],
  ['a number that a trial must not reach is for another', error(400, 21608), onlyHere(21608)],
  ['a text that is too long is refused', error(400, 21617), { kind: 'refused', code: '21617' }],
  ['a wrong token closes', error(401, 20003), { kind: 'closed', code: '20003' }],
  ['an account that is not active closes', error(403, 20005), { kind: 'closed' }],
  ['a suspended account closes', error(400, 30002), { kind: 'closed' }],
  ['a sender that is not ours closes', error(400, 21606), { kind: 'closed' }],
  ['an unknown account closes', error(404, 20404), { kind: 'closed' }],
  ['a callback URL that Twilio cannot reach closes', error(400, 21609), { kind: 'closed' }],
  ['the limit of the day closes', error(429, 63038), { kind: 'closed', code: '63038' }],
  [
    'too many requests throttle',
    error(429, 20429, { 'retry-after': '2' }),
    { kind: 'throttled', retry_after_ms: 2_000 },
  ],
  [
    'a full queue closes for a minute',
    error(429, 21611),
    { kind: 'closed', code: '21611', retry_after_ms: 60_000 },
  ],
  [
    'an overflow closes for a minute',
    error(400, 30001),
    { kind: 'closed', code: '30001', retry_after_ms: 60_000 },
  ],
  [
    'a full queue closes for as long as it says',
    error(429, 21611, { 'retry-after': '90' }),
    { kind: 'closed', retry_after_ms: 90_000 },
  ],
  ['an error of Twilio is uncertain', error(500, 20500), { kind: 'uncertain', code: '20500' }],
  ['a service that is down is uncertain', error(503, 20503), { kind: 'uncertain' }],
  [
    'an error in the form of RFC 9457 is read',
    { status: 401, body: { type: 'about:blank', title: 'Authenticate', status: 401, code: 20003 } },
    { kind: 'closed', code: '20003', reason: 'Authenticate' },
  ],
  [
    'a message that failed at birth is refused',
    created({ status: 'failed', error_code: 30006, error_message: 'landline' }),
    {
      kind: 'answered',
      results: [{ kind: 'refused', code: '30006', reason: 'landline', suppress: 'invalid' }],
    },
  ],
  [
    'a message that failed at birth for a full queue closes',
    created({ status: 'failed', error_code: 30001, error_message: 'overflow' }),
    { kind: 'closed', code: '30001', reason: 'overflow', retry_after_ms: 60_000 },
  ],
  [
    'a message that failed at birth of a suspended account closes',
    created({ status: 'failed', error_code: 30002, error_message: 'suspended' }),
    { kind: 'closed', code: '30002', reason: 'suspended' },
  ],
  [
    'a message that failed at birth without a code is refused',
    created({ status: 'undelivered' }),
    { kind: 'answered', results: [{ kind: 'refused', code: '0', reason: 'undelivered' }] },
  ],
  [
    'a message without a sid is uncertain',
    created({ sid: 'hello' }),
    { kind: 'uncertain', code: 'unreadable' },
  ],
]

const makeSecond = (baseUrl: string) =>
  make(baseUrl, { name: 'twilio-fallback', from: '+15005550010', sharesAccount: true })

testProvider({ name: 'twilio', make, message, outcomes: ofAnAccount, answers })
testProvider({
  name: 'twilio-fallback',
  make: makeSecond,
  message,
  outcomes: ofAnAccount,
  answers,
})
testOnSandbox({ name: 'twilio', make, message })
testOnSandbox({ name: 'twilio', make: makeSecond, message })

test.each<[string, Partial<TwilioSettings>, number]>([
  ['a long code carries one segment a second', { from: '+4915735980000' }, 1],
  ['a toll-free number three', { from: '+18885550100' }, 3],
  ['a number that only begins like one does not', { from: '+18105550100' }, 1],
  ['a short code of five digits a hundred', { from: '24680' }, 100],
  ['a short code of six too', { from: '246801' }, 100],
  ['a messaging service ten', { messagingServiceSid: 'MG1' }, 10],
  ['as many as the account was granted', { ratePerSecond: 40 }, 40],
])('%s', (_, sender, rate) => {
  expect(make('http://nobody.invalid', sender).ratePerSecond).toBe(rate)
})

test.each([
  [1, 'x'.repeat(160)],
  [2, 'x'.repeat(161)],
  [1, '点'.repeat(70)],
  [2, '点'.repeat(71)],
])('%i segments are what a text takes of the rate', (segments, text) => {
  expect(make('http://nobody.invalid').cost?.({ ...message(1), text })).toBe(segments)
})

describe('a text', () => {
  let running: RunningSandbox
  const provider = (more?: Partial<TwilioSettings>) =>
    make(running.url + running.sandbox.twilioPath, more)

  beforeAll(async () => void (running = await runSandbox()))
  beforeEach(() => running.sandbox.clear())
  afterAll(() => running.close())

  test('goes out with its callback, its sender and the time until which it is worth something', async () => {
    const forms: URLSearchParams[] = []
    const server = await listen(async (request) => {
      forms.push(new URLSearchParams(await request.text()))
      return Response.json(created({}).body, { status: 201 })
    })
    const long = { ...message(7), valid_for_s: 1_000_000 }
    await make(server.url).send([message(7)], 'b', signal())
    await make(server.url, { messagingServiceSid: 'MG1' }).send([long], 'b', signal())
    await server.close()
    const common = {
      To: '+14155550100',
      Body: message(7).text,
      StatusCallback: `https://status.example/hooks/twilio/status?d=7&a=${message(7).id}`,
    }
    expect(forms.map((form) => Object.fromEntries(form))).toEqual([
      { ...common, From: '+15005550006', ValidityPeriod: '3600' },
      { ...common, MessagingServiceSid: 'MG1', ValidityPeriod: '36000' },
    ])
  })

  test('never shares its request', async () => {
    const outcome = await provider().send([message(1), message(2)], 'b', signal())
    expect(outcome).toMatchObject({ kind: 'refused' })
    expect(running.sandbox.texts.total).toBe(0)
  })

  test('that was accepted before an error is found by its body', async () => {
    running.sandbox.faults.set('twilio', 'error_after', 1)
    const sentAt = Date.now()
    expect(await provider().send([message(1)], 'b', signal())).toMatchObject({ kind: 'uncertain' })
    const [text = expect.fail()] = running.sandbox.texts.all()
    expect(await provider().find?.(message(1), sentAt, signal())).toEqual({
      provider_id: text.id,
      isUndelivered: false,
    })
    expect(await provider().find?.(message(2), sentAt, signal())).toBeNull()
    expect(await provider().find?.(message(1, '+14155550199'), sentAt, signal())).toBeNull()
  })

  test.each([
    ['failed', null],
    ['canceled', null],
    ['undelivered', { provider_id: 'SM1', isUndelivered: true }],
    ['queued', { provider_id: 'SM1', isUndelivered: false }],
  ])('that is %s is found as %j', async (status, expected) => {
    const listed = {
      sid: 'SM1',
      body: message(1).text,
      status,
      date_created: new Date().toUTCString(),
    }
    const server = await listen(() => Response.json({ messages: [listed] }))
    const found = await make(server.url).find?.(message(1), 0, signal())
    expect(found).toEqual(expected)
    await server.close()
  })

  test('that was sent again is found where it arrived', async () => {
    const one = { body: message(1).text, date_created: new Date().toUTCString() }
    const messages = [
      { ...one, sid: 'SM2', status: 'undelivered' },
      { ...one, sid: 'SM1', status: 'delivered' },
    ]
    const server = await listen(() => Response.json({ messages }))
    const found = await make(server.url).find?.(message(1), 0, signal())
    expect(found).toMatchObject({ provider_id: 'SM1', isUndelivered: false })
    await server.close()
  })

  const old = new Date(Date.now() - 3_600_000).toUTCString()

  test.each<[string, object, unknown]>([
    ['has no body', { body: null }, 'unknown'],
    ['has no id', { sid: null }, 'unknown'],
    ['has no status', { status: null }, 'unknown'],
    ['has no date', { date_created: null }, 'unknown'],
    ['has no id, but other words', { sid: null, body: 'Something else' }, null],
    ['has no body, but is older', { body: null, date_created: old }, null],
    ['has no body, but never left', { body: null, status: 'failed' }, null],
  ])('may be an entry that %s', async (_, change, expected) => {
    const entry = {
      sid: 'SM2',
      body: message(1).text,
      status: 'sent',
      date_created: new Date().toUTCString(),
      ...change,
    }
    const own = {
      ...entry,
      sid: 'SM1',
      body: message(2).text,
      date_created: new Date().toUTCString(),
    }
    const messages = [entry, { ...own, status: 'sent' }]
    const server = await listen(() => Response.json({ messages }))
    const sentAfter = Date.now() - 60_000
    expect(await make(server.url).find?.(message(1), sentAfter, signal())).toEqual(expected)
    expect(await make(server.url).find?.(message(2), sentAfter, signal())).toMatchObject({
      provider_id: 'SM1',
    })
    await server.close()
  })

  test('of long ago is not the one that was sent now', async () => {
    await provider().send([message(1)], 'b', signal())
    const muchLater = Date.now() + 3_600_000
    expect(await provider().find?.(message(1), muchLater, signal())).toBeNull()
  })

  test('is not declared absent when the page is full of newer ones', async () => {
    for (let i = 0; i < 50; i++) await provider().send([message(i)], 'b', signal())
    expect(await provider().find?.(message(99), Date.now(), signal())).toBe('unknown')
  })

  test.each([
    ['the key is refused', { status: 401, body: '{"code":20003}' }, 'closed'],
    ['Twilio fails', { status: 500, body: '' }, 'uncertain'],
    ['Twilio is asked too often', { status: 429, body: '{"code":20429}' }, 'throttled'],
    ['the list is garbage', { status: 200, body: 'no list' }, 'uncertain'],
    ['the answer holds no list', { status: 200, body: '{"messages":{"sid":1}}' }, 'uncertain'],
    ['an entry cannot be read', { status: 200, body: '{"messages":[{"sid":1}]}' }, null],
    ['the question is refused', { status: 400, body: '{"code":20001}' }, null],
  ])('stays unknown when %s', async (_sentence, { status, body }, kind) => {
    const server = await listen(() => new Response(body, { status }))
    const found = await make(server.url).find?.(message(1), 0, signal())
    expect(found).toEqual(kind === null ? 'unknown' : expect.objectContaining({ kind }))
    await server.close()
    expect(await make(server.url).find?.(message(1), 0, signal())).toMatchObject({
      kind: 'uncertain',
      code: 'network',
    })
  })
})
