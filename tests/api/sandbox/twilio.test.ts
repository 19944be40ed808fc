import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSandbox } from '../../../api/sandbox/sandbox.ts'
import { countSegments } from '../../../api/sandbox/twilio/segments.ts'
import { twilio } from '../../../api/providers/twilio.ts'
import type { CallbackEvents } from '../../../api/providers/provider.ts'
import { listen, until, type Listening } from '../../support/listen.ts'
import {
  runSandbox,
  sandboxOptions,
  twilioAccountSid,
  twilioAuthToken,
  type RunningSandbox,
} from '../../support/sandbox.ts'

const path = `/twilio/2010-04-01/Accounts/${twilioAccountSid}`
const authorization = `Basic ${btoa(`${twilioAccountSid}:${twilioAuthToken}`)}`
const sms = { To: '+14155550100', From: '+15005550006', Body: 'Hello' }

function desk() {
  const sandbox = createSandbox(sandboxOptions)
  const ask = async (below: string, init: RequestInit = {}) => {
    const headers = { authorization, ...init.headers }
    const response = await sandbox.app.request(path + below, { ...init, headers })
    return { status: response.status, body: await response.json() }
  }
  const post = (form: Record<string, string>, headers = {}) =>
    ask('/Messages.json', { method: 'POST', body: new URLSearchParams(form), headers })
  return { sandbox, ask, post }
}

describe('a text', () => {
  test('is created as a message of Twilio, and each time anew', async () => {
    const { sandbox, ask, post } = desk()
    const { status, body } = await post(sms)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      status: 'queued',
      to: sms.To,
      from: sms.From,
      body: 'Hello',
      num_segments: '1',
      date_sent: null,
      error_code: null,
    })
    expect((await ask(`/Messages/${body.sid}.json`)).body).toEqual(body)
    await post(sms)
    expect(sandbox.texts.recipients.get(sms.To)).toBe(2)
    expect(sandbox.texts.duplicates).toBe(1)
  })

  test('of a messaging service is accepted first', async () => {
    const { body } = await desk().post({ To: sms.To, Body: 'Hello', MessagingServiceSid: 'MG1' })
    expect(body).toMatchObject({ status: 'accepted', messaging_service_sid: 'MG1' })
  })

  test.each([
    ['no recipient', { To: '' }, 21604],
    ['no sender', { From: '' }, 21603],
    ['no text', { Body: '' }, 21602],
    ['1601 characters', { Body: 'a'.repeat(1601) }, 21617],
    ['a number without a plus', { To: '14155550100' }, 21211],
    ['letters for a number', { To: '+1415CALLNOW' }, 21211],
    ['a callback that is no URL', { StatusCallback: 'here' }, 21609],
    ['no validity', { ValidityPeriod: '0' }, 90007],
    ['too long a validity', { ValidityPeriod: '36001' }, 90007],
    ['the number that is invalid', { To: '+15005550001' }, 21211],
    ['the number without a route', { To: '+15005550002' }, 21612],
    ['the number abroad', { To: '+15005550003' }, 21408],
    ['the number that opted out', { To: '+15005550004' }, 21610],
    ['the number without SMS', { To: '+15005550009' }, 21614],
    ['the sender that is invalid', { From: '+15005550001' }, 21212],
    ['the sender that is not ours', { From: '+15005550007' }, 21606],
  ])('with %s is refused', async (_sentence, more, code) => {
    const { sandbox, post } = desk()
    const { status, body } = await post({ ...sms, ...more })
    expect({ status, body }).toMatchObject({ status: 400, body: { status: 400, code } })
    expect(sandbox.texts.total).toBe(0)
  })

  test('from the sender whose queue is full is too much', async () => {
    expect(await desk().post({ ...sms, From: '+15005550008' })).toMatchObject({
      status: 429,
      body: { code: 21611 },
    })
  })

  test('of somebody with another token is refused', async () => {
    const { sandbox, post } = desk()
    const answer = await post(sms, { authorization: `Basic ${btoa(`${twilioAccountSid}:x`)}` })
    expect(answer).toMatchObject({ status: 401, body: { code: 20003 } })
    expect(sandbox.texts.total).toBe(0)
  })
})

test('the list is of one number, newest first, in pages', async () => {
  const { ask, post } = desk()
  for (const Body of ['one', 'two', 'three']) await post({ ...sms, Body })
  await post({ ...sms, To: '+14155550199', Body: 'other' })
  const query = new URLSearchParams({ To: sms.To, PageSize: '2' })
  const { body } = await ask(`/Messages.json?${query}`)
  expect(body.messages.map(({ body: text }: { body: string }) => text)).toEqual(['three', 'two'])
  expect(body).toMatchObject({ page: 0, page_size: 2, previous_page_uri: null })
  const next = await ask(body.next_page_uri.slice(body.next_page_uri.indexOf('/Messages')))
  expect(next.body).toMatchObject({ messages: [{ body: 'one' }], next_page_uri: null })
})

