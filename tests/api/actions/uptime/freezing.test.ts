import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { loadUptime } from '../../../../api/actions/uptime/component-uptime.ts'
import { freezeMonths } from '../../../../api/actions/uptime/freezing.ts'
import { thePage } from '../../../../api/actions/page.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import type { ComponentStatus } from '../../../../api/domain/words.ts'
import {
  components,
  componentStatusIntervals,
  documents,
  uptimeMonths,
} from '../../../../db/schema.ts'
import { shop, shopWorld } from '../../../support/shop.ts'
import { testClock, type World } from '../../../support/world.ts'

/** The shop of Berlin, where a month begins an hour or two before that of UTC; nothing is known of it yet. */
async function shopAt(time: string): Promise<World> {
  const on = await shopWorld({ clock: testClock(Date.parse(time)) })
  await on.deps.db.delete(componentStatusIntervals)
  return on
}

type Part = [status: ComponentStatus, from: string, until?: string]

async function remember(on: World, parts: Part[], componentId = shop.checkout): Promise<void> {
  const rows = parts.map(([status, from, until]) => ({
    componentId,
    status,
    startedAt: Date.parse(from),
    endedAt: until ? Date.parse(until) : null,
  }))
  await on.deps.db.insert(componentStatusIntervals).values(rows)
}

async function monthsOf(on: World) {
  const found = await loadUptime(on.deps, await thePage(on.deps), shop.checkout)
  return found!.months
}

const moveTo = (on: World, time: string) => {
  const to = Date.parse(time)
  const clock = on.clock
  clock.advance(to - clock.now())
}

const autumn: Part[] = [
  ['operational', '2026-09-10T12:00+02:00', '2026-10-05T10:00+02:00'],
  ['major_outage', '2026-10-05T10:00+02:00', '2026-10-05T12:00+02:00'],
  ['operational', '2026-10-05T12:00+02:00', '2026-10-20T00:00+02:00'],
  ['under_maintenance', '2026-10-20T00:00+02:00', '2026-10-20T06:00+02:00'],
  ['operational', '2026-10-20T06:00+02:00'],
]

test('a month is frozen a day after its end where the page is, and not a moment before', async () => {
  await using on = await shopAt('2026-11-01T23:59:00+01:00')
  await remember(on, autumn)
  await freezeMonths(on.deps)
  const months = async () => (await on.deps.db.select().from(uptimeMonths)).map((row) => row.month)
  expect(await months()).toEqual(['2026-09'])
  on.clock.advance(MINUTE)
  await freezeMonths(on.deps)
  expect(await months()).toEqual(['2026-09', '2026-10'])
})

test('what is frozen is what was computed: October has 25 hours on its 25th, September began on its 10th', async () => {
  await using on = await shopAt('2026-11-01T20:00:00+01:00')
  await remember(on, autumn)
  const computed = await monthsOf(on)
  expect(computed.map(({ month, fixed }) => [month, fixed])).toEqual([
    ['2026-09', false],
    ['2026-10', false],
    ['2026-11', false],
  ])
  const [september, october] = computed
  expect(september).toMatchObject({ uptime: 100, no_data_s: 9.5 * 86_400, verdict: 'kept' })
  const hours = 31 * 24 + 1
  expect(october).toMatchObject({ major_s: 7200, maintenance_s: 6 * 3600, no_data_s: 0 })
  expect(october!.uptime).toBeCloseTo(100 * (1 - 2 / (hours - 6)), 9)
  expect(october!.verdict).toBe('missed')
  on.clock.advance(5 * HOUR)
  await freezeMonths(on.deps)
  const frozen = await monthsOf(on)
  expect(frozen.slice(0, 2)).toEqual(computed.slice(0, 2).map((one) => ({ ...one, fixed: true })))
})

test('several processes that freeze together write each month once', async () => {
  await using on = await shopAt('2026-11-21T12:00:00Z')
  await remember(on, autumn)
  await remember(on, [['operational', '2026-10-31T12:00+01:00']], shop.search)
  await Promise.all([freezeMonths(on.deps), freezeMonths({ ...on.deps }), freezeMonths(on.deps)])
  const rows = await on.deps.db.select().from(uptimeMonths)
  expect(rows.map(({ componentId, month }) => `${componentId} ${month}`).toSorted()).toEqual([
    `${shop.checkout} 2026-09`,
    `${shop.checkout} 2026-10`,
    `${shop.search} 2026-10`,
  ])
})

test('what is corrected later changes no frozen month, but still the days', async () => {
  await using on = await shopAt('2026-11-03T12:00:00Z')
  await remember(on, autumn)
  await freezeMonths(on.deps)
  const before = await monthsOf(on)
  await on.deps.db
    .update(componentStatusIntervals)
    .set({ status: 'operational' })
    .where(eq(componentStatusIntervals.status, 'major_outage'))
  await on.deps.db.update(components).set({ startDate: '2026-10-15' })
  await freezeMonths(on.deps)
  expect((await monthsOf(on)).slice(0, 2)).toEqual(before.slice(0, 2))
  const { days } = (await loadUptime(on.deps, await thePage(on.deps), shop.checkout))!
  expect(days.find(({ date }) => date === '2026-10-05')!.status).toBe('no_data')
})

test('months of which nothing is known stand between the others as what they are', async () => {
  await using on = await shopAt('2026-11-21T12:00:00Z')
  await remember(on, [
    ['operational', '2026-08-01T00:00+02:00', '2026-09-01T00:00+02:00'],
    ['operational', '2026-11-01T00:00+01:00'],
  ])
  await freezeMonths(on.deps)
  const months = await monthsOf(on)
  expect(months.map(({ month, uptime, verdict }) => [month, uptime, verdict])).toEqual([
    ['2026-08', 100, 'kept'],
    ['2026-09', null, 'unknown'],
    ['2026-10', null, 'unknown'],
    ['2026-11', 100, 'kept'],
  ])
  expect(months[2]!.no_data_s).toBe((31 * 24 + 1) * 3600)
})

test('of years at most 12 months are told, and a component without a history has none but this', async () => {
  await using on = await shopAt('2026-11-21T12:00:00Z')
  await remember(on, [['operational', '2020-01-01T00:00Z']])
  await freezeMonths(on.deps)
  expect((await on.deps.db.select().from(uptimeMonths)).length).toBe(82)
  const months = await monthsOf(on)
  expect([months.length, months[0]!.month, months.at(-1)!.month]).toEqual([
    12,
    '2025-12',
    '2026-11',
  ])
  const other = await loadUptime(on.deps, await thePage(on.deps), shop.search)
  expect(other!.months.map(({ month, verdict }) => [month, verdict])).toEqual([
    ['2026-11', 'unknown'],
  ])
})

test('a frozen month is published, once', async () => {
  await using on = await shopAt('2026-11-21T12:00:00Z')
  await remember(on, autumn)
  await freezeMonths(on.deps)
  const paths = async () => (await on.deps.db.select().from(documents)).map(({ path }) => path)
  expect((await paths()).toSorted()).toEqual([
    `/components/${shop.checkout}`,
    `/components/${shop.checkout}/uptime.json`,
  ])
  await on.deps.db.delete(documents)
  await freezeMonths(on.deps)
  expect(await paths()).toEqual([])
  moveTo(on, '2026-12-02T00:00:00+01:00')
  await freezeMonths(on.deps)
  expect(await paths()).toHaveLength(2)
})
