import { describe, expect, test } from 'vitest'
import { setAlertStatus } from '../../../api/actions/alerts/moving.ts'
import {
  createSource,
  deleteSource,
  findSource,
  updateSource,
} from '../../../api/actions/alerts/sources.ts'
import { secretOf } from '../../../api/actions/alerts/source-secrets.ts'
import { createApp } from '../../../api/app.ts'
import { HOUR, MINUTE } from '../../../api/domain/time.ts'
import type { AlertSourceKind } from '../../../api/domain/words.ts'
import { alertSources, auditLog, webhookEvents } from '../../../db/schema.ts'
import {
  alertmanagerBody,
  grafanaBody,
  sentryIssue,
  sentryIssueAlert,
  sentryMetricAlert,
} from '../../support/alert-payloads.ts'
import { hexOf, hookedWorld, standardHeaders } from '../../support/alert-sender.ts'
import { shop } from '../../support/shop.ts'

const operator = { id: 'tester', requestId: null }
const failed = { event_type: 'job.failed', title: 'The nightly job failed' }
const body = JSON.stringify(failed)

type Given = { secret: string; now: number }
type Row = [string, AlertSourceKind, (given: Given) => Record<string, string>, number]

const empty = JSON.stringify({ alerts: [] })

test.each<Row>([
  ['a bearer secret', 'alertmanager', ({ secret }) => ({ authorization: `Bearer ${secret}` }), 200],
  ['a wrong bearer secret', 'alertmanager', () => ({ authorization: 'Bearer whsec_x' }), 403],
  ['the secret as a password', 'alertmanager', ({ secret }) => ({ authorization: secret }), 403],
  ['nothing', 'alertmanager', () => ({}), 401],
  [
    'a signature that it cannot make',
    'alertmanager',
    ({ secret }) => ({ 'x-signature': hexOf(secret, empty) }),
    401,
  ],
  [
    'a signature',
    'grafana',
    ({ secret }) => ({ 'x-grafana-alerting-signature': hexOf(secret, empty) }),
    200,
  ],
  [
    'a signature of its time too',
    'grafana',
    ({ secret, now }) => ({
      'x-grafana-alerting-signature': hexOf(secret, `${now / 1000}:${empty}`),
      'x-grafana-alerting-signature-timestamp': String(now / 1000),
    }),
    200,
  ],
  [
    'a signature of an hour ago',
    'grafana',
    ({ secret, now }) => ({
      'x-grafana-alerting-signature': hexOf(secret, `${now / 1000 - 3600}:${empty}`),
      'x-grafana-alerting-signature-timestamp': String(now / 1000 - 3600),
    }),
    403,
  ],
  [
    'a signature of something else',
    'grafana',
    ({ secret }) => ({ 'x-grafana-alerting-signature': hexOf(secret, `${empty} `) }),
    403,
  ],
  ['a bearer secret', 'grafana', ({ secret }) => ({ authorization: `Bearer ${secret}` }), 200],
  [
    'a signature',
    'sentry',
    ({ secret }) => ({ 'sentry-hook-signature': hexOf(secret, empty) }),
    200,
  ],
  ['a bearer secret', 'sentry', ({ secret }) => ({ authorization: `Bearer ${secret}` }), 401],
  ['a forged signature', 'sentry', () => ({ 'sentry-hook-signature': hexOf('x', empty) }), 403],
])('%s of %s', async (_, kind, headersOf, status) => {
  await using w = await hookedWorld(kind)
  const headers = headersOf({ secret: w.secret, now: w.clock.now() })
  const answer = await w.send(empty, headers)
  expect(answer.status).toBe(status)
  const [source] = await w.deps.db.select().from(alertSources)
  expect(source!.lastReceivedAt).toBe(status === 200 ? w.clock.now() : null)
})

type Signed = [string, (given: Given) => Record<string, string>, number]

