import { describe, expect, test } from 'vitest'
import {
  briefOf,
  componentPage,
  history,
  home,
  incident,
  maintenance,
  managePage,
  page,
  reviewed,
} from './fixtures.ts'
import { read } from './read.ts'

test.each([
  [
    'an incident page tells state, severity and the timeline',
    '/incidents/incident0001',
    ['Card payments fail', 'SEV-1', 'Investigating', 'Paying by invoice works.'],
  ],
  [
    'a resolved incident tells how long it lasted',
    '/incidents/incident0002',
    ['Resolved', 'Lasted', '1 hr 5 min'],
  ],
  [
    'the all-clear tells issue, cause, fix, impact and post-mortem',
    '/incidents/incident0002',
    [
      'All clear',
      'up to 20 seconds',
      'A missing index',
      'We added the index.',
      'about 1,200 customers',
      'href="https://tern.example/postmortems/tracking"',
    ],
  ],
  [
    'a maintenance tells when it is, how long, in how much time, what it affects, and leads to calendars',
    '/incidents/upkeep000001',
    [
      'Database upgrade',
      'Scheduled maintenance',
      'Planned for',
      '(2 hr)',
      '<dt>Starts</dt><dd>in 2 days</dd>',
      'Will affect',
      'href="/incidents/upkeep000001/event.ics"',
      'href="webcal://status.tern.example/maintenance.ics"',
      'href="/maintenance.ics"',
    ],
  ],
  [
    'a post-mortem tells its lines, figures, text and what follows',
    '/incidents/incident0003',
    [
      'href="#postmortem">The post-mortem was published.',
      '<h2>Post-mortem</h2>',
      'What we do so that it does not happen again',
      'Time to detect',
      '<strong>2 min</strong>',
      '<td>Ada</td>',
      '1 December 2026',
    ],
  ],
  [
    'a year tells each month by impact and by time, and leads there',
    '/history/2026',
    [
      'Incidents of 2026',
      'href="/history/2026-08"',
      '1 critical, 2 minor, 1 without impact · 1 post-mortem',
      '2 hr 10 min',
      'November 2026, so far',
      'href="/history/2025"',
    ],
  ],
  ['the history begins with the present year', '/history', ['Incidents of 2026']],
  ['a month leads to its year', '/history/2026-11', ['href="/history/2026"', 'All of 2026']],
  [
    'the history lists a month by day and leads to the month before',
    '/history/2026-11',
    [
      'Incidents of November 2026',
      '<time datetime="2026-11-19">19 November 2026</time>',
      'href="/history/2026-10"',
    ],
  ],
  [
    'a component page tells each bad day in words',
    '/components/checkout0001',
    [
      '12 October 2026',
      'Major outage, 1 hr 5 min; Partial outage, 1 min',
      'Under maintenance, 2 hr',
      '95.4%',
    ],
  ],
  [
    'a component page holds each month against the target, in words and by a sign',
    '/components/checkout0001',
    [
      'Target 99.9%',
      'November 2026, so far',
      '99.95%',
      'Kept',
      '99.85%',
      'Missed',
      'No data, 13 days',
    ],
  ],
  [
    'a component page draws five spans of response times and says them',
    '/components/checkout0001',
    [
      'Response times',
      '24 hours',
      '365 days',
      'Measured by the probe “checkout-page”; each point covers 5 min.',
      'half of the answers came within',
      'Where the lines are broken, there is no data.',
      'checkout-port',
    ],
  ],
  [
    'the subscribe page lets components be chosen',
    '/subscribe',
    ['Subscribe by email', 'name="components"', 'value="tracking0001"', 'autocomplete="email"'],
  ],
])('%s', async (_, path, words) => {
  const { status, html } = await read(path)
  expect(status).toBe(200)
  for (const word of words) expect(html).toContain(word)
})

test.each([
  '/incidents/nope',
  '/history/1999-01',
  '/components/nope',
  '/subscriptions/result',
  '/mail/incident',
  '/no/such/page',
])(
  'what the API does not know, such as %s, is a 404 that still looks like the page',
  async (path) => {
    const { status, html } = await read(path)
    expect(status).toBe(404)
    expect(html).toContain('There is no such page')
    expect(html).toContain('Tern Parcels')
  },
)

test('a component that nobody asks has no response times', async () => {
  const { html } = await read('/components/checkout0001', {
    'components/checkout0001': { ...componentPage, response_times: null },
  })
  expect(html).not.toContain('Response times')
})

