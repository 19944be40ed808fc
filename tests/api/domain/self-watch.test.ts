import { expect, test } from 'vitest'
import { concernsOf, type Signs } from '../../../api/domain/self-watch.ts'
import { MINUTE, SECOND } from '../../../api/domain/time.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const ago = (minutes: number) => now - minutes * MINUTE

const calm: Signs = {
  timeZone: 'Europe/Berlin',
  overdue: [],
  waiting: [],
  untold: [],
  gates: [],
  unasked: [],
  duties: [{ name: 'send', lagMs: 100 }],
  unpublishedSince: null,
  justAwake: false,
}
const overdue = {
  incidentId: 'i1',
  name: 'Checkout',
  impact: 'critical',
  nextUpdateAt: ago(1),
} as const
const closed = { provider: 'resend', isOpen: false, since: 0 }
const open = { provider: 'resend', isOpen: true, since: ago(30) }
const mail: Signs['waiting'][number] = {
  channel: 'email',
  since: ago(11),
  lastSentAt: null,
  providers: [closed],
}
const gate = {
  ...open,
  channel: 'email',
  reason: 'API key is invalid.',
  hasStandIn: false,
} as const
const probe = { key: 'shop', dueAt: ago(3), intervalMs: 30 * SECOND }

test.each<[string, Partial<Signs>, string[]]>([
  ['all is well', {}, []],
  ['a promised update is late by a minute', { overdue: [overdue] }, ['critical update.overdue']],
  [
    'that of a minor incident',
    { overdue: [{ ...overdue, impact: 'minor' }] },
    ['warning update.overdue'],
  ],
  ['nothing leaves, though it could', { waiting: [mail] }, ['critical delivery.waiting']],
  [
    'nobody has waited for long',
    { waiting: [{ ...mail, since: ago(9), providers: [closed] }] },
    [],
  ],
  [
    'it is slow, but it goes on',
    { waiting: [{ ...mail, lastSentAt: ago(1), providers: [closed] }] },
    [],
  ],
  [
    'the provider is blocked: that is said once',
    { waiting: [{ ...mail, providers: [open] }], gates: [gate] },
    ['critical provider.blocked'],
  ],
  [
    'one is blocked, and its stand-in sends nothing',
    { waiting: [{ ...mail, providers: [open, { ...closed, provider: 'smtp' }] }] },
    ['critical delivery.waiting'],
  ],
  [
    'nobody sends by this channel',
    { waiting: [{ ...mail, providers: [] }] },
    ['critical delivery.waiting'],
  ],
  [
    'somebody was given up',
    { untold: [{ incidentId: 'i1', name: 'Checkout', dead: 2, unknown: 1, latest: ago(5) }] },
    ['warning delivery.untold'],
  ],
  ['a circuit is open', { gates: [gate] }, ['critical provider.blocked']],
  [
    'another one stands in',
    { gates: [{ ...gate, hasStandIn: true }] },
    ['warning provider.blocked'],
  ],
  ['it opened just now', { gates: [{ ...gate, since: ago(0.9) }] }, []],
  ['a probe is not asked', { unasked: [probe] }, ['critical probe.unasked']],
  [
    'it is late by less than three intervals',
    { unasked: [{ ...probe, intervalMs: 2 * MINUTE }] },
    [],
  ],
  ['a duty lags', { duties: [{ name: 'send', lagMs: 3 * MINUTE }] }, ['critical duty.lagging']],
  ['the page is a minute old', { unpublishedSince: ago(1) }, []],
  ['the page is two minutes old', { unpublishedSince: ago(2) }, ['critical page.stale']],
  [
    'we slept, so nothing is known of what is done every second',
    {
      justAwake: true,
      unasked: [probe],
      duties: [{ name: 'send', lagMs: 60 * MINUTE }],
      unpublishedSince: ago(60),
      overdue: [overdue],
    },
    ['critical update.overdue'],
  ],
])('%s', (_, signs, expected) => {
  const concerns = concernsOf({ ...calm, ...signs }, now)
  expect(concerns.map(({ severity, eventType }) => `${severity} ${eventType}`)).toEqual(expected)
})

test('it says what, since when and where, and the same from one look to the next', () => {
  const signs: Signs = {
    ...calm,
    gates: [gate],
    unasked: Array.from({ length: 7 }, (_, i) => ({ ...probe, key: `p${i}` })),
    duties: [{ name: 'send', lagMs: 3 * MINUTE }],
  }
  const words = (at: number) => concernsOf(signs, at).map(({ title, detail }) => [title, detail])
  expect(words(now)).toEqual([
    ['resend does not take our messages', 'Since 21 Nov 2026, 12:30 CET: API key is invalid.'],
    [
      '7 probes are not being asked',
      'p0, p1, p2, p3, p4 and 2 more. What their components show may be out of date.',
    ],
    [
      'The background duty send lags behind',
      'Look at the log of the service; a restart loses nothing.',
    ],
  ])
  expect(words(now + MINUTE)).toEqual(words(now))
})
