import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../../api/domain/time.ts'
import { untruths, type PageFacts } from '../../../api/domain/truth.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const ago = (minutes: number) => now - minutes * MINUTE

const well: PageFacts = {
  timeZone: 'Europe/Berlin',
  components: [],
  incidents: [],
  probes: [],
  unpublishedSince: null,
  tellings: [],
}
const down: PageFacts['components'][number] = {
  id: 'c1',
  name: 'Checkout',
  status: 'major_outage',
  since: ago(10),
  isTold: false,
  draftId: null,
  root: null,
}
const root = { name: 'Bank', incidentId: 'i2', incident: 'The bank is down' }
const open: PageFacts['incidents'][number] = {
  id: 'i1',
  name: 'Checkout fails',
  kind: 'incident',
  status: 'identified',
  monitoringAt: null,
  scheduledFor: null,
  scheduledUntil: null,
  nextUpdateAt: null,
  components: [{ status: 'operational', since: ago(10) }],
  isAllClearProposed: false,
}
const still = { status: 'partial_outage', since: ago(60) } as const
const upkeep = {
  ...open,
  kind: 'maintenance',
  status: 'in_progress',
  scheduledFor: ago(60),
  scheduledUntil: ago(1),
} as const
const planned = { ...upkeep, status: 'scheduled', scheduledUntil: now + HOUR } as const
const probe = {
  key: 'shop',
  component: 'Checkout',
  isPaused: false,
  since: ago(3),
  intervalMs: 30 * SECOND,
}
const telling = {
  id: 't1',
  incident: 'Checkout fails',
  createdAt: ago(20),
  isExpanded: true,
  waiting: 0,
  untold: 0,
}

test.each<[string, Partial<PageFacts>, string[]]>([
  ['all is well', {}, []],
  ['a component is down, and nobody says so', { components: [down] }, ['component_down']],
  ['an incident says so', { components: [{ ...down, isTold: true }] }, []],
  ['only a draft says so', { components: [{ ...down, draftId: 'd1' }] }, ['component_draft']],
  [
    'an incident names only what it depends on',
    { components: [{ ...down, root }] },
    ['component_dragged'],
  ],
  [
    'a draft about itself is the nearer way',
    { components: [{ ...down, root, draftId: 'd1' }] },
    ['component_draft'],
  ],
  ['an incident names both', { components: [{ ...down, root, isTold: true }] }, []],
  ['it went down a minute ago', { components: [{ ...down, since: ago(1) }] }, []],
  ['it is slow', { components: [{ ...down, status: 'degraded_performance' }] }, []],
  ['it is being maintained', { components: [{ ...down, status: 'under_maintenance' }] }, []],
  ['all works again, and the incident is open', { incidents: [open] }, ['incident_over']],
  [
    'it works again since a minute',
    { incidents: [{ ...open, components: [{ status: 'operational', since: ago(1) }] }] },
    [],
  ],
  [
    'not all works again',
    { incidents: [{ ...open, components: [...open.components, still] }] },
    [],
  ],
  ['it names no component', { incidents: [{ ...open, components: [] }] }, []],
  [
    'one watches since ten minutes',
    { incidents: [{ ...open, status: 'monitoring', monitoringAt: ago(10) }] },
    [],
  ],
  [
    'one watches since an hour',
    {
      incidents: [
        {
          ...open,
          status: 'monitoring',
          monitoringAt: ago(60),
          components: [{ status: 'operational', since: ago(90) }],
        },
      ],
    },
    ['incident_over'],
  ],
  ['a maintenance should have ended', { incidents: [upkeep] }, ['maintenance_overrun']],
  [
    'a maintenance should have started',
    { incidents: [{ ...planned, scheduledFor: ago(2) }] },
    ['maintenance_unbegun'],
  ],
  ['it starts in a moment', { incidents: [{ ...planned, scheduledFor: ago(0.5) }] }, []],
  [
    'a maintenance that never started should have ended',
    { incidents: [{ ...planned, scheduledUntil: ago(1) }] },
    ['maintenance_unbegun'],
  ],
  ['it is still to end', { incidents: [{ ...upkeep, scheduledUntil: now + MINUTE }] }, []],
  [
    'an update is overdue',
    { incidents: [{ ...open, components: [still], nextUpdateAt: ago(1) }] },
    ['update_overdue'],
  ],
  ['a probe is not asked', { probes: [probe] }, ['probe_unasked']],
  ['it is asked rarely', { probes: [{ ...probe, intervalMs: 10 * MINUTE }] }, []],
  ['it is paused since an hour', { probes: [{ ...probe, isPaused: true, since: ago(60) }] }, []],
  [
    'it is paused since two days',
    { probes: [{ ...probe, isPaused: true, since: now - 2 * DAY }] },
    ['probe_paused'],
  ],
  ['the page is two minutes old', { unpublishedSince: ago(2) }, ['page_stale']],
  ['the page is half a minute old', { unpublishedSince: ago(0.5) }, []],
  ['everybody was told', { tellings: [telling] }, []],
  ['somebody still waits', { tellings: [{ ...telling, waiting: 3 }] }, ['telling_waiting']],
  [
    'they have waited five minutes',
    { tellings: [{ ...telling, waiting: 3, createdAt: ago(5) }] },
    [],
  ],
  ['somebody was given up', { tellings: [{ ...telling, untold: 1 }] }, ['telling_untold']],
  ['nobody was told', { tellings: [{ ...telling, isExpanded: false }] }, ['telling_unbegun']],
])('%s', (_, facts, expected) => {
  expect(untruths({ ...well, ...facts }, now).map(({ kind }) => kind)).toEqual(expected)
})

test('each says what, since when and where it is mended, the longest first', () => {
  const found = untruths(
    {
      ...well,
      components: [down],
      unpublishedSince: ago(2),
      tellings: [{ ...telling, untold: 1200 }],
    },
    now,
  )
  expect(found.map(({ sentence, since, href }) => [sentence, since, href])).toEqual([
    [
      '1200 people were not told of “Checkout fails” for sure.',
      ago(20),
      '/operator/announcements/t1',
    ],
    ['Checkout is down (major outage), and no incident says so.', ago(10), '/operator#open'],
    ['What changed at 21 Nov 2026, 12:58 CET is not on the page yet.', ago(2), '/ready'],
  ])
})

test('what is over leads to its all-clear once that is proposed', () => {
  const hrefs = [false, true].map(
    (isAllClearProposed) =>
      untruths({ ...well, incidents: [{ ...open, isAllClearProposed }] }, now)[0]?.href,
  )
  expect(hrefs).toEqual(['/operator#incident-i1', '/operator#form-incidents-i1-all-clear'])
})

test('what was dragged down is mended where its root is told of', () => {
  const [found] = untruths({ ...well, components: [{ ...down, root }] }, now)
  expect(found).toMatchObject({
    sentence:
      'Checkout is down (major outage) with Bank, which it depends on; “The bank is down” does not name it.',
    href: '/operator#incident-i2',
  })
})