test.each<Signed>([
  ['Standard Webhooks', ({ secret, now }) => standardHeaders(secret, body, 'msg_1', now), 200],
  [
    'Standard Webhooks of another secret',
    ({ now }) => standardHeaders('whsec_AAAA', body, 'msg_1', now),
    403,
  ],
  [
    'Standard Webhooks of six minutes ago',
    ({ secret, now }) => standardHeaders(secret, body, 'msg_1', now - 6 * MINUTE),
    403,
  ],
  [
    'Standard Webhooks without a time',
    ({ secret, now }) => ({
      ...standardHeaders(secret, body, 'msg_1', now),
      'webhook-timestamp': '',
    }),
    403,
  ],
  ['a plain signature', ({ secret }) => ({ 'x-signature': `sha256=${hexOf(secret, body)}` }), 200],
  ['a forged signature', () => ({ 'x-signature': `sha256=${hexOf('x', body)}` }), 403],
  ['a bearer secret', ({ secret }) => ({ authorization: `Bearer ${secret}` }), 200],
  ['nothing', () => ({}), 401],
])('%s of our own JSON', async (_, headersOf, status) => {
  await using w = await hookedWorld('generic')
  const answer = await w.send(body, headersOf({ secret: w.secret, now: w.clock.now() }))
  expect(answer.status).toBe(status)
  expect(await w.known()).toHaveLength(status === 200 ? 1 : 0)
})

describe('a request', () => {
  test.each<[string, string, number, string]>([
    ['that is no JSON', '{', 422, 'must be JSON'],
    ['without a title', JSON.stringify({ event_type: 'x' }), 422, 'title'],
    ['with a field that nobody knows', JSON.stringify({ ...failed, titel: 'x' }), 422, 'titel'],
    [
      'with a link that a browser runs',
      JSON.stringify({ ...failed, url: 'javascript:alert(1)' }),
      422,
      'url',
    ],
    ['of more than 256 KiB', JSON.stringify({ ...failed, detail: 'x'.repeat(300_000) }), 413, ''],
  ])('%s is refused for good', async (_, sent, status, word) => {
    await using w = await hookedWorld('generic')
    const answer = await w.say(sent)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(word)
    expect(await w.known()).toEqual([])
  })

  test('of a source that nobody knows is answered 404', async () => {
    await using w = await hookedWorld('generic')
    expect((await w.send(body, {}, 'nobody')).status).toBe(404)
    await deleteSource(w.deps, operator, 'watcher')
    expect((await w.say(body)).status).toBe(404)
  })

  test('that cannot be stored is to be sent again', async () => {
    await using w = await hookedWorld('generic')
    w.deps.db.close()
    const answer = await w.say(body)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBeTruthy()
  })

  test('of Sentry is refused until its secret is entered', async () => {
    await using w = await hookedWorld('sentry')
    await createSource(w.deps, operator, { key: 'later', name: 'Sentry', kind: 'sentry' })
    const headers = { 'sentry-hook-signature': hexOf('the-secret-of-sentry', '{}') }
    expect((await w.send('{}', headers, 'later')).status).toBe(403)
    await updateSource(w.deps, operator, 'later', { secret: 'the-secret-of-sentry' })
    expect((await w.send('{}', headers, 'later')).status).toBe(200)
  })
})

