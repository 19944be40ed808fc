import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { announcements } from '../../db/schema.ts'
import { createKey } from '../../api/actions/access/keys.ts'
import { servedWorld, type Served } from '../support/http.ts'
import { shop } from '../support/shop.ts'
import { operator } from '../support/telling.ts'

let served: Served

beforeAll(async () => {
  served = await servedWorld()
})
afterAll(() => served.dispose())

const trouble = {
  name: 'Checkout is slow',
  body: 'We are looking into it.',
  components: [{ key: 'checkout', status: 'partial_outage' }],
}

const post = (path: string, body: unknown, headers?: Record<string, string>) =>
  served.api(path, { method: 'POST', body, ...(headers ? { headers } : {}) })

describe('what is refused, and how', () => {
  test.each([
    ['a missing name', { ...trouble, name: undefined }, 'name'],
    ['an empty body', { ...trouble, body: '  ' }, 'body'],
    ['no component', { ...trouble, components: [] }, 'components'],
    ['a wrong status', { ...trouble, status: 'resolvd' }, 'status'],
    [
      'a wrong component status',
      { ...trouble, components: [{ key: 'checkout', status: 'down' }] },
      'components.0.status',
    ],
    [
      'an unknown component',
      { ...trouble, components: [{ key: 'till', status: 'operational' }] },
      'components.0.key',
    ],
    [
      'a component named twice over',
      { ...trouble, components: [{ key: 'a', id: 'b', status: 'operational' }] },
      'components.0',
    ],
    ['an unknown severity', { ...trouble, severity: 'P7' }, 'severity'],
    ['a local time', { ...trouble, next_update_at: '2026-11-21 12:00' }, 'next_update_at'],
    ['an unknown field', { ...trouble, notfy: false }, 'notfy'],
  ])('%s: 422 with its path', async (_, body, path) => {
    const answer = await post('/api/admin/incidents', body)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await answer.json()) as {
      code: string
      errors: { path: string; message: string }[]
    }
    expect(problem.code).toBe('invalid')
    expect(problem.errors.map((error) => error.path)).toContain(path)
  })

  test.each([
    ['broken JSON', '{"name": '],
    ['a JSON string', '"hello"'],
  ])('%s: a problem, not a crash', async (_, body) => {
    const answer = await post('/api/admin/incidents', body)
    expect([400, 422]).toContain(answer.status)
    expect(await answer.json()).toMatchObject({ code: 'invalid' })
  })

  test.each([
    ['no key', {}],
    ['an unknown key', { authorization: 'Bearer nobody.0123456789abcdefghijklmnop' }],
    ['a wrong secret', { authorization: 'Bearer tester.ponmlkjihgfedcba9876543210' }],
  ])('%s: 401', async (_, headers) => {
    const answer = await served.app.fetch(
      new Request('http://status.example/api/admin/incidents', { headers }),
    )
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated' })
  })

  test('a key without the scope: 403', async () => {
    const { token } = await createKey(served.deps, operator, { name: 'reader', scopes: ['read'] })
    const answer = await post('/api/admin/incidents', trouble, { authorization: `Bearer ${token}` })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'forbidden' })
  })

  test('more than a megabyte: 413', async () => {
    const answer = await post('/api/admin/incidents', { ...trouble, body: 'x'.repeat(1_100_000) })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ code: 'too_large' })
  })

  test('what is not there: 404', async () => {
    for (const path of ['/api/admin/incidents/nosuchthing0', '/api/nowhere', '/hooks/nobody'])
      expect((await served.api(path)).status).toBe(404)
  })

  test('a forged callback: 403', async () => {
    const answer = await post('/hooks/resend', { type: 'email.delivered' })
    expect(answer.status).toBe(403)
  })
})

describe('Idempotency-Key', () => {
  test('the same request twice opens one incident, also at the same moment', async () => {
    const before = await served.deps.db.$count(announcements)
    const headers = { 'idempotency-key': 'once' }
    const answers = await Promise.all(
      [1, 2, 3].map(() => post('/api/admin/incidents', trouble, headers)),
    )
    answers.push(await post('/api/admin/incidents', trouble, headers))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    const ids = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { id: string }).id),
    )
    expect(new Set(ids).size).toBe(1)
    expect(await served.deps.db.$count(announcements)).toBe(before + 1)
  })

  test('another request under the same key: 409', async () => {
    const answer = await post(
      '/api/admin/incidents',
      { ...trouble, name: 'Else' },
      { 'idempotency-key': 'once' },
    )
    expect(answer.status).toBe(409)
  })
})

