import { expect, test } from 'vitest'
import type { Result } from '../../site/result.ts'
import { read } from './read.ts'

const results: [sentence: string, result: Result, words: string[]][] = [
  ['a sign-up asks to look into the inbox', { kind: 'check_inbox' }, ['Check your inbox']],
  [
    'a sign-up by SMS asks for the code',
    { kind: 'enter_code', address: '+447700900123', wrong: false },
    [
      'action="/subscribe/verify"',
      'name="address" value="+447700900123"',
      'autocomplete="one-time-code"',
    ],
  ],
  [
    'a wrong code is told at the field',
    { kind: 'enter_code', address: '+447700900123', wrong: true },
    ['aria-invalid="true"', 'This code is wrong or has expired.'],
  ],
  [
    'a link to confirm shows a button that posts',
    { kind: 'confirm', token: 'a+b' },
    ['method="post" action="/subscriptions/confirm?token=a%2Bb"', 'Confirm subscription'],
  ],
  [
    'a confirmation leads to the choices',
    { kind: 'confirmed', manage_url: '/subscriptions/manage?token=m', already: false },
    ['You are subscribed', 'href="/subscriptions/manage?token=m"'],
  ],
  [
    'a second confirmation says that there is nothing to do',
    { kind: 'confirmed', manage_url: '/m', already: true },
    ['already confirmed'],
  ],
  [
    'a link to unsubscribe shows a button that posts',
    { kind: 'unsubscribe', token: 'u' },
    ['method="post" action="/unsubscribe?token=u"'],
  ],
  [
    'an unsubscription is confirmed',
    { kind: 'unsubscribed' },
    ['You are unsubscribed', 'href="/subscribe"'],
  ],
  ['saved choices are confirmed', { kind: 'saved' }, ['Saved']],
  [
    'an expired link offers a new start',
    { kind: 'link_expired' },
    ['This link does not work', 'href="/subscribe"'],
  ],
  ['anything else says what was done', { kind: 'done', message: 'All is well.' }, ['All is well.']],
]

test.each(results)('%s', async (_, result, words) => {
  const { status, html } = await read('/subscriptions/result', {}, { result })
  expect(status).toBe(200)
  for (const word of words) expect(html).toContain(word)
  expect(html).toContain('content="noindex"')
  expect(html).not.toContain('<script')
})

test.each([
  [
    'field by field where fields are named',
    [{ path: 'consent', message: 'must be ticked' }],
    'Consent: must be ticked',
  ],
  ['as a whole otherwise', [], 'too many requests'],
])('a refusal is told %s', async (_, fields, words) => {
  const result: Result = {
    kind: 'refused',
    message: 'too many requests',
    fields,
    values: { channel: 'sms' },
  }
  const { html } = await read('/subscriptions/result', {}, { result })
  expect(html).toContain(words)
  expect(html).toContain('action="/subscribe"')
})

test('a refusal of anything but a sign-up does not ask to sign up', async () => {
  const result: Result = { kind: 'refused', message: 'too many requests', fields: [], values: {} }
  const { html } = await read('/subscriptions/result', {}, { result })
  expect(html).toContain('<h1>That did not work</h1>')
  expect(html).not.toContain('action="/subscribe"')
})

test('a refused form comes back with what had been typed and what was wrong with it', async () => {
  const result: Result = {
    kind: 'refused',
    message: 'The form has a mistake.',
    fields: [{ path: 'address', message: 'anna@ is not an email address' }],
    values: {
      channel: 'email',
      address: 'anna@"><b>',
      components: ['tracking0001'],
      min_impact: 'major',
    },
  }
  const { html } = await read('/subscriptions/result', {}, { result })
  expect(html).toContain('role="alert"')
  expect(html).toContain('value="anna@&quot;><b>"')
  expect(html).toContain('aria-describedby="email-hint email-wrong" aria-invalid="true"')
  expect(html).toMatch(/<details id="email-components" open/)
  expect(html).toMatch(/id="email-tracking0001" value="tracking0001" checked/)
  expect(html).toMatch(/name="min_impact" value="major" checked/)
  expect(html).not.toMatch(/id="sms-tracking0001" value="tracking0001" checked/)
})
