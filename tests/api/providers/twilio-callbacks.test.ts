import { describe, expect, test } from 'vitest'
import { twilio } from '../../../api/providers/twilio.ts'
import { twilioSignature } from '../../../api/sandbox/signatures.ts'

const authToken = '12345'
const publicUrl = 'https://status.example'
const statusUrl = `${publicUrl}/hooks/twilio/status?d=7&a=opened000000`
const inboundUrl = `${publicUrl}/hooks/twilio/inbound`
const provider = twilio({ accountSid: 'AC1', authToken, from: '+15005550006', publicUrl, fetch })

async function signed(url: string, fields: Record<string, string>, signature?: string) {
  const headers = new Headers({
    'x-twilio-signature': signature ?? (await twilioSignature(authToken, url, fields)),
  })
  return { url, headers, body: new URLSearchParams(fields).toString() }
}

const status = (MessageStatus: string, more = {}) => ({
  MessageSid: 'SM1',
  SmsSid: 'SM1',
  MessageStatus,
  To: '+14155550100',
  RawDlrDoneDate: '2611211200',
  ...more,
})

describe('a status callback is a receipt', () => {
  test.each([
    ['queued', {}, { state: 'accepted' }],
    ['sending', {}, { state: 'accepted' }],
    ['sent', {}, { state: 'accepted' }],
    ['delivered', {}, { state: 'delivered', suppress: undefined }],
    ['read', {}, { state: 'delivered' }],
    [
      'undelivered',
      { ErrorCode: '30003' },
      { state: 'undelivered', code: '30003', suppress: undefined },
    ],
    ['undelivered', { ErrorCode: '30006' }, { state: 'undelivered', suppress: 'invalid' }],
    [
      'failed',
      { ErrorCode: '21610', ErrorMessage: 'opted out' },
      { state: 'failed', suppress: 'stop', reason: 'opted out' },
    ],
    [
      'failed',
      { ErrorCode: '30036' },
      { state: 'failed', reason: 'it could not be delivered while it was worth something' },
    ],
    [
      'undelivered',
      { ErrorCode: '30005' },
      { suppress: 'invalid', reason: 'the number does not exist' },
    ],
    [
      'undelivered',
      { ErrorCode: '30007' },
      { suppress: undefined, reason: expect.stringContaining('filtered') },
    ],
    ['undelivered', { ErrorCode: '30008' }, { suppress: undefined, code: '30008' }],
    ['undelivered', { ErrorCode: '39999' }, { reason: undefined, code: '39999' }],
    ['canceled', {}, { state: 'failed' }],
  ])('%s %o', async (word, more, receipt) => {
    const events = await provider.receive(await signed(statusUrl, status(word, more)), 0)
    const expected = {
      event_id: `SM1|${word}`,
      delivery: 7,
      announcement: 'opened000000',
      provider_id: 'SM1',
      ...receipt,
    }
    expect(events).toEqual({ receipts: [expect.objectContaining(expected)], inbound: [] })
  })

  test.each(['received', 'teleported', 'constructor'])('%s says nothing', async (word) => {
    const events = await provider.receive(await signed(statusUrl, status(word)), 0)
    expect(events).toEqual({ receipts: [], inbound: [] })
  })

  test('without a delivery in its URL it is known by its sid', async () => {
    const callback = await signed(`${publicUrl}/hooks/twilio/status`, status('sent'))
    expect(await provider.receive(callback, 0)).toMatchObject({
      receipts: [{ delivery: null, announcement: null, provider_id: 'SM1' }],
    })
  })
})

const inbound = (Body: string, more = {}) => ({
  MessageSid: 'SM2',
  SmsStatus: 'received',
  From: '+14155550100',
  To: '+15005550006',
  Body,
  ...more,
})

