import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import { freezeMonths } from '../../../api/actions/uptime/freezing.ts'
import { components, componentStatusIntervals } from '../../../db/schema.ts'
import { servedWorld, type Served } from '../../support/http.ts'
import { shop } from '../../support/shop.ts'

/** October of the checkout: two hours down, ten in maintenance; nothing is known of the search. */
async function reviewed(): Promise<Served> {
  const served = await servedWorld()
  const parts = [
    ['operational', '2026-09-30T12:00+02:00', '2026-10-05T10:00+02:00'],
    ['major_outage', '2026-10-05T10:00+02:00', '2026-10-05T12:00+02:00'],
    ['under_maintenance', '2026-10-05T12:00+02:00', '2026-10-05T22:00+02:00'],
    ['operational', '2026-10-05T22:00+02:00', '2026-11-10T22:00+01:00'],
  ] as const
  await served.deps.db.delete(componentStatusIntervals)
  await served.deps.db.insert(componentStatusIntervals).values(
    parts.map(([status, from, until]) => ({
      componentId: shop.checkout,
      status,
      startedAt: Date.parse(from),
      endedAt: Date.parse(until),
    })),
  )
  return served
}

test('a month of every component against the target, computed or frozen alike', async () => {
  await using served = await reviewed()
  const ask = async () =>
    (await served.api('/api/admin/reports/uptime?month=2026-10')).json() as any
  const before = await ask()
  expect(before).toMatchObject({ month: '2026-10', time_zone: 'Europe/Berlin', target: 99.9 })
  const [checkout, search] = ['checkout', 'search'].map((key) =>
    before.components.find((one: { key: string }) => one.key === key),
  )
  expect(checkout).toMatchObject({
    group: 'Shop',
    verdict: 'missed',
    fixed: false,
    lost_s: 7200,
    maintenance_s: 36_000,
    no_data_s: 0,
  })
  expect(search).toMatchObject({ uptime: null, verdict: 'unknown', no_data_s: 745 * 3600 })
  await freezeMonths(served.deps)
  const after = await ask()
  expect(after.components.find((one: { key: string }) => one.key === 'checkout')).toEqual({
    ...checkout,
    fixed: true,
  })
})

test('the same as CSV, in which no name is run by a spreadsheet', async () => {
  await using served = await reviewed()
  await served.deps.db
    .update(components)
    .set({ name: '=HYPERLINK("https://evil.example")' })
    .where(eq(components.id, shop.checkout))
  const answer = await served.api('/api/admin/reports/uptime.csv?month=2026-10')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toContain('uptime-2026-10.csv')
  const rows = parse(await answer.text(), { columns: true }) as Record<string, string>[]
  const row = rows.find(({ component }) => component === 'checkout')!
  expect(row).toMatchObject({ month: '2026-10', target: '99.9', verdict: 'missed', lost_s: '7200' })
  expect(Number(row['uptime'])).toBeCloseTo(100 * (1 - 2 / 735), 6)
  expect(row['name']).toBe('\'=HYPERLINK("https://evil.example")')
  expect(rows.find(({ component }) => component === 'search')).toMatchObject({ uptime: '' })
})

test.each([
  ['no month', '', 422],
  ['a wrong month', '?month=2026-13', 422],
  ['a month that has not begun', '?month=2027-01', 422],
  ['this month', '?month=2026-11', 200],
])('%s is answered with its own status', async (_, query, status) => {
  await using served = await reviewed()
  expect((await served.api(`/api/admin/reports/uptime${query}`)).status).toBe(status)
})

test('without a key nobody reads it', async () => {
  await using served = await reviewed()
  const answer = await served.api('/api/admin/reports/uptime?month=2026-10', {
    headers: { authorization: '' },
  })
  expect(answer.status).toBe(401)
})