test('the headings of a post-mortem keep their order below those of the page', async () => {
  const { html } = await read('/incidents/incident0003')
  const headings = [...html.matchAll(/<(h[1-6])[^>]*>([^<]*)</g)].map(
    ([, rank, words]) => `${rank} ${words}`,
  )
  expect(headings.slice(headings.indexOf('h2 Post-mortem'))).toEqual([
    'h2 Post-mortem',
    'h3 Why',
    'h4 How',
    'h3 Next',
    'h4 Soon',
    'h3 What follows from it',
    expect.stringContaining('h2'),
  ])
})

test('of a long timeline the newest and the first updates are seen, the others unfold', async () => {
  const [latest, first] = incident.updates
  const between = Array.from({ length: 58 }, (_, n) => ({ ...latest!, id: `between${n}` }))
  const updates = [...between, latest!, { ...first!, body: 'How it began.' }]
  const { html } = await read('/incidents/incident0001', {
    'incidents/incident0001': {
      page,
      generated_at: home.generated_at,
      incident: { ...incident, updates },
    },
  })
  const [, folded, after] = /<details id="between">([^]*?)<\/details>([^]*)/.exec(html)!
  expect(folded).toContain('51 updates in between')
  expect(folded!.match(/<h3/g)).toHaveLength(51)
  expect(after).toContain('How it began.')
})

test('times are told in the zone of the page, which is named, and in UTC on demand', async () => {
  const { html } = await read('/incidents/incident0002')
  expect(html).toContain('All times are in Europe/Berlin.')
  expect(html).toContain('<details id="utc"><summary>Times in UTC</summary>')
  expect(html).toContain(
    '<time datetime="2026-11-19T08:00:00.000Z"><span class="own">19 Nov 2026, 09:00 CET</span><span class="utc">19 Nov 2026, 08:00 UTC</span></time>',
  )
})

test.each([
  ['cancelled', 'This maintenance does not take place.', ['Will affect', 'event.ics', 'Lasted']],
  ['completed', 'Completed', ['Starts', 'Ends', 'event.ics']],
  ['in_progress', '<dt>Ends</dt><dd>in 2 days</dd>', ['Will affect', '<dt>Starts']],
] as const)('a maintenance that is %s says so', async (status, words, not) => {
  const resolved_at = status === 'in_progress' ? null : home.generated_at
  const changed = { ...maintenance, status, resolved_at, started_at: '2026-11-20T01:00:00.000Z' }
  const { html } = await read('/incidents/upkeep000001', {
    'incidents/upkeep000001': { page, generated_at: home.generated_at, incident: changed },
  })
  expect(html).toContain(words)
  for (const absent of not) expect(html).not.toContain(absent)
})

test.each([
  ['leads to the last one that had any', '2026-08', 'href="/history/2026-08">August 2026</a>'],
  ['says that there was none before', null, 'Nothing was reported before that either.'],
])('a month without incidents %s', async (_, last_before, words) => {
  const { html } = await read('/history/2026-10', {
    'history/2026-10': { ...history, month: '2026-10', days: [], last_before },
  })
  expect(html).toContain('No incidents were reported in October 2026.')
  expect(html).toContain(words)
})

test('a list marks what has a post-mortem', async () => {
  const { html } = await read('/history/2026-11', {
    'history/2026-11': {
      ...history,
      days: [{ date: '2026-11-19', incidents: [briefOf(reviewed)] }],
    },
  })
  expect(html).toContain('href="/incidents/incident0003#postmortem"')
})

describe('whatever somebody typed', () => {
  const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>'
  const body = [
    hostile,
    '[press](javascript:alert(1))',
    '![pixel](https://evil.example/p.png)',
    '[ok](https://ok.example)',
  ].join('\n\n')
  const poisoned = { ...incident, name: hostile, updates: [{ ...incident.updates[0]!, body }] }
  const poisonedReview = {
    ...reviewed,
    postmortem: {
      ...reviewed.postmortem!,
      body,
      summary: {
        ...reviewed.postmortem!.summary,
        root_cause: hostile,
        action_items: [{ what: hostile, owner: hostile, due: null }],
      },
    },
  }

  test.each([
    [
      'on the home page',
      '/',
      { home: { ...home, page: { ...page, name: hostile }, incidents: [poisoned] } },
    ],
    [
      'on the incident page',
      '/incidents/incident0001',
      { 'incidents/incident0001': { page, incident: poisoned } },
    ],
    [
      'in a post-mortem',
      '/incidents/incident0003',
      { 'incidents/incident0003': { page, incident: poisonedReview } },
    ],
  ])('stays text %s', async (_, path, answers) => {
    const { html } = await read(path, answers)
    const markup = html.replaceAll(/="[^"]*"/g, '')
    expect(markup).not.toContain('<script>alert')
    expect(markup).not.toContain('<img')
    expect(html).not.toContain('javascript:')
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(html).toContain('<a rel="nofollow noopener" href="https://ok.example">ok</a>')
  })

  test('keeps its line breaks, and its headings stay below those of the page', async () => {
    const updates = [{ ...incident.updates[0]!, body: '# Big\none\ntwo' }]
    const { html } = await read('/incidents/incident0001', {
      'incidents/incident0001': { page, incident: { ...incident, updates } },
    })
    expect(html).toContain('<h4>Big</h4>')
    expect(html).toContain('one<br />\ntwo')
    expect(html.match(/<h1[ >]/g)).toHaveLength(1)
  })
})

