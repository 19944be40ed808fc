import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beat } from '../../../api/heartbeat.ts'
import { DAY } from '../../../api/domain/time.ts'
import { servedWorld, type Served } from '../../support/http.ts'

let w: Served

beforeAll(async () => {
  w = await servedWorld()
})

afterAll(() => w?.[Symbol.asyncDispose]())

const tuesdays = {
  name: 'Database upkeep',
  body: 'We tidy up.',
  components: [{ key: 'checkout' }],
  starts: '2026-11-24T22:00',
  time_zone: 'Europe/Berlin',
  rrule: 'FREQ=WEEKLY;BYDAY=TU',
  duration_min: 120,
}

const path = '/api/admin/maintenance-series'

async function send(method: string, url: string, body?: unknown, headers = {}) {
  const answer = await w.api(url, { method, body, headers })
  return { status: answer.status, body: (await answer.json()) as any }
}

test('a series is begun once per Idempotency-Key, and what is near is planned', async () => {
  const headers = { 'idempotency-key': 'series-1' }
  const made = await send('POST', path, tuesdays, headers)
  const again = await send('POST', path, tuesdays, headers)
  expect(made.status).toBe(201)
  expect(again.body.id).toBe(made.body.id)
  expect(made.body).toMatchObject({
    ...tuesdays,
    components: [{ id: 'checkout0000', name: 'Shop - Checkout' }],
    remind_before_min: 60,
    auto_start: true,
    auto_complete: true,
    tells: ['scheduled', 'reminder', 'started', 'updated', 'completed'],
    ended_at: null,
  })
  expect(made.body.planned).toHaveLength(4)
  expect(made.body.planned[0]).toMatchObject({
    scheduled_for: '2026-11-24T21:00:00.000Z',
    scheduled_until: '2026-11-24T23:00:00.000Z',
    occurs_at: '2026-11-24T21:00:00.000Z',
  })
  const maintenance = await send('GET', `/api/admin/maintenances/${made.body.planned[0].id}`)
  expect(maintenance.body).toMatchObject({ series_id: made.body.id, status: 'scheduled' })
  expect(maintenance.body.untold).toBe(false)
  const later = await send('GET', `/api/admin/maintenances/${made.body.planned[1].id}`)
  expect(later.body.untold).toBe(true)
  expect((await send('GET', path)).body.series).toHaveLength(1)
  const next = await send('GET', `${path}/${made.body.id}/preview?count=2`)
  expect(next.body.occurrences.map((one: any) => one.scheduled_for)).toEqual([
    '2026-11-24T21:00:00.000Z',
    '2026-12-01T21:00:00.000Z',
  ])
})

test('the heartbeat goes on planning', async () => {
  const { body } = await send('GET', path)
  w.clock.advance(2 * DAY)
  await beat(w.deps)
  const later = await send('GET', `${path}/${body.series[0].id}`)
  expect(later.body.planned.at(-1).scheduled_for).toBe('2026-12-22T21:00:00.000Z')
})

test('it is changed and ended', async () => {
  const { body } = await send('GET', path)
  const { id } = body.series[0]
  const changed = await send('PATCH', `${path}/${id}`, { name: 'Upkeep', remind_before_min: null })
  expect(changed.body).toMatchObject({ name: 'Upkeep', remind_before_min: null, auto_start: true })
  expect(new Set(changed.body.planned.map((one: any) => one.name))).toEqual(new Set(['Upkeep']))
  const key = { 'idempotency-key': 'end-1' }
  const end = { cancel_planned: true, notify: false }
  const ended = await send('POST', `${path}/${id}/end`, end, key)
  expect(ended).toMatchObject({ status: 200, body: { planned: [] } })
  expect(ended.body.ended_at).not.toBe(null)
  expect((await send('POST', `${path}/${id}/end`, end, key)).status).toBe(200)
  expect((await send('PATCH', `${path}/${id}`, { name: 'More' })).status).toBe(409)
  expect((await send('GET', `${path}/${id}/preview`)).body.occurrences).toEqual([])
  expect((await send('GET', `${path}/unknown`)).status).toBe(404)
})

test('what may become a series is shown before it is one', async () => {
  const { components: _c, name: _n, body: _b, ...when } = tuesdays
  const rule = { ...when, starts: '2026-12-29T02:30', rrule: 'FREQ=MONTHLY;BYDAY=-1SU', count: 4 }
  const { body } = await send('POST', `${path}/preview`, rule)
  expect(body.occurrences.map((one: any) => one.scheduled_for)).toEqual([
    '2027-01-31T01:30:00.000Z',
    '2027-02-28T01:30:00.000Z',
    '2027-03-28T01:00:00.000Z',
    '2027-04-25T00:30:00.000Z',
  ])
  expect((await send('GET', path)).body.series).toHaveLength(1)
})

describe('it is refused with the field', () => {
  test.each([
    ['in a zone that is none', { time_zone: 'Mars/Olympus' }, 'time_zone'],
    ['by a rule that is none', { rrule: 'every tuesday' }, 'rrule'],
    ['every hour', { rrule: 'FREQ=HOURLY' }, 'rrule'],
    ['on a day that does not exist', { starts: '2026-02-30T10:00' }, 'starts'],
    [
      'longer than the time to the next',
      { rrule: 'FREQ=DAILY', duration_min: 1500 },
      'duration_min',
    ],
    ['with half a minute', { duration_min: 0.5 }, 'duration_min'],
    ['for a component that is none', { components: [{ key: 'cellar' }] }, 'components.0.key'],
    ['for no component', { components: [] }, 'components'],
    ['with a misspelt field', { rule: 'FREQ=DAILY' }, 'rule'],
  ])('%s', async (_, given, field) => {
    const { status, body } = await send('POST', path, { ...tuesdays, ...given })
    expect(status).toBe(422)
    expect(body.errors.map((error: any) => error.path)).toContain(field)
  })
})
