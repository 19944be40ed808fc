import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Sample } from '../../../api/probers/prober.ts'
import {
  alerts,
  auditLog,
  incidents,
  probeReports,
  probes,
  sampleBuckets,
  watches,
} from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { until } from '../../support/listen.ts'
import { broken, checks, historyOf, scripted, statusOfComponent } from '../../support/probed.ts'
import { shop } from '../../support/shop.ts'

let served: Administered
let send: Administered['send']
let script: ReturnType<typeof scripted>

beforeEach(async () => {
  served = await administered()
  send = served.send
  script = scripted()
  served.deps.probers = script.probers
})
afterEach(() => served[Symbol.asyncDispose]())

const url = 'https://shop.example/health'
const health = { key: 'health', component: 'checkout', url }

/** A probe of the checkout that has found it down. */
async function downProbe(given: object = {}): Promise<string> {
  const { json } = await send('POST', 'probes', { ...health, opens_incident: 'no', ...given })
  script.answers.set(url, broken)
  await checks(served, 3)
  expect(await statusOfComponent(served.deps)).toBe('major_outage')
  return json.id
}

describe('a new probe', () => {
  test('has the usual settings where none are given, and is on record', async () => {
    const made = await send('POST', 'probes', health)
    expect(made.status).toBe(201)
    expect(made.json).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{12}$/),
      key: 'health',
      component_id: shop.checkout,
      kind: 'http',
      url,
      method: 'GET',
      header_names: [],
      has_body: false,
      expect_status: [],
      expect_text: '',
      forbid_text: '',
      expect_json: [],
      max_redirects: 3,
      tls_expiry_days: [21, 14, 7, 3, 1],
      certificate_expires_at: null,
      interval_ms: 30_000,
      recheck_ms: 10_000,
      timeout_ms: 10_000,
      failure_threshold: 3,
      success_threshold: 2,
      confirm_ms: 0,
      stable_ms: 300_000,
      degraded_ms: null,
      latency_percentile: 0.6,
      latency_window: 5,
      status_when_down: 'major_outage',
      opens_incident: 'draft',
      severity: null,
      opening_template: null,
      all_clear: 'propose',
      closing_template: null,
      watch_ms: 1_800_000,
      quorum: null,
      next_check_at: new Date(served.clock.now()).toISOString(),
      regions: [
        {
          region: 'main',
          state: 'unknown',
          since: null,
          last_checked_at: null,
          latency_ms: null,
          reason: '',
        },
      ],
      paused: false,
      state: 'unknown',
      state_since: null,
      flapping_until: null,
      last_checked_at: null,
      last_latency_ms: null,
      last_reason: '',
      created_at: '2026-11-21T12:00:00.000Z',
      updated_at: '2026-11-21T12:00:00.000Z',
    })
    expect(await send('GET', 'probes')).toEqual({ status: 200, json: { probes: [made.json] } })
    for (const name of [made.json.id, 'health'])
      expect((await send('GET', `probes/${name}`)).json).toEqual(made.json)
    expect(await served.deps.db.select().from(auditLog)).toMatchObject([
      { actor: 'tester', action: 'probe.create', object: `probes/${made.json.id}` },
    ])
  })

  test('asks as it is set; the values of its headers are never shown or logged', async () => {
    const settings = {
      method: 'HEAD',
      expect_status: [204],
      interval_ms: 60_000,
      recheck_ms: 5000,
      timeout_ms: 3000,
      failure_threshold: 5,
      success_threshold: 1,
      degraded_ms: 800,
      status_when_down: 'partial_outage',
      opens_incident: 'public',
      severity: 'SEV-1',
    }
    const headers = { authorization: 'Bearer hush-hush' }
    const made = await send('POST', 'probes', { ...health, ...settings, headers })
    expect(made.json).toMatchObject({ ...settings, header_names: ['authorization'] })
    await checks(served)
    expect(script.asked).toMatchObject([
      { url, method: 'HEAD', headers, timeout_ms: 3000, expect_status: [204], expect_text: '' },
    ])
    await send('PATCH', 'probes/health', { headers: { 'x-key': 'hush-hush' } })
    const shown = [await send('GET', 'probes'), await served.deps.db.select().from(auditLog)]
    expect(JSON.stringify(shown)).not.toContain('hush-hush')
  })

  test('is made once per Idempotency-Key, and once per key', async () => {
    const headers = { 'idempotency-key': 'p' }
    const [one, two] = await Promise.all([1, 2].map(() => send('POST', 'probes', health, headers)))
    expect(one!.status).toBe(201)
    expect(two).toEqual(one)
    const others = await Promise.all(
      [1, 2].map(() => send('POST', 'probes', { ...health, key: 'other' })),
    )
    expect(others.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(others.find(({ status }) => status === 409)!.json.errors).toEqual([
      { path: 'key', message: 'there is a probe "other" already' },
    ])
    expect(await served.deps.db.$count(probes)).toBe(2)
  })
})