test('an unknown message and an unknown account are not found', async () => {
  const { sandbox, ask } = desk()
  expect(await ask('/Messages/SM0.json')).toMatchObject({ status: 404, body: { code: 20404 } })
  const other = await sandbox.app.request('/twilio/2010-04-01/Accounts/AC9/Messages.json')
  expect(other.status).toBe(404)
})

test.each([
  ['160 of GSM', 'a'.repeat(160), 1],
  ['161 of GSM', 'a'.repeat(161), 2],
  ['extended characters count twice', '€'.repeat(81), 2],
  ['70 with an emoji', '🎉'.repeat(35), 1],
  ['one curly quote in 71', '’'.repeat(71), 2],
])('%s: segments', (_sentence, text, segments) => {
  expect(countSegments(text)).toBe(segments)
})

describe('callbacks', () => {
  let receiver: Listening
  let running: RunningSandbox
  let events: CallbackEvents[]
  let twiml = '<Response/>'
  const provider = twilio({
    accountSid: twilioAccountSid,
    authToken: twilioAuthToken,
    from: sms.From,
    publicUrl: 'http://unused.example',
    fetch,
  })
  const send = (form: Record<string, string>) =>
    fetch(`${running.url}${path}/Messages.json`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
    })
  const answer = (text: string) =>
    fetch(`${running.url}/phones/${encodeURIComponent(sms.To)}/reply`, {
      method: 'POST',
      body: new URLSearchParams({ text }),
    }).then((response) => response.text())
  const callback = () => `${receiver.url}/hooks/twilio/status?d=7`
  const states = () =>
    events.flatMap(({ receipts }) => receipts.map(({ event_id }) => event_id.split('|')[1]))

  beforeEach(async () => {
    events = []
    twiml = '<Response/>'
    receiver = await listen(async (request) => {
      const { url, headers } = request
      const read = await provider.receive({ url, headers, body: await request.text() }, Date.now())
      if (read === null) return new Response('forged', { status: 403 })
      events.push(read)
      return new Response(twiml, { headers: { 'content-type': 'text/xml' } })
    })
    running = await runSandbox({ webhookUrl: () => receiver.url })
  })
  afterEach(async () => {
    await running.close()
    await receiver.close()
  })

  test.each([
    ['a number', sms, ['sent', 'delivered']],
    [
      'a messaging service',
      { To: sms.To, Body: 'Hello', MessagingServiceSid: 'MG1' },
      ['queued', 'sent', 'delivered'],
    ],
  ])('tell what became of a text from %s', async (_sentence, form, expected) => {
    await send({ ...form, StatusCallback: callback() })
    await until(() => events.length === expected.length)
    expect(states().toSorted()).toEqual(expected.toSorted())
    expect(events[0]?.receipts).toMatchObject([{ delivery: 7 }])
  })

  test('tell of a handset that cannot be reached', async () => {
    running.sandbox.faults.set('twilio', 'undelivered', 1)
    await send({ ...sms, StatusCallback: callback() })
    await until(() => events.length === 2)
    expect(states().toSorted()).toEqual(['sent', 'undelivered'])
    expect(events.flatMap(({ receipts }) => receipts)).toContainEqual(
      expect.objectContaining({ state: 'undelivered', code: '30003' }),
    )
  })

  test('a STOP reaches the service, and no text reaches the person until START', async () => {
    await send(sms)
    await answer('Stop')
    expect(events.at(-1)?.inbound).toMatchObject([
      { from: sms.To, keyword: 'stop', answered: false },
    ])
    expect(await (await send(sms)).json()).toMatchObject({ code: 21610 })
    await answer('start')
    expect((await send(sms)).status).toBe(201)
  })

  test('a STOP to one sender says nothing of another', async () => {
    await send(sms)
    await answer('STOP')
    expect((await send({ ...sms, From: '+15005550010' })).status).toBe(201)
  })

  test('a messaging service names the opt-out and has answered it', async () => {
    await send({ To: sms.To, Body: 'Hello', MessagingServiceSid: 'MG1' })
    const page = await answer('help')
    expect(events.at(-1)?.inbound).toMatchObject([{ keyword: 'help', answered: true }])
    expect(page).toContain('answered by Twilio')
  })

  test('what the service answers is shown on the phone', async () => {
    twiml =
      '<?xml version="1.0"?><Response><Message>All &lt;clear&gt; &amp; well</Message></Response>'
    await send(sms)
    expect(await answer('Is it fixed?')).toContain('All &lt;clear&gt; &amp; well')
    expect(events.at(-1)?.inbound).toMatchObject([{ keyword: null }])
  })
})