describe('what a person writes', () => {
  test.each([
    ['STOP', {}, 'stop', false],
    ['  stop. ', {}, 'stop', false],
    ['Stop all', {}, 'stop', false],
    ['UNSUBSCRIBE', {}, 'stop', false],
    ['end', {}, 'stop', false],
    ['Quit', {}, 'stop', false],
    ['cancel', {}, 'stop', false],
    ['revoke', {}, 'stop', false],
    ['opt-out', {}, 'stop', false],
    ['StopAll!!', {}, 'stop', false],
    ['ＳＴＯＰ。', {}, 'stop', false],
    ['"Stop".\n', {}, 'stop', false],
    ['START', {}, 'start', false],
    ['unstop', {}, 'start', false],
    ['Yes', {}, 'start', false],
    ['Help', {}, 'help', false],
    ['info', {}, 'help', false],
    ['HELP?', {}, 'help', false],
    ['stop it', {}, null, false],
    ['stop sending me the end', {}, null, false],
    ['help me', {}, null, false],
    ['constructor', {}, null, false],
    ['please stop', {}, null, false],
    ['Is it fixed?', {}, null, false],
    ['', {}, null, false],
    ['ARRÊT', { OptOutType: 'STOP' }, 'stop', true],
    ['STOP', { OptOutType: 'STOP' }, 'stop', true],
    ['unstop', { OptOutType: 'START' }, 'start', true],
    ['help', { OptOutType: 'HELP' }, 'help', true],
    ['stop', { OptOutType: 'WHATEVER' }, 'stop', false],
  ])('%j with %o is %s', async (body, more, keyword, answered) => {
    const events = await provider.receive(await signed(inboundUrl, inbound(body, more)), 0)
    const expected = { event_id: 'SM2', from: '+14155550100', keyword, answered }
    expect(events).toEqual({ receipts: [], inbound: [expected] })
  })
})

describe('a signature', () => {
  const vector = {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  }
  const vectorUrl = 'https://mycompany.com/myapp.php?foo=1&bar=2'

  test('of the published vector holds', async () => {
    const callback = await signed(vectorUrl, vector, 'RSOYDt4T1cUTdK1PDd93/VVr8B8=')
    expect(await provider.receive(callback, 0)).toEqual({ receipts: [], inbound: [] })
  })

  test('covers emoji and fields that Twilio adds without notice', async () => {
    const fields = status('sent', { NewField: 'naïve 🎉 & more', Empty: '' })
    expect(await provider.receive(await signed(statusUrl, fields), 0)).not.toBeNull()
  })

  test('covers a field that comes twice', async () => {
    const body = new URLSearchParams(status('sent'))
    body.append('Media', 'b')
    body.append('Media', 'a')
    const pairs = [...body].toSorted(([a, x], [b, y]) => (a + x < b + y ? -1 : 1))
    const flat = pairs.map(([name, value]) => name + value).join('')
    const headers = new Headers({
      'x-twilio-signature': await twilioSignature(authToken, statusUrl + flat, {}),
    })
    const callback = { url: statusUrl, headers, body: body.toString() }
    expect(await provider.receive(callback, 0)).not.toBeNull()
  })

  test('may name the port that the URL leaves out', async () => {
    const withPort = await twilioSignature(
      authToken,
      statusUrl.replace('.example/', '.example:443/'),
      status('sent'),
    )
    const callback = await signed(statusUrl, status('sent'), withPort)
    expect(await provider.receive(callback, 0)).not.toBeNull()
  })

  test.each([
    ['another delivery in the URL', `${publicUrl}/hooks/twilio/status?d=8`, {}],
    ['another host', statusUrl.replace('status.', 'evil.'), {}],
    ['a changed field', statusUrl, { MessageStatus: 'delivered' }],
    ['a field more', statusUrl, { Extra: '1' }],
  ])('does not hold for %s', async (_sentence, url, changed) => {
    const { headers } = await signed(statusUrl, status('sent'))
    const body = new URLSearchParams(status('sent', changed)).toString()
    expect(await provider.receive({ url, headers, body }, 0)).toBeNull()
  })

  test('made with another token is not believed', async () => {
    const foreign = await twilioSignature('54321', statusUrl, status('sent'))
    expect(await provider.receive(await signed(statusUrl, status('sent'), foreign), 0)).toBeNull()
  })

  test.each(['', '1', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='])('%j is not believed', async (signature) => {
    expect(await provider.receive(await signed(statusUrl, status('sent'), signature), 0)).toBeNull()
  })

  test('of a URL that is none is not believed', async () => {
    const callback = await signed('not a url', status('sent'))
    expect(await provider.receive(callback, 0)).toBeNull()
  })
})
