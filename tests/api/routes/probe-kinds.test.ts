import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cannotAsk } from '../../../api/probers/prober.ts'
import { nodeProbers } from '../../../api/node/probers.ts'
import { auditLog, probes } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { checks } from '../../support/probed.ts'

let served: Administered
let send: Administered['send']

beforeEach(async () => {
  served = await administered()
  send = served.send
  served.deps.probers = nodeProbers({ allow: [], reaching: (others) => others, userAgent: 'test' })
})
afterEach(() => served[Symbol.asyncDispose]())

const make = (given: object) =>
  send('POST', 'probes', { key: 'p', component: 'checkout', ...given })
const url = 'https://shop.example/health'

const secret = ['headers', 'body', 'send']

describe('a probe by', () => {
  test.each<[string, object, object]>([
    [
      'http',
      {
        url,
        method: 'POST',
        headers: { 'x-key': 'hush-hush' },
        body: '{"key":"hush-hush"}',
        expect_status: [200, '3xx'],
        forbid_text: 'error',
        expect_json: [{ path: '$.status', equals: 'ok' }],
        max_redirects: 0,
        tls_expiry_days: [7],
      },
      { expect_text: '', header_names: ['x-key'], has_body: true, certificate_expires_at: null },
    ],
    [
      'tcp',
      { host: 'mail.example', port: 25, send: 'hush-hush' },
      { expect_text: '', has_send: true },
    ],
    [
      'dns',
      { name: 'shop.example', record_type: 'MX', expect_records: ['10 mx.example'] },
      { resolver: null, expect_match: 'contains' },
    ],
    [
      'tls',
      { host: 'shop.example' },
      { port: 443, server_name: '', tls_expiry_days: [21, 14, 7, 3, 1] },
    ],
    [
      'heartbeat',
      { every_ms: 3_600_000 },
      { grace_ms: 60_000, failure_threshold: 1, success_threshold: 1 },
    ],
    [
      'metric',
      { down_above: 0.05, when_stale: 'down' },
      { degraded_above: null, stale_after_ms: 600_000, failure_threshold: 3 },
    ],
  ])(
    '%s is shown in the fields of its kind, without what may be secret',
    async (kind, given, usual) => {
      const made = await make({ kind, ...given })
      expect(made.status).toBe(201)
      const fields = Object.entries(given)
      const shown = Object.fromEntries(fields.filter(([name]) => !secret.includes(name)))
      expect(made.json).toMatchObject({ kind, ...shown, ...usual })
      for (const name of secret) expect(made.json).not.toHaveProperty(name)
      if (kind !== 'http') expect(made.json).not.toHaveProperty('url')
      expect((await send('GET', 'probes/p')).json).toEqual(made.json)
      expect((await send('GET', 'probes')).json.probes).toEqual([made.json])
      const kept = [made.json, await served.deps.db.select().from(auditLog)]
      expect(JSON.stringify(kept)).not.toContain('hush-hush')
      const console = await send('GET', 'console')
      expect(console.status).toBe(200)
    },
  )
})

describe('refused, with where and why', () => {
  test.each<[string, object, string, string | RegExp]>([
    [
      'a field of another kind',
      { kind: 'tcp', host: 'a.example', port: 1, url },
      'url',
      'is not known to tcp',
    ],
    ['a heartbeat of no time', { kind: 'heartbeat' }, 'every_ms', 'is missing: heartbeat needs it'],
    ['no port', { kind: 'tcp', host: 'a.example' }, 'port', 'is missing: tcp needs it'],
    ['port 0', { kind: 'tcp', host: 'a.example', port: 0 }, 'port', 'must be 1 to 65535'],
    [
      'an unknown record type',
      { kind: 'dns', name: 'a.example', record_type: 'ANY' },
      'record_type',
      'must be one of A, AAAA, CNAME, MX, TXT, NS, SOA, SRV, CAA',
    ],
    [
      'a path that is none',
      { url, expect_json: [{ path: '$.a[', exists: true }] },
      'expect_json.0.path',
      /^must be a JSONPath \(RFC 9535\): ./,
    ],
    [
      'an expectation of two minds',
      { url, expect_json: [{ path: '$.a', equals: 1, less_than: 2 }] },
      'expect_json.0',
      'must have exactly one of equals, contains, greater_than, less_than, exists',
    ],
    [
      'thresholds in the wrong order',
      { kind: 'metric', degraded_above: 2, down_above: 1 },
      'down_above',
      'must not be less than degraded_above',
    ],
    [
      'slowness of what is told',
      { kind: 'metric', down_above: 1, degraded_ms: 100 },
      'degraded_ms',
      'must be null: nobody is asked, so nothing is slow',
    ],
    [
      'a look a day at what is told',
      { kind: 'heartbeat', every_ms: 3_600_000, interval_ms: 86_400_000 },
      'interval_ms',
      'must be at most 300000: looking up what was told asks nobody',
    ],
  ])('%s', async (_, given, path, message) => {
    const answer = await make(given)
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid' } })
    const found = answer.json.errors.find((error: { path: string }) => error.path === path)
    expect(found?.message).toMatch(message)
    expect(await served.deps.db.$count(probes)).toBe(0)
  })

  test('a kind that this machine cannot ask; what is there already can still be paused', async () => {
    await make({ kind: 'tls', host: 'shop.example' })
    const reason = 'cannot be tls here'
    served.deps.probers = { ...served.deps.probers, tls: cannotAsk('tls', reason) }
    expect(await make({ key: 'q', kind: 'tls', host: 'shop.example' })).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'kind', message: reason }] },
    })
    expect(await send('PATCH', 'probes/p', { paused: true })).toMatchObject({ status: 200 })
    await send('PATCH', 'probes/p', { paused: false })
    await checks(served)
    expect((await send('GET', 'probes/p')).json).toMatchObject({
      state: 'unknown',
      last_reason: reason,
    })
  })

  test('a change that contradicts what is there', async () => {
    await make({ kind: 'metric', down_above: 5 })
    expect(await send('PATCH', 'probes/p', { degraded_above: 6 })).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'down_above' }] },
    })
    expect(await send('PATCH', 'probes/p', { url })).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'url', message: 'is not known to metric' }] },
    })
    const changed = await send('PATCH', 'probes/p', { degraded_above: 4 })
    expect(changed.json).toMatchObject({ degraded_above: 4, down_above: 5 })
  })
})