describe('the manage page', () => {
  const path = '/subscriptions/manage?token=a%20b'

  test('shows what was chosen and posts it back with the token', async () => {
    const { html } = await read(path)
    expect(html).toContain('a•••@example.com')
    expect(html).toContain('action="/subscriptions/manage?token=a%20b"')
    expect(html).toMatch(/value="tracking0001" checked/)
    expect(html).not.toMatch(/value="checkout0001" checked/)
    expect(html).toMatch(/name="min_impact" value="major" checked/)
    expect(html).toMatch(/name="events" value="maintenance" checked/)
    expect(html).toContain('name="action" value="unsubscribe"')
    expect(html).toContain('content="noindex"')
    expect(html).toContain('content="no-referrer"')
  })

  const shown = async (changes: object) => {
    const manage = { ...managePage, subscriber: { ...managePage.subscriber, ...changes } }
    return (await read(path, { manage })).html
  }

  test('offers what leads somewhere only', async () => {
    const at = '2026-11-20T12:00:00.000Z'
    expect(await shown({})).not.toContain('value="ask_again"')
    const stopped = await shown({ state: 'unsubscribed', suppressed: { reason: 'stop', at } })
    expect(stopped).not.toMatch(/value="ask_again"|Subscribe again/)
    expect(await shown({ channel: 'sms' })).not.toContain('name="digest_at"')
    const old_until = '2026-11-22T12:00:00.000Z'
    const rotated = await shown({ channel: 'webhook', signing: { secret: 's', old_until } })
    expect(rotated).not.toContain('value="rotate"')
  })

  test('lists every time zone, the present one first and chosen', async () => {
    const { html } = await read(path)
    const [, zones] = /<select[^>]*name="time_zone"[^>]*>([^]*?)<\/select>/.exec(html)!
    const names = [...zones!.matchAll(/<option[^>]*>([^<]*)/g)].map(([, name]) => name)
    expect(zones).toMatch(/^\s*<option selected>Europe\/Berlin/)
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThan(300)
  })

  test.each([
    [
      'says that choices were saved',
      {},
      { kind: 'saved' },
      'Your choices hold from the next message on.',
    ],
    [
      'says why choices were refused',
      {},
      { kind: 'refused', message: 'Choose a kind.', fields: [], values: {} },
      'Choose a kind.',
    ],
    [
      'says that messages are held back, and why',
      { suppressed: { reason: 'bounce', at: '2026-11-20T12:00:00.000Z' } },
      undefined,
      'Earlier mails came back.',
    ],
    [
      'says what can be done about a STOP, instead of offering what would lead nowhere',
      {
        state: 'unsubscribed',
        suppressed: { reason: 'stop', at: '2026-11-20T12:00:00.000Z' },
      },
      undefined,
      'send START to the number',
    ],
    [
      'offers a new confirmation to who is in quarantine',
      { suppressed: { reason: 'unreachable', at: '2026-11-20T12:00:00.000Z' } },
      undefined,
      'name="action" value="ask_again"',
    ],
    [
      'takes the code of a number that is not confirmed',
      { channel: 'sms', state: 'pending' },
      undefined,
      'name="action" value="verify"',
    ],
    [
      'shows the signing secret of a webhook',
      { channel: 'webhook', signing: { secret: 'whsec_c2VjcmV0', old_until: null } },
      undefined,
      'whsec_c2VjcmV0',
    ],
    [
      'says until when the secret before signs too',
      {
        channel: 'webhook',
        signing: { secret: 'whsec_c2VjcmV0', old_until: '2026-11-22T12:00:00.000Z' },
      },
      { kind: 'rotated' },
      'signs too until 22 Nov 2026, 13:00 CET',
    ],
    [
      'offers to come back after an unsubscription',
      { state: 'unsubscribed' },
      undefined,
      'Subscribe again',
    ],
  ])('%s', async (_, changes, result, words) => {
    const manage = { ...managePage, subscriber: { ...managePage.subscriber, ...changes } }
    const { html } = await read(path, { manage }, { result })
    expect(html).toContain(words)
  })
})
