import { expect, test } from 'vitest'
import { loadDays } from '../../../../api/actions/uptime/days.ts'
import { DAY } from '../../../../api/domain/time.ts'
import { components, componentStatusIntervals } from '../../../../db/schema.ts'
import { probedShop } from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'

test('90 days end today and begin with the component', async () => {
  await using on = await probedShop()
  on.clock.advance(2 * DAY)
  const found = await loadDays(on.deps, [shop.checkout, shop.search, 'nobody'], 'Europe/Berlin')
  expect([...found.keys()].toSorted()).toEqual([shop.checkout, shop.search].toSorted())
  const { days, uptime } = found.get(shop.checkout)!
  expect(days).toHaveLength(90)
  expect(days.at(-1)!.date).toBe('2026-11-23')
  expect(days.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 87 }, () => 'no_data'),
    ...Array.from({ length: 3 }, () => 'operational'),
  ])
  expect(uptime).toBe(100)
  expect(Object.keys(days[0]!).toSorted()).toEqual(
    ['date', 'status', 'uptime', 'degraded_s', 'partial_s', 'major_s', 'maintenance_s'].toSorted(),
  )
})

test('of years of history only 90 days are told, and what ran into them', async () => {
  await using on = await probedShop()
  await on.deps.db.delete(componentStatusIntervals)
  const now = on.clock.now()
  // Ten years of a major outage every other day; then the last one runs into the 90 days.
  const rows: (typeof componentStatusIntervals.$inferInsert)[] = []
  for (let at = now - 3650 * DAY; at < now - 100 * DAY; at += DAY) {
    const status = rows.length % 2 ? 'operational' : 'major_outage'
    rows.push({ componentId: shop.checkout, status, startedAt: at, endedAt: at + DAY })
  }
  const last = rows.at(-1)!.endedAt!
  rows.push(
    {
      componentId: shop.checkout,
      status: 'major_outage',
      startedAt: last,
      endedAt: now - 45 * DAY,
    },
    {
      componentId: shop.checkout,
      status: 'operational',
      startedAt: now - 45 * DAY,
      endedAt: null,
    },
  )
  for (let i = 0; i < rows.length; i += 500)
    await on.deps.db.insert(componentStatusIntervals).values(rows.slice(i, i + 500))
  const { days, uptime } = (await loadDays(on.deps, [shop.checkout], 'Etc/UTC')).get(shop.checkout)!
  // Noon today: 89.5 days are known, 44.5 of them were an outage.
  expect(days[0]).toMatchObject({ status: 'major_outage', major_s: 86_400, uptime: 0 })
  expect(uptime).toBeCloseTo((100 * 45) / 89.5, 8)
})

test('a start date given by the operator cuts what was before', async () => {
  await using on = await probedShop()
  await on.deps.db.update(components).set({ startDate: '2026-11-23' })
  on.clock.advance(3 * DAY)
  const { days } = (await loadDays(on.deps, [shop.search], 'Etc/UTC')).get(shop.search)!
  const statuses = days.slice(-4).map(({ status }) => status)
  expect(statuses).toEqual(['no_data', 'no_data', 'operational', 'operational'])
})