describe('a probe that is down', () => {
  test('has no say once it is paused: the component recovers, on the page too', async () => {
    const id = await downProbe()
    const { json } = await send('PATCH', `probes/${id}`, { paused: true })
    expect(json).toMatchObject({ paused: true, state: 'unknown', state_since: null })
    expect(await statusOfComponent(served.deps)).toBe('operational')
    expect(JSON.parse(await served.published('/api/v2/summary.json'))).toMatchObject({
      status: { indicator: 'none' },
    })
    expect(await served.deps.db.select().from(alerts)).toMatchObject([{ status: 'resolved' }])
    const asked = script.asked.length
    const resumed = await send('PATCH', 'probes/health', { paused: false })
    expect(resumed.json).toMatchObject({ paused: false, state: 'unknown' })
    await checks(served, 3)
    expect(script.asked).toHaveLength(asked + 3)
    expect(await statusOfComponent(served.deps)).toBe('major_outage')
    const actions = (await served.deps.db.select().from(auditLog)).map(({ action }) => action)
    expect(actions).toEqual([
      'probe.create',
      'probe.down',
      'probe.pause',
      'probe.resume',
      'probe.down',
    ])
  })

  test('is asked from other places when it is set so, and counts what they say', async () => {
    await send('POST', 'probes', health)
    const regions = ['office', 'main']
    const { json } = await send('PATCH', 'probes/health', { regions, quorum: 2 })
    expect(json).toMatchObject({
      quorum: 2,
      regions: [
        { region: 'office', state: 'unknown' },
        { region: 'main', state: 'unknown' },
      ],
    })
    const refused = await send('PATCH', 'probes/health', { regions: ['office'] })
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ path: 'quorum' }] } })
    const told = { key: 'job', component: 'checkout', kind: 'heartbeat', every_ms: 60_000 }
    expect(await send('POST', 'probes', { ...told, regions })).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'regions' }] },
    })
  })

  test('frees its component when it is set to watch another, and begins anew there', async () => {
    const id = await downProbe()
    const { json } = await send('PATCH', `probes/${id}`, { component: 'search' })
    expect(json).toMatchObject({ component_id: shop.search, state: 'unknown' })
    expect(await statusOfComponent(served.deps)).toBe('operational')
    expect(await statusOfComponent(served.deps, shop.search)).toBe('operational')
    await checks(served, 3)
    expect(await statusOfComponent(served.deps)).toBe('operational')
    expect(await statusOfComponent(served.deps, shop.search)).toBe('major_outage')
  })

  test('says what it is set to say, at once', async () => {
    await downProbe()
    await send('PATCH', 'probes/health', { status_when_down: 'degraded_performance' })
    expect(await statusOfComponent(served.deps)).toBe('degraded_performance')
  })

  test('is silenced once by many who pause and move it at once', async () => {
    const id = await downProbe()
    const edits = [{ paused: true }, { component: 'search' }, { interval_ms: 60_000 }]
    const answers = await Promise.all(edits.map((edit) => send('PATCH', `probes/${id}`, edit)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await send('GET', `probes/${id}`)).json).toMatchObject({
      paused: true,
      component_id: shop.search,
      interval_ms: 60_000,
      state: 'unknown',
    })
    expect(await statusOfComponent(served.deps)).toBe('operational')
    expect(await statusOfComponent(served.deps, shop.search)).toBe('operational')
  })
})

const remove = (idOrKey: string) => served.api(`/api/admin/probes/${idOrKey}`, { method: 'DELETE' })

describe('a probe that is deleted', () => {
  test('takes its word and its measurements along, and leaves what it told', async () => {
    const id = await downProbe({ opens_incident: 'draft' })
    const { deps } = served
    expect(await deps.db.select().from(sampleBuckets)).not.toEqual([])
    expect((await remove('health')).status).toBe(204)
    expect(await statusOfComponent(deps)).toBe('operational')
    for (const table of [probes, watches, sampleBuckets, probeReports])
      expect(await deps.db.select().from(table)).toEqual([])
    expect(await deps.db.select().from(alerts)).toMatchObject([
      { status: 'resolved', probeId: null },
    ])
    expect(await deps.db.select().from(incidents)).toMatchObject([{ draft: true, probeId: null }])
    const shown = await historyOf(deps, served.clock.now())
    expect(shown.some((interval) => interval.startsWith('major_outage'))).toBe(true)
    expect((await send('GET', `probes/${id}`)).status).toBe(404)
    expect((await remove(id)).status).toBe(404)
    const actions = (await deps.db.select().from(auditLog)).map(({ action }) => action)
    expect(actions.at(-1)).toBe('probe.delete')
    expect((await send('POST', 'probes', health)).status).toBe(201)
  })

  test('does not hear the answer that was under way', async () => {
    await send('POST', 'probes', health)
    const answer = Promise.withResolvers<Sample>()
    script.answers.set(url, () => answer.promise)
    const round = checks(served)
    await until(() => script.asked.length === 1)
    expect((await remove('health')).status).toBe(204)
    answer.resolve(broken)
    await round
    expect(await served.deps.db.select().from(sampleBuckets)).toEqual([])
    expect(served.log.filter((line) => line.includes('"level":"error"'))).toEqual([])
  })
})

test('the routes are in the OpenAPI document', async () => {
  const document = (await (await served.api('/api/openapi.json')).json()) as {
    paths: Record<string, object>
    components: { schemas: object }
  }
  expect(Object.keys(document.paths['/api/admin/probes']!)).toEqual(['get', 'post'])
  expect(Object.keys(document.paths['/api/admin/probes/{id}']!)).toEqual(['get', 'patch', 'delete'])
  for (const name of ['Probe', 'NewProbe', 'ProbeEdit'])
    expect(document.components.schemas).toHaveProperty(name)
})