describe('the life of an incident over HTTP', () => {
  test('opened, updated, cleared; a second all-clear is a conflict', async () => {
    const opened = await post('/api/admin/incidents', trouble)
    expect(opened.status).toBe(201)
    const { id } = (await opened.json()) as { id: string }
    const updated = await post(`/api/admin/incidents/${id}/updates`, {
      status: 'identified',
      body: 'A disk is full.',
      next_update_at: '2026-11-21T14:00:00+01:00',
    })
    expect(await updated.json()).toMatchObject({
      status: 'identified',
      next_update_at: '2026-11-21T13:00:00.000Z',
    })
    const words = { issue: 'Slow.', root_cause: 'Disk.', fix: 'Disk.', impact: 'Minutes.' }
    const cleared = await post(`/api/admin/incidents/${id}/all-clear`, words)
    expect(cleared.status).toBe(201)
    expect(await cleared.json()).toMatchObject({ status: 'resolved', all_clear: words })
    expect((await post(`/api/admin/incidents/${id}/all-clear`, words)).status).toBe(409)
    const progress = await served.api(`/api/admin/announcements?incident_id=${id}`)
    expect(((await progress.json()) as { announcements: unknown[] }).announcements).toHaveLength(3)
  })

  test('every change is in the audit log with the key that made it', async () => {
    const answer = await served.api('/api/admin/logs?page=1&page_size=5')
    const { logs } = (await answer.json()) as {
      logs: { actor: string; action: string; request_id: string }[]
    }
    expect(logs[0]).toMatchObject({ actor: 'tester', action: 'incident.all_clear' })
    expect(logs[0]!.request_id).toMatch(/^[a-z0-9]{12}$/)
  })

  test('a draft is corrected and published in one request; what is public is then only corrected', async () => {
    const opened = await post('/api/admin/incidents', { ...trouble, draft: true })
    const { id } = (await opened.json()) as { id: string }
    const change = (body: object) =>
      served.api(`/api/admin/incidents/${id}`, { method: 'PATCH', body })
    const published = await change({ name: 'Checkout is down', impact: 'critical', draft: false })
    expect(published.status).toBe(200)
    const expected = { name: 'Checkout is down', impact: 'critical', draft: false }
    expect(await published.json()).toMatchObject(expected)
    expect((await change({ name: 'Something else', draft: false })).status).toBe(409)
    const kept = await served.api(`/api/admin/incidents/${id}`)
    expect(await kept.json()).toMatchObject(expected)
    expect(await (await change({ name: 'Checkout is slow' })).json()).toMatchObject({
      name: 'Checkout is slow',
    })
  })
})

describe('the OpenAPI document', () => {
  test('names every route that is mounted, with schemas', async () => {
    const answer = await served.api('/api/openapi.json')
    const document = (await answer.json()) as {
      openapi: string
      paths: Record<string, Record<string, unknown>>
      components: { schemas: Record<string, unknown> }
    }
    expect(document.openapi).toBe('3.1.0')
    for (const path of [
      '/api/admin/incidents',
      '/api/admin/incidents/{id}/updates',
      '/api/admin/incidents/{id}/all-clear',
      '/api/subscribers',
      '/api/subscribers/verify',
      '/hooks/resend',
      '/health',
      '/ready',
    ])
      expect(Object.keys(document.paths)).toContain(path)
    expect(document.components.schemas).toHaveProperty('NewIncident')
    expect(JSON.stringify(document)).not.toContain('"$ref":"#/components/schemas/undefined"')
  })
})

describe('when the database is gone', () => {
  test('writing is answered with 503 and when to try again', async () => {
    await using dying = await servedWorld()
    dying.deps.db.close()
    const answer = await dying.api('/api/admin/incidents', { method: 'POST', body: trouble })
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await answer.json()).toMatchObject({ code: 'unavailable' })
    expect((await dying.api('/ready')).status).toBe(503)
    expect((await dying.api('/health')).status).toBe(200)
  })
})

test('a component can be named by id as well', async () => {
  const answer = await post('/api/admin/incidents', {
    ...trouble,
    components: [{ id: shop.search, status: 'degraded_performance' }],
  })
  expect(answer.status).toBe(201)
})
