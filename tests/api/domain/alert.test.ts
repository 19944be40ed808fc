import { describe, expect, test } from 'vitest'
import { decideAlerts, mayMove, type Concern } from '../../../api/domain/alert.ts'
import { severityOf, tidy, type Incoming } from '../../../api/domain/alert-incoming.ts'
import type { AlertSeverity, AlertStatus } from '../../../api/domain/words.ts'

test.each<[AlertStatus, AlertStatus, boolean]>([
  ['open', 'acknowledged', true],
  ['open', 'resolved', true],
  ['acknowledged', 'resolved', true],
  ['acknowledged', 'acknowledged', false],
  ['acknowledged', 'open', false],
  ['resolved', 'open', false],
  ['resolved', 'acknowledged', false],
])('from %s to %s: %s', (from, to, may) => expect(mayMove(from, to)).toBe(may))

test.each<[string | undefined, AlertSeverity]>([
  ['critical', 'critical'],
  ['page', 'critical'],
  ['P1', 'critical'],
  ['SEV-1', 'critical'],
  ['warning', 'warning'],
  ['medium', 'warning'],
  ['P2', 'warning'],
  ['what is this', 'warning'],
  [undefined, 'warning'],
  ['info', 'info'],
  ['none', 'info'],
  ['low', 'info'],
])('%s is %s', (word, severity) => expect(severityOf(word)).toBe(severity))

const said: Incoming = {
  event_id: 'e',
  reminds: false,
  dedupe_key: 'k',
  event_type: 'job.failed',
  severity: 'warning',
  state: 'firing',
  title: 'x',
  detail: '',
  labels: {},
  url: null,
  component: null,
}

describe('what another system says', () => {
  test.each<[string, string | null]>([
    ['https://grafana.example/d/1', 'https://grafana.example/d/1'],
    ['http://prometheus:9090/graph', 'http://prometheus:9090/graph'],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['/graph', null],
    [`https://x.example/${'x'.repeat(2000)}`, null],
  ])('leads to %s', (url, expected) => expect(tidy({ ...said, url }).url).toBe(expected))

  test('is cut to what can be read', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`label${i}`, 'y'.repeat(900)]),
    )
    const {
      title,
      detail,
      labels: kept,
    } = tidy({
      ...said,
      title: 't'.repeat(999),
      detail: 'd'.repeat(9999),
      labels,
    })
    expect([title.length, title.at(-1), detail.length]).toEqual([300, '…', 2000])
    expect(Object.keys(kept)).toHaveLength(40)
    expect(kept['label0']).toHaveLength(300)
  })

  test('without a title is called by its type', () => {
    expect(tidy({ ...said, title: '  ' }).title).toBe('job.failed')
  })
})

type Decided = { raised: number; resolved: number }

function count({ raised, resolved }: ReturnType<typeof decideAlerts>): Decided {
  return { raised: raised.length, resolved: resolved.length }
}

describe('what the service finds on itself', () => {
  const stuck: Concern = {
    source: 'delivery',
    dedupeKey: 'waiting:email',
    eventType: 'delivery.waiting',
    severity: 'critical',
    title: 'Messages do not leave',
    detail: 'since noon',
    since: 1000,
  }
  const past = { source: 'delivery', dedupeKey: 'waiting:email' }
  const none = new Set<string>()
  test.each<[string, Parameters<typeof decideAlerts>, Decided]>([
    ['is raised', [[stuck], [], [], none], { raised: 1, resolved: 0 }],
    [
      'is not raised again while it is live',
      [[stuck], [stuck], [], none],
      { raised: 0, resolved: 0 },
    ],
    [
      'is raised again when it has become graver',
      [[stuck], [{ ...stuck, severity: 'warning' }], [], none],
      { raised: 1, resolved: 0 },
    ],
    [
      'is raised again in other words',
      [[{ ...stuck, detail: 'since one' }], [stuck], [], none],
      { raised: 1, resolved: 0 },
    ],
    ['is resolved when it is over', [[], [stuck], [], none], { raised: 0, resolved: 1 }],
    [
      'stays when nothing could be known of it',
      [[], [stuck], [], new Set(['delivery'])],
      { raised: 0, resolved: 0 },
    ],
    [
      'is let be after a person called it done',
      [[stuck], [], [{ ...past, resolvedAt: 2000 }], none],
      { raised: 0, resolved: 0 },
    ],
    [
      'is raised when it begins anew after that',
      [[{ ...stuck, since: 3000 }], [], [{ ...past, resolvedAt: 2000 }], none],
      { raised: 1, resolved: 0 },
    ],
    [
      'is another thing than its neighbour',
      [[{ ...stuck, dedupeKey: 'waiting:sms' }], [stuck], [{ ...past, resolvedAt: 2000 }], none],
      { raised: 1, resolved: 1 },
    ],
  ])('%s', (_, given, expected) => expect(count(decideAlerts(...given))).toEqual(expected))
})
