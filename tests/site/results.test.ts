import { expect, test } from 'vitest'
import type { Result } from '../../site/result.ts'
import { page, subscribePage } from './fixtures.ts'
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
    'whoever waits for a code in vain is shown the way back',
    { kind: 'enter_code', address: '+447700900123', wrong: false },
    ['Nothing there after some minutes?', 'Subscribe again'],
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
  [
    'a sign-up of a chat asks to look into the channel',
    { kind: 'check_channel', channel: 'slack' },
    ['Look into your Slack channel', 'a message with a link'],
  ],
  [
    'a sign-up of an endpoint says what it has to answer',
    { kind: 'answer_challenge' },
    ['a signed challenge', 'confirm_url'],
  ],
  [
    'forgetting asks for a second press, and offers a way back',
    { kind: 'forget', token: 'a+b' },
    ['name="action" value="erase"', 'href="/subscriptions/manage?token=a%2Bb"', 'cannot be undone'],
  ],
  ['being forgotten is confirmed', { kind: 'forgotten' }, ['You are forgotten']],
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
    '<a href="#sms-consent">Consent: must be ticked</a>',
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

test('a link in the language of its reader leads to a page in that language', async () => {
  const { html } = await read(
    '/subscriptions/result',
    {},
    { result: { kind: 'confirm', token: 't', locale: 'de' } },
  )
  expect(html).toContain('<html lang="de"')
})

const everyChannel = {
  subscribe: {
    ...subscribePage,
    page: { ...page, channels: ['email', 'sms', 'webhook', 'slack', 'teams', 'discord'] },
  },
}

test('a refused form comes back with what had been typed and what was wrong with it', async () => {
  const result: Result = {
    kind: 'refused',
    message: 'The form has mistakes.',
    fields: [
      { path: 'address', message: 'anna@ is not an email address' },
      { path: 'quiet.until', message: 'must be a time of day such as 22:00' },
    ],
    values: {
      channel: 'email',
      address: 'anna@"><b>',
      components: ['tracking0001'],
      groups: 'shop00000001',
      events: 'incident',
      min_impact: 'major',
      updates: 'start_and_end',
      quiet_from: '22:00',
      digest_at: '08:30',
      time_zone: 'Asia/Tokyo',
    },
  }
  const { html } = await read('/subscriptions/result', everyChannel, { result })
  expect(html).toContain('role="alert"')
  expect(html).toContain('value="anna@&quot;><b>"')
  expect(html).toContain('aria-describedby="email-address-hint email-address-wrong"')
  expect(html).toContain('href="#email-address"')
  expect(html).toContain('href="#email-quiet_until"')
  expect(html).toMatch(/id="email-quiet_until-wrong">[^<]*must be a time of day/)
  expect(html).toMatch(/<details id="email-choices" open/)
  for (const kept of [
    /id="email-tracking0001" value="tracking0001" checked/,
    /id="email-shop00000001" value="shop00000001" checked/,
    /name="min_impact" value="major" checked/,
    /name="updates" value="start_and_end" checked/,
    /name="quiet_from" value="22:00"/,
    /name="digest_at" value="08:30"/,
    /name="time_zone"[^>]* value="Asia\/Tokyo"/,
  ])
    expect(html).toMatch(kept)
  expect(html.match(/name="events" value="maintenance" checked/g)).toHaveLength(5)
  expect(html).not.toMatch(/id="sms-tracking0001" value="tracking0001" checked/)
})

test('a refused form of a chat comes back open', async () => {
  const result: Result = {
    kind: 'refused',
    message: 'The form has a mistake.',
    fields: [{ path: 'address', message: 'must begin with https' }],
    values: { channel: 'teams', address: 'http://x' },
  }
  const { html } = await read('/subscriptions/result', everyChannel, { result })
  expect(html).toMatch(/<details [^>]*id="way-teams" open/)
  expect(html).not.toMatch(/<details [^>]*id="way-slack" open/)
  expect(html).toContain('value="http://x"')
})

test('a refused wish to follow an incident comes back as that, not as a sign-up for all', async () => {
  const result: Result = {
    kind: 'refused',
    message: 'The form has a mistake.',
    fields: [{ path: 'address', message: 'anna@ is not an email address' }],
    values: {
      channel: 'email',
      address: 'anna@',
      incidents: 'incident0001',
      only_incidents: 'yes',
    },
  }
  const { html } = await read('/subscriptions/result', {}, { result })
  expect(html).toContain('<h1>Card payments fail</h1>')
  expect(html).toContain('name="incidents" value="incident0001"')
  expect(html).toContain('value="anna@"')
  const over = { ...result, values: { ...result.values, incidents: 'incident0002' } }
  const general = await read('/subscriptions/result', {}, { result: over })
  expect(general.html).not.toContain('name="only_incidents"')
  expect(general.html).toContain('value="anna@"')
})
