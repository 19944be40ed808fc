import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raiseAll } from '../../../api/actions/alerts/raising.ts'
import type { Alarm } from '../../../api/domain/alert.ts'
import { servedWorld, type Served } from '../../support/http.ts'

let served: Served

const alarm = (i: number): Alarm => ({
  source: i < 3 ? 'probe' : 'sms',
  dedupeKey: `thing ${i}`,
  eventType: 'probe.down',
  severity: i % 2 === 0 ? 'critical' : 'warning',
  title: `Thing ${i} is down`,
  detail: '',
})

beforeAll(async () => {
  served = await servedWorld()
  for (let i = 0; i < 6; i++) {
    await served.deps.db.write([raiseAll(served.deps, [alarm(i)])])
    served.clock.advance(1000)
  }
})
afterAll(() => served.dispose())

type Listed = { alerts: { id: string; title: string; status: string }[]; total: number }

const list = async (query: string) =>
  (await (await served.api(`/api/admin/alerts${query}`)).json()) as Listed
const titles = async (query: string) => (await list(query)).alerts.map(({ title }) => title[6])

describe('GET /api/admin/alerts', () => {
  test.each([
    ['?status=open&limit=100', '543210'],
    ['', '543210'],
    ['?limit=2', '54'],
    ['?limit=2&page=3', '10'],
    ['?source=probe', '210'],
    ['?severity=critical', '420'],
    ['?source=sms&severity=critical&status=live', '4'],
    ['?status=resolved', ''],
    ['?source=nobody', ''],
  ])('%s tells of %s', async (query, expected) => {
    expect((await titles(query)).join('')).toBe(expected)
  })

  test('counts all that are asked for, not only this page', async () => {
    expect(await list('?limit=2')).toMatchObject({ total: 6, page: 1, limit: 2 })
  })

  test.each(['?status=closed', '?limit=0', '?limit=501', '?severity=grave', '?page=0'])(
    '%s is refused',
    async (query) => {
      expect((await served.api(`/api/admin/alerts${query}`)).status).toBe(422)
    },
  )
})

const move = (id: string, body: object) =>
  served.api(`/api/admin/alerts/${id}/status`, { method: 'POST', body })

describe('POST /api/admin/alerts/:id/status', () => {
  test('acknowledges, then resolves, and that is the end', async () => {
    const { id } = (await list('?limit=1')).alerts[0]!
    const taken = await move(id, { status: 'acknowledged' })
    expect([taken.status, await taken.json()]).toEqual([200, { id, status: 'acknowledged' }])
    const done = await move(id, { status: 'resolved', reason: 'mended and checked' })
    expect([done.status, await done.json()]).toEqual([200, { id, status: 'resolved' }])
    expect((await move(id, { status: 'acknowledged' })).status).toBe(409)
    expect((await list('?status=resolved')).alerts).toMatchObject([
      { id, reason: 'mended and checked', acknowledged_by: 'tester', resolved_by: 'tester' },
    ])
  })

  test('a reason that was given stays when there is no newer one', async () => {
    const { id } = (await list('?status=open&limit=1')).alerts[0]!
    await move(id, { status: 'acknowledged', reason: 'I look at it' })
    await move(id, { status: 'resolved' })
    const resolved = (await list('?status=resolved')).alerts
    expect(resolved.find((alert) => alert.id === id)).toMatchObject({ reason: 'I look at it' })
  })

  test.each<[string, string, object, number]>([
    ['an unknown alert', 'nothing00000', { status: 'resolved' }, 404],
    ['opening it again', '', { status: 'open' }, 422],
    ['no status', '', {}, 422],
    ['an unknown field', '', { status: 'resolved', why: 'x' }, 422],
  ])('%s is refused', async (_, id, body, status) => {
    const known = (await list('?status=open&limit=1')).alerts[0]!.id
    expect((await move(id || known, body)).status).toBe(status)
  })
})
