import { describe, expect, test } from 'vitest'
import { readConfig } from '../../api/config.ts'
import { configuredProviders } from '../../api/providers.ts'
import { twilioSignature } from '../../api/sandbox/signatures.ts'

const publicUrl = 'https://status.example'
const account = (letter: string) => `AC${letter.repeat(32)}`
const service = `MG${'0'.repeat(32)}`
const outside = { fetch, postFetch: fetch, now: () => 0, publicUrl }

const first = {
  TWILIO_ACCOUNT_SID: account('a'),
  TWILIO_AUTH_TOKEN: 'first token',
  TWILIO_FROM: '+15005550006',
}

function sendersOf(env: Record<string, string>) {
  return configuredProviders(readConfig({ ...first, ...env }), outside).filter(
    ({ channel }) => channel === 'sms',
  )
}

/** The names of those who take a callback for theirs, in the order in which they are asked. */
async function takersOf(
  env: Record<string, string>,
  token: string,
  fields: Record<string, string>,
): Promise<string[]> {
  const url = `${publicUrl}/hooks/twilio/${'MessageStatus' in fields ? 'status?d=7' : 'inbound'}`
  const headers = new Headers({ 'x-twilio-signature': await twilioSignature(token, url, fields) })
  const callback = { url, headers, body: new URLSearchParams(fields).toString() }
  const senders = sendersOf(env).toReversed()
  const answers = await Promise.all(senders.map((one) => one.receive(callback, 0)))
  return senders.filter((_, i) => answers[i]).map(({ name }) => name)
}

test.each<[string, Record<string, string>, string[], number[]]>([
  ['alone where nobody stands in', {}, ['twilio'], [1]],
  [
    'on one account',
    { TWILIO_FALLBACK_FROM: '24680', TWILIO_SEGMENTS_PER_SECOND: '7' },
    ['twilio', 'twilio-fallback'],
    [7, 100],
  ],
  [
    'as a service, as fast as it says',
    {
      TWILIO_FALLBACK_MESSAGING_SERVICE_SID: service,
      TWILIO_FALLBACK_SEGMENTS_PER_SECOND: '20',
    },
    ['twilio', 'twilio-fallback'],
    [1, 20],
  ],
])('senders of SMS are configured %s', (_, env, names, rates) => {
  expect(sendersOf(env).map(({ name }) => name)).toEqual(names)
  expect(sendersOf(env).map(({ ratePerSecond }) => ratePerSecond)).toEqual(rates)
})

describe('of two senders on one account', () => {
  const status = { MessageSid: 'SM1', MessageStatus: 'sent', AccountSid: account('a') }
  const inbound = { MessageSid: 'SM2', Body: 'STOP', From: '+4915100000000' }
  const number = { TWILIO_FALLBACK_FROM: '+15005550010' }
  const pool = { TWILIO_FALLBACK_MESSAGING_SERVICE_SID: service }
  const to = '+4915100000000'

  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['what the first sent', number, { ...status, From: '+15005550006', To: to }, 'twilio'],
    [
      'what the second sent',
      number,
      { ...status, From: '+15005550010', To: to },
      'twilio-fallback',
    ],
    ['what an earlier number sent', number, { ...status, From: '+15005550099' }, 'twilio'],
    ['what names no sender', number, status, 'twilio'],
    ['an answer to the first', number, { ...inbound, To: '+15005550006' }, 'twilio'],
    ['an answer to the second', number, { ...inbound, To: '+15005550010' }, 'twilio-fallback'],
    [
      'what a service sent',
      pool,
      { ...status, From: '+15005550042', MessagingServiceSid: service },
      'twilio-fallback',
    ],
    ['what no service sent', pool, { ...status, From: '+15005550006' }, 'twilio'],
    [
      'an answer to a number in the pool',
      pool,
      { ...inbound, To: '+15005550042', MessagingServiceSid: service },
      'twilio-fallback',
    ],
  ])('%s is taken by its own before others', async (_, env, fields, taker) => {
    expect((await takersOf(env, 'first token', fields))[0]).toBe(taker)
  })
})

describe('of two accounts', () => {
  const second = {
    TWILIO_FALLBACK_FROM: '+15005550010',
    TWILIO_FALLBACK_ACCOUNT_SID: account('b'),
    TWILIO_FALLBACK_AUTH_TOKEN: 'second token',
  }
  const fields = { MessageSid: 'SM1', MessageStatus: 'sent', From: '+15005550010', To: '+49151' }
  const of = (letter: string) => ({ ...fields, AccountSid: account(letter) })

  test.each<[string, string, Record<string, string>, string[]]>([
    ['the first signs is its own', 'first token', of('a'), ['twilio']],
    ['the second signs is its own', 'second token', of('b'), ['twilio-fallback']],
    ['names no account is whose signature it has', 'second token', fields, ['twilio-fallback']],
    ['the first signs for the second is nobody’s', 'first token', of('b'), []],
    ['a stranger signs is nobody’s', 'third token', of('a'), []],
    ['a stranger’s account says is nobody’s', 'first token', of('c'), []],
  ])('what %s', async (_, token, said, takers) => {
    expect(await takersOf(second, token, said)).toEqual(takers)
  })
})
