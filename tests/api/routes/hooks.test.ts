import { XMLParser } from 'fast-xml-parser'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeTo } from '../../../api/actions/telling/announcements.ts'
import { suppress } from '../../../api/actions/subscribers/suppressions.ts'
import { createApp, type App } from '../../../api/app.ts'
import { speak } from '../../../api/domain/message.ts'
import type { SubscriberState, SuppressionReason } from '../../../api/domain/words.ts'
import { twilio } from '../../../api/providers/twilio.ts'
import { twilioSignature } from '../../../api/sandbox/signatures.ts'
import {
  announcements,
  auditLog,
  deliveries,
  page,
  subscribers,
  suppressions,
  webhookEvents,
} from '../../../db/schema.ts'
import { shopWorld, subscribePeople } from '../../support/shop.ts'
import type { World } from '../../support/world.ts'

const authToken = '12345'
const otherToken = '67890'
const publicUrl = 'https://status.example'
const known = '+4915100000000'
const stranger = '+14155550199'

let w: World
let app: App
let messages = 0

beforeEach(async () => {
  const first = twilio({ accountSid: 'AC1', authToken, from: '+15005550006', publicUrl, fetch })
  const second = twilio({
    name: 'twilio-fallback',
    accountSid: 'AC2',
    authToken: otherToken,
    from: '+15005550010',
    publicUrl,
    fetch,
  })
  w = await shopWorld({ env: { PUBLIC_URL: publicUrl }, providers: [first, second] })
  await subscribePeople(w.deps, 1, 'sms')
  app = createApp(w.deps)
})
afterEach(() => w[Symbol.asyncDispose]())

type Sent = { from?: string; sid?: string; OptOutType?: string }

/** A text that somebody sends to our number; what we answer, or null. */
async function text(Body: string, sent: Sent = {}) {
  const { from = known, sid = `SM${++messages}`, ...more } = sent
  const url = `${publicUrl}/hooks/twilio/inbound`
  const fields = { MessageSid: sid, From: from, To: '+15005550006', Body, ...more }
  const headers = { 'x-twilio-signature': await twilioSignature(authToken, url, fields) }
  const request = new Request(url, { method: 'POST', headers, body: new URLSearchParams(fields) })
  const answer = await app.fetch(request)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^text\/xml/)
  const xml = await answer.text()
  expect(xml).not.toMatch(/&(?!\w+;)/)
  const twiml = new XMLParser({ ignoreDeclaration: true }).parse(xml)
  return (twiml.Response?.Message as string | undefined) ?? null
}

const state = async () => (await w.deps.db.select().from(subscribers))[0]!.state
const silenced = async () => (await w.deps.db.select().from(suppressions)).map((row) => row.reason)

type Row = [string, { OptOutType?: string }, SubscriberState, SuppressionReason[]]

test.each<Row>([
  ['STOP', {}, 'unsubscribed', ['stop']],
  ['stop.', {}, 'unsubscribed', ['stop']],
  [' Unsubscribe ', {}, 'unsubscribed', ['stop']],
  ['END', {}, 'unsubscribed', ['stop']],
  ['quit', {}, 'unsubscribed', ['stop']],
  ['STOPALL', {}, 'unsubscribed', ['stop']],
  ['revoke', {}, 'unsubscribed', ['stop']],
  ['OptOut', {}, 'unsubscribed', ['stop']],
  ['Cancel', {}, 'unsubscribed', ['stop']],
  ['ARRET', { OptOutType: 'STOP' }, 'unsubscribed', ['stop']],
  ['START', {}, 'active', []],
  ['unstop', {}, 'active', []],
  ['Yes!', {}, 'active', []],
  ['HELP', {}, 'active', []],
  ['please stop', {}, 'active', []],
  ['stop', { OptOutType: 'HELP' }, 'active', []],
])('after %j %o a subscriber is %s, silenced for %j', async (body, more, expected, reasons) => {
  await text(body, more)
  expect([await state(), await silenced()]).toEqual([expected, reasons])
})

test.each<Row>([
  ['START', {}, 'active', []],
  ['unstop', {}, 'active', []],
  ['yes', {}, 'active', []],
  ['REPRENDRE', { OptOutType: 'START' }, 'active', []],
  ['begin', {}, 'unsubscribed', ['stop']],
  ['HELP', {}, 'unsubscribed', ['stop']],
  ['STOP', {}, 'unsubscribed', ['stop']],
])('after STOP and %j %o a subscriber is %s, silenced for %j', async (body, more, ...expected) => {
  await text('STOP')
  w.clock.advance(1000)
  await text(body, more)
  expect([await state(), await silenced()]).toEqual(expected)
})

test.each<SuppressionReason>(['complaint', 'manual', 'invalid', 'bounce', 'provider'])(
  'START does not lift what is silenced for %s',
  async (reason) => {
    const addressHash = await w.deps.secrets.hashAddress('sms', known)
    await w.deps.db.write(suppress(w.deps, { channel: 'sms', addressHash }, reason, ''))
    await text('START')
    expect(await silenced()).toEqual([reason])
  },
)