describe('the same event', () => {
  const event = { ...failed, event_id: 'run-17' }

  test('is stored once, also when it comes twice at once', async () => {
    await using w = await hookedWorld('generic')
    const answers = await Promise.all([w.say(event), w.say(event), w.say(event)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await w.known()).toMatchObject([{ occurrences: 1, status: 'open' }])
    expect(await w.deps.db.$count(webhookEvents)).toBe(1)
  })

  test('does not come back after an operator has resolved it, however late it is repeated', async () => {
    await using w = await hookedWorld('generic')
    await w.say(event)
    const [alert] = await w.known()
    await setAlertStatus(w.deps, operator, alert!.id, 'resolved', 'mended')
    w.clock.advance(3 * HOUR)
    await w.say(event)
    expect(await w.known()).toMatchObject([{ status: 'resolved', resolvedBy: 'tester' }])
  })

  test('of Standard Webhooks is known by its id', async () => {
    await using w = await hookedWorld('generic')
    for (const id of ['msg_1', 'msg_1', 'msg_2']) {
      const headers = standardHeaders(w.secret, body, id, w.clock.now())
      expect((await w.send(body, headers)).status).toBe(200)
      w.clock.advance(1000)
    }
    expect(await w.known()).toMatchObject([{ occurrences: 2 }])
  })

  test('is another one of another source', async () => {
    await using w = await hookedWorld('generic')
    await createSource(w.deps, operator, { key: 'other', name: 'Other', kind: 'generic' })
    const secret = await secretOf(w.deps, await findSource(w.deps, 'other'))
    await w.say(event)
    await w.send(JSON.stringify(event), { authorization: `Bearer ${secret}` }, 'other')
    expect((await w.known()).map(({ source }) => source)).toEqual(['watcher', 'other'])
  })
})

describe('without ids', () => {
  test('a repeated request changes nothing, a reminder counts up', async () => {
    await using w = await hookedWorld('alertmanager')
    const firing = alertmanagerBody([{ fingerprint: 'a' }])
    await w.say(firing)
    w.clock.advance(MINUTE)
    await w.say(firing)
    expect(await w.known()).toMatchObject([{ occurrences: 1 }])
    w.clock.advance(4 * HOUR)
    await w.say(firing)
    expect(await w.known()).toMatchObject([{ occurrences: 2, lastSeenAt: w.clock.now() }])
  })

  test('what flaps in the very same words is never lost', async () => {
    await using w = await hookedWorld('generic')
    const over = { ...failed, state: 'resolved' }
    for (const said of [failed, over, failed, over, failed]) {
      await w.say(said)
      w.clock.advance(1000)
    }
    expect((await w.known()).map(({ status }) => status)).toEqual(['resolved', 'resolved', 'open'])
  })
})

describe('Alertmanager', () => {
  test('brings one alert per entry, and ends each by itself', async () => {
    await using w = await hookedWorld('alertmanager')
    await w.say(alertmanagerBody([{ fingerprint: 'a' }, { fingerprint: 'b' }]))
    expect(await w.known()).toMatchObject([
      {
        source: 'watcher',
        dedupeKey: 'a',
        eventType: 'HighErrorRate',
        severity: 'critical',
        title: 'Errors above 5 %',
        detail: '7 % of requests fail.',
        url: 'http://prometheus.example/graph?g0.expr=errors',
        labels: { instance: 'api-1:9090' },
      },
      { dedupeKey: 'b' },
    ])
    w.clock.advance(MINUTE)
    await w.say(alertmanagerBody([{ fingerprint: 'a', status: 'resolved' }, { fingerprint: 'b' }]))
    expect((await w.known()).map(({ status, resolvedBy }) => [status, resolvedBy])).toEqual([
      ['resolved', 'watcher'],
      ['open', null],
    ])
  })

  test('that fires again begins a new alert', async () => {
    await using w = await hookedWorld('alertmanager')
    for (const [status, startsAt] of [
      ['firing', '2026-11-21T11:58:00Z'],
      ['resolved', '2026-11-21T11:58:00Z'],
      ['firing', '2026-11-21T12:05:00Z'],
    ] as const) {
      await w.say(alertmanagerBody([{ fingerprint: 'a', status, startsAt }]))
      w.clock.advance(1000)
    }
    expect((await w.known()).map(({ status }) => status)).toEqual(['resolved', 'open'])
  })

  test('leaves one line in the audit log per request that brings news', async () => {
    await using w = await hookedWorld('alertmanager')
    const firing = alertmanagerBody([{ fingerprint: 'a' }, { fingerprint: 'b' }])
    await w.say(firing)
    await w.say(firing)
    const lines = (await w.deps.db.select().from(auditLog)).filter(
      ({ action }) => action === 'alerts.received',
    )
    expect(lines).toMatchObject([
      {
        actor: 'alerts:watcher',
        object: 'alert-sources/watcher',
        detail: { firing: 2, resolved: 0 },
      },
    ])
  })
})

test('Grafana leads to its panel, and its label names the component', async () => {
  await using w = await hookedWorld('grafana')
  await w.say(grafanaBody)
  expect(await w.known()).toMatchObject([
    {
      title: 'p95 above 2 s',
      eventType: 'Checkout slow',
      severity: 'warning',
      url: 'https://grafana.example/d/abc?viewPanel=1',
      componentId: shop.checkout,
    },
  ])
})

describe('Sentry', () => {
  test('brings an issue alert, and resolving the issue ends it', async () => {
    await using w = await hookedWorld('sentry')
    expect((await w.ofSentry('event_alert', sentryIssueAlert)).status).toBe(200)
    expect(await w.known()).toMatchObject([
      {
        dedupeKey: 'issue:1170820242',
        severity: 'critical',
        title: 'ReferenceError: heck is not defined',
        detail: '?(<anonymous>)\nRule: Very important alert rule!',
        componentId: shop.checkout,
      },
    ])
    await w.ofSentry('issue', sentryIssue('assigned'))
    expect(await w.known()).toMatchObject([{ status: 'open' }])
    await w.ofSentry('issue', sentryIssue('resolved'))
    expect(await w.known()).toMatchObject([{ status: 'resolved' }])
  })

  test('raises and ends a metric alert', async () => {
    await using w = await hookedWorld('sentry')
    await w.ofSentry('metric_alert', sentryMetricAlert('warning'))
    await w.ofSentry('metric_alert', sentryMetricAlert('critical'))
    expect(await w.known()).toMatchObject([
      { severity: 'critical', occurrences: 2, title: 'Critical: Too many errors' },
    ])
    await w.ofSentry('metric_alert', sentryMetricAlert('resolved'))
    expect(await w.known()).toMatchObject([{ status: 'resolved' }])
  })

  test('may say what is no alert', async () => {
    await using w = await hookedWorld('sentry')
    const installed = JSON.stringify({ action: 'created', data: { installation: {} } })
    expect((await w.ofSentry('installation', installed)).status).toBe(200)
    expect(await w.known()).toEqual([])
  })
})

test.each<[string, object, string | null]>([
  ['by key', { component: 'checkout' }, shop.checkout],
  ['by id', { component: shop.checkout }, shop.checkout],
  ['by a name that nothing has', { component: 'cellar' }, shop.search],
  ['not at all', {}, shop.search],
])('a component that is named %s', async (_, named, expected) => {
  await using w = await hookedWorld('generic')
  await updateSource(w.deps, operator, 'watcher', { component: 'search' })
  await w.say({ ...failed, ...named })
  expect(await w.known()).toMatchObject([{ componentId: expected }])
})

test('of several words on one thing in one request the last one counts', async () => {
  await using w = await hookedWorld('generic')
  await w.say({ alerts: [failed, { ...failed, state: 'resolved' }] })
  expect(await w.known()).toEqual([])
  await w.say({ alerts: [{ ...failed, state: 'resolved' }, failed] })
  expect(await w.known()).toMatchObject([{ status: 'open', occurrences: 1 }])
})

test('one network is held to a pace, with the time to try again', async () => {
  await using w = await hookedWorld('generic')
  const app = createApp(w.deps)
  const ask = () =>
    app.fetch(new Request('http://status.example/hooks/alerts/nobody', { method: 'POST' }), {
      clientIp: '203.0.113.9',
    })
  for (let asked = 0; asked < 1500; asked++) expect((await ask()).status).toBe(404)
  const answer = await ask()
  expect(answer.status).toBe(429)
  expect(answer.headers.get('retry-after')).toBe('1')
})

test('one source is held to a pace wherever it sends from, and may still say that it is over', async () => {
  await using w = await hookedWorld('generic')
  const answers = await Promise.all(Array.from({ length: 601 }, () => w.say(failed)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(600)
  const refused = answers.find(({ status }) => status === 429)!
  expect(refused.headers.get('retry-after')).toBe('1')
  expect((await w.say({ ...failed, state: 'resolved' })).status).toBe(200)
  expect(await w.known()).toMatchObject([{ status: 'resolved' }])
}, 60_000)
