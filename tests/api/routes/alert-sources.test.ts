import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKey } from '../../../api/actions/access/keys.ts'
import { alerts, alertSources, auditLog } from '../../../db/schema.ts'
import { createSecrets } from '../../../api/secrets.ts'
import { servedWorld, type Served } from '../../support/http.ts'
import { shop } from '../../support/shop.ts'

let served: Served

beforeAll(async () => {
  served = await servedWorld()
})
afterAll(() => served.dispose())

const base = '/api/admin/alert-sources'
const jobs = { key: 'jobs', name: 'Nightly jobs', kind: 'generic', component: 'checkout' }
type Made = { key: string; secret: string | null; url: string; has_secret: boolean }

const post = (path: string, body?: object, headers = {}) =>
  served.api(path, { method: 'POST', headers, ...(body ? { body } : {}) })
const knock = (secret: string | null, to = 'jobs') =>
  served.app.fetch(
    new Request(`http://status.example/hooks/alerts/${to}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: JSON.stringify({ event_type: 'job.failed', title: 'A job failed' }),
    }),
  )

describe('a source', () => {
  test('is made with an address and a secret, and works at once', async () => {
    const answer = await post(base, jobs)
    expect(answer.status).toBe(201)
    const made = (await answer.json()) as Made
    expect(made).toMatchObject({
      url: 'http://status.example/hooks/alerts/jobs',
      component_id: shop.checkout,
      last_received_at: null,
    })
    expect((await knock(made.secret)).status).toBe(200)
    const listed = await (await served.api(base)).json()
    expect(listed).toMatchObject({ sources: [{ key: 'jobs', has_secret: true }] })
    expect(JSON.stringify(listed)).not.toContain('whsec_')
  })

  test('gets another secret, and the one before is void at once', async () => {
    const before = await served.deps.db.select().from(alertSources)
    const first = await post(`${base}/jobs/rotate`, undefined, { 'idempotency-key': 'r1' })
    const { secret } = (await first.json()) as Made
    const again = await post(`${base}/jobs/rotate`, undefined, { 'idempotency-key': 'r1' })
    expect(((await again.json()) as Made).secret).toBe(secret)
    const { key, createdAt } = before[0]!
    const old = await served.deps.secrets.alertSecret(`${key}|${createdAt}`, 1)
    expect((await knock(old)).status).toBe(403)
    expect((await knock(secret)).status).toBe(200)
  })

  test('changes its name and component', async () => {
    const answer = await served.api(`${base}/jobs`, {
      method: 'PATCH',
      body: { name: 'Jobs', component: null },
    })
    expect(await answer.json()).toMatchObject({ name: 'Jobs', component_id: null })
  })

  test('that is removed answers no more, and its live alerts are resolved', async () => {
    expect((await served.api(`${base}/jobs`, { method: 'DELETE' })).status).toBe(204)
    expect((await knock('x')).status).toBe(404)
    expect(await served.deps.db.select().from(alerts)).toMatchObject([
      { status: 'resolved', resolvedBy: 'tester', reason: 'its source was removed' },
    ])
  })

  test('that is made again does not open to who knew the first', async () => {
    const first = (await (await post(base, { ...jobs, key: 'again' })).json()) as Made
    await served.api(`${base}/again`, { method: 'DELETE' })
    served.clock.advance(1000)
    await post(base, { ...jobs, key: 'again' })
    expect((await knock(first.secret, 'again')).status).toBe(403)
  })

  test.each<[string, object, number]>([
    ['with a key that is taken', { ...jobs, key: 'again' }, 409],
    ['with the name of our own alerts', { ...jobs, key: 'probe' }, 409],
    ['with a key that no address can hold', { ...jobs, key: 'A b' }, 422],
    ['of a kind that nobody knows', { ...jobs, key: 'x', kind: 'nagios' }, 422],
    ['about a component that is not there', { ...jobs, key: 'x', component: 'cellar' }, 422],
    ['with a short secret', { ...jobs, key: 'x', secret: 'short' }, 422],
  ])('%s is refused', async (_, body, status) => {
    expect((await post(base, body)).status).toBe(status)
  })
})

describe('the secret of Sentry', () => {
  test('is entered, kept sealed, and shown to nobody', async () => {
    const secret = 'the-client-secret-of-sentry'
    const made = (await (
      await post(base, { key: 'sentry', name: 'Sentry', kind: 'sentry' })
    ).json()) as Made
    expect(made).toMatchObject({ has_secret: false, secret: null })
    const entered = await served.api(`${base}/sentry`, { method: 'PATCH', body: { secret } })
    expect(await entered.text()).not.toContain(secret)
    const rows = JSON.stringify([
      await served.deps.db.select().from(alertSources),
      await served.deps.db.select().from(auditLog),
    ])
    expect(rows).not.toContain(secret)
    expect((await post(`${base}/sentry/rotate`)).status).toBe(409)
  })

  test('can be read in its place only, and with our key only', async () => {
    const { secrets } = served.deps
    const sealed = await secrets.seal('alert_sources/sentry', 'a secret')
    expect(await secrets.unseal('alert_sources/sentry', sealed)).toBe('a secret')
    expect(await secrets.unseal('alert_sources/other', sealed)).toBeNull()
    const others = await createSecrets('another secret of tests that is long enough')
    expect(await others.unseal('alert_sources/sentry', sealed)).toBeNull()
    expect(await secrets.unseal('alert_sources/sentry', `${sealed.slice(0, -3)}AAA`)).toBeNull()
    expect(await secrets.unseal('alert_sources/sentry', 'nonsense')).toBeNull()
    expect(await secrets.seal('alert_sources/sentry', 'a secret')).not.toBe(sealed)
  })
})

test.each<[string, ('read' | 'incidents:write' | 'probes:write')[], number]>([
  ['who may change probes', ['probes:write'], 201],
  ['who may only read', ['read'], 403],
  ['who writes incidents', ['read', 'incidents:write'], 403],
])('a source is made by %s: %s', async (_, scopes, status) => {
  const { token } = await createKey(
    served.deps,
    { id: 'tester', requestId: null },
    { name: 'x', scopes },
  )
  const headers = { authorization: `Bearer ${token}` }
  const answer = await post(base, { ...jobs, key: `by-${scopes.length}-${status}` }, headers)
  expect(answer.status).toBe(status)
})