test('START after a STOP that a complaint followed changes nothing', async () => {
  await text('STOP')
  const addressHash = await w.deps.secrets.hashAddress('sms', known)
  await w.deps.db.write(suppress(w.deps, { channel: 'sms', addressHash }, 'complaint', ''))
  await text('START')
  expect([await state(), await silenced()]).toEqual(['unsubscribed', ['complaint']])
})

test('STOP of a number that we never knew is remembered, and START forgets it', async () => {
  await text('STOP', { from: stranger })
  const addressHash = await w.deps.secrets.hashAddress('sms', stranger)
  expect(await w.deps.db.select().from(suppressions)).toMatchObject([
    { channel: 'sms', addressHash, reason: 'stop', createdAt: w.clock.now() },
  ])
  expect(await state()).toBe('active')
  await text('START', { from: stranger })
  expect(await silenced()).toEqual([])
  expect(await w.deps.db.select().from(subscribers)).toHaveLength(1)
})

test('a STOP that is heard again later does not undo the START between them', async () => {
  await text('STOP', { sid: 'SMstop' })
  await text('START')
  await text('STOP', { sid: 'SMstop' })
  expect([await state(), await silenced()]).toEqual(['active', []])
})

test('what was not sent yet is not sent after STOP, and the log names no number', async () => {
  const [subscriber] = await w.deps.db.select().from(subscribers)
  await w.deps.db.write(writeTo(w.deps, subscriber!, 'already_subscribed'))
  await text('STOP')
  expect(await w.deps.db.select().from(deliveries)).toMatchObject([{ state: 'skipped' }])
  expect(JSON.stringify(await w.deps.db.select().from(auditLog))).not.toContain(known)
})

test.each<[string, Sent, boolean]>([
  ['HELP', {}, true],
  ['info', {}, true],
  ['Help?', {}, true],
  ['HELP', { OptOutType: 'HELP' }, false],
  ['STOP', {}, false],
  ['STOP', { OptOutType: 'STOP' }, false],
  ['START', {}, false],
  ['START', { OptOutType: 'START' }, false],
  ['is it fixed?', {}, false],
])('%j with %o is answered by us: %s', async (body, more, isAnswered) => {
  const reply = await text(body, more)
  expect(reply === null).toBe(!isAnswered)
  if (isAnswered) expect(reply).toMatch(/https:\/\/status\.example.*STOP/)
})

const inLocale = (locale: string) =>
  speak(locale)('sms.help', { page: 'Corner Shop', url: publicUrl })

test('HELP is answered in the language of the subscriber, else of the page', async () => {
  await w.deps.db.update(page).set({ locale: 'fr' })
  await w.deps.db.update(subscribers).set({ locale: 'de' })
  expect(await text('HELP')).toBe(inLocale('de'))
  expect(await text('HELP', { from: stranger })).toBe(inLocale('fr'))
})

/** What a sender of Twilio's says, signed with its token. */
async function said(path: string, token: string, fields: Record<string, string>) {
  const url = `${publicUrl}/hooks/twilio/${path}`
  const headers = { 'x-twilio-signature': await twilioSignature(token, url, fields) }
  return app.fetch(new Request(url, { method: 'POST', headers, body: new URLSearchParams(fields) }))
}

test('each of two accounts is believed with its own token, and heard as itself', async () => {
  const [subscriber] = await w.deps.db.select().from(subscribers)
  await w.deps.db.write(writeTo(w.deps, subscriber!, 'already_subscribed'))
  const [announcement] = await w.deps.db.select().from(announcements)
  const status = `status?d=1&a=${announcement!.id}`
  const sent = { MessageSid: 'SM1', MessageStatus: 'sent' }
  const delivered = { MessageSid: 'SM1', MessageStatus: 'delivered' }
  const stop = { MessageSid: 'SM9', From: known, To: '+15005550010', Body: 'STOP' }
  const answers = [
    await said(status, authToken, { ...sent, AccountSid: 'AC1' }),
    await said(status, otherToken, { ...delivered, AccountSid: 'AC2' }),
    await said(status, otherToken, { ...delivered, AccountSid: 'AC1' }),
    await said(status, authToken, { ...delivered, AccountSid: 'AC2' }),
    await said('inbound', otherToken, { ...stop, AccountSid: 'AC2' }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 403, 200])
  expect(await w.deps.db.select().from(deliveries)).toMatchObject([{ state: 'delivered' }])
  expect(await state()).toBe('unsubscribed')
  const heard = await w.deps.db.select().from(webhookEvents)
  expect(heard.map(({ provider, eventId }) => [provider, eventId])).toEqual(
    expect.arrayContaining([
      ['twilio', 'SM1|sent'],
      ['twilio-fallback', 'SM1|delivered'],
      ['twilio-fallback', 'SM9'],
    ]),
  )
})

test('a text without a valid signature changes nothing', async () => {
  const body = new URLSearchParams({ MessageSid: 'SM1', From: known, Body: 'STOP' })
  const headers = { 'x-twilio-signature': 'AAAA' }
  const request = new Request(`${publicUrl}/hooks/twilio/inbound`, {
    method: 'POST',
    headers,
    body,
  })
  expect((await app.fetch(request)).status).toBe(403)
  expect([await state(), await silenced()]).toEqual(['active', []])
})
