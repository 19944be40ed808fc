import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKey } from '../../../api/actions/access/keys.ts'
import { secretOf } from '../../../api/actions/alerts/source-secrets.ts'
import { findSource } from '../../../api/actions/alerts/sources.ts'
import { DAY } from '../../../api/domain/time.ts'
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
type Made = {
  key: string
  secret: string | null
  url: string
  has_secret: boolean
  previous_until: string | null
}

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

const secretNow = async () => secretOf(served.deps, await findSource(served.deps, 'jobs'))

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

  test('gets another secret, and the one before works for a day', async () => {
    const first = await secretNow()
    const rotated = await post(`${base}/jobs/rotate`, undefined, { 'idempotency-key': 'r1' })
    const made = (await rotated.json()) as Made
    const again = await post(`${base}/jobs/rotate`, undefined, { 'idempotency-key': 'r1' })
    expect(((await again.json()) as Made).secret).toBe(made.secret)
    expect(made.previous_until).toBe(new Date(served.clock.now() + DAY).toISOString())
    served.clock.advance(DAY - 1)
    expect((await knock(first)).status).toBe(200)
    expect((await knock(made.secret)).status).toBe(200)
    served.clock.advance(1)
    expect((await knock(first)).status).toBe(403)
    expect((await knock(made.secret)).status).toBe(200)
    const listed = (await (await served.api(base)).json()) as { sources: Made[] }
    expect(listed.sources).toMatchObject([{ previous_until: null }])
  })

  test('that is rotated again within the day keeps only the last secret before', async () => {
    const first = await secretNow()
    const second = ((await (await post(`${base}/jobs/rotate`)).json()) as Made).secret
    const third = ((await (await post(`${base}/jobs/rotate`)).json()) as Made).secret
    const answers = await Promise.all([first, second, third].map((secret) => knock(secret)))
    expect(answers.map(({ status }) => status)).toEqual([403, 200, 200])
  })

  test('that two rotate at once loses neither of their secrets', async () => {
    const made = await Promise.all(
      [1, 2].map(async () => (await post(`${base}/jobs/rotate`)).status),
    )
    expect(made).toEqual([200, 200])
    const [row] = await served.deps.db.select().from(alertSources)
    const { key, createdAt, secretVersion } = row!
    for (const version of [secretVersion - 1, secretVersion]) {
      const secret = await served.deps.secrets.alertSecret(`${key}|${createdAt}`, version)
      expect((await knock(secret)).status).toBe(200)
    }
  })

  test('has its secret before ended at once by who asks for it', async () => {
    const before = await secretNow()
    const { secret } = (await (await post(`${base}/jobs/rotate`)).json()) as Made
    const ended = await post(`${base}/jobs/end-previous`)
    expect(await ended.json()).toMatchObject({ previous_until: null })
    expect((await knock(before)).status).toBe(403)
    expect((await knock(secret)).status).toBe(200)
    expect((await post(`${base}/jobs/end-previous`)).status).toBe(200)
    expect((await post(`${base}/nobody/end-previous`)).status).toBe(404)
    const log = await served.deps.db.select().from(auditLog)
    expect(log.filter(({ action }) => action === 'alert_source.previous_ended')).toHaveLength(1)
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
