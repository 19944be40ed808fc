import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { spanNames } from '../../api/domain/response-times.ts'
import { barsPath, linePath } from '../../site/chart/paths.ts'
import { drawResponseTimes } from '../../site/chart/response-chart.ts'
import { quantile, ticksUpTo } from '../../site/chart/scale.ts'
import { timeTicks } from '../../site/chart/times.ts'
import { spanView } from './component-fixtures.ts'

const same = (value: number) => value

test.each([
  ['of nothing is none', [null, null], ''],
  ['goes through the middle of each step', [5, 3, 4], 'M0.5 5l1 -2 1 1'],
  ['is never drawn over a hole', [5, 3, null, 4, 4], 'M0.5 5l1 -2M3.5 4l1 0'],
  ['of one lonely value is a dash', [null, 7, null], 'M1 7h1'],
])('a line %s', (_, values, path) => {
  expect(linePath(values, same)).toBe(path)
})

test('a line has as many strokes as its values have neighbours', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: 0, max: 144 })), { maxLength: 80 }),
      (values) => {
        const path = linePath(values, same)
        const starts = values.filter((value, i) => value !== null && values[i - 1] == null)
        expect((path.match(/M/g) ?? []).length).toBe(starts.length)
        expect(path).toMatch(/^(M[\d.]+ \d+(h1|l1 -?\d+( 1 -?\d+)*))*$/)
      },
    ),
  )
})

test('a bar stands only where something failed', () => {
  expect(barsPath([0, null, 50], 24, (rate) => rate / 10)).toBe('M2 24h1v-5h-1z')
})

test.each([
  [1, [0, 1]],
  [96, [0, 50, 100]],
  [260, [0, 100, 200, 300]],
  [1109, [0, 500, 1000, 1500]],
  [9999, [0, 5000, 10_000]],
])('up to %i the scale is marked at %j', (most, marks) => {
  expect(ticksUpTo(most)).toEqual(marks)
})

test('whatever is to be shown, two to five round marks hold it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 200_000, noNaN: true }), (most) => {
      const marks = ticksUpTo(most)
      expect(marks.length).toBeGreaterThanOrEqual(2)
      expect(marks.length).toBeLessThanOrEqual(5)
      expect(marks.at(-1)!).toBeGreaterThanOrEqual(most)
    }),
  )
})

test('a quantile is one of the values', () => {
  expect([quantile([], 0.5), quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 1)]).toEqual([0, 2, 3])
})

test.each(spanNames)('%s has few marks of time in every zone, all inside', (span) => {
  const view = spanView(span)
  for (const zone of ['Etc/UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Sao_Paulo']) {
    const ticks = timeTicks(view, 'en', zone)
    expect(ticks.length).toBeGreaterThanOrEqual(3)
    expect(ticks.length).toBeLessThanOrEqual(8)
    for (const { at } of ticks) {
      expect(at).toBeGreaterThan(Date.parse(view.from))
      expect(at).toBeLessThan(Date.parse(view.until))
    }
  }
})

test('marks of time are midnights and noons of the page, also where clocks change', () => {
  const day = {
    span: '24h',
    from: '2026-10-24T12:05:00.000Z',
    until: '2026-10-25T12:05:00.000Z',
  } as const
  expect(
    timeTicks(day, 'en', 'Europe/Berlin').map(({ at, label }) => [
      label,
      new Date(at).toISOString().slice(11, 16),
    ]),
  ).toEqual([
    ['18:00', '16:00'],
    ['00:00', '22:00'],
    ['06:00', '05:00'],
    ['12:00', '11:00'],
  ])
  const year = {
    span: '365d',
    from: '2025-11-22T00:00:00.000Z',
    until: '2026-11-22T00:00:00.000Z',
  } as const
  expect(timeTicks(year, 'de', 'Europe/Berlin').map(({ label }) => label)).toEqual([
    '2026',
    'Mär',
    'Mai',
    'Jul',
    'Sep',
    'Nov',
  ])
})

const voice = { locale: 'en', timeZone: 'Europe/Berlin' }

test('a few peaks are cut off and told, so that everything else can be seen', () => {
  const calm = spanView('7d')
  const p99_ms = calm.p99_ms.map((value, index) => (index === 50 ? 30_000 : value))
  const chart = drawResponseTimes({ ...calm, p99_ms }, voice)
  expect(chart.beyond).toBe(30_000)
  expect(chart.scale.at(-1)!.value).toBeLessThan(3000)
  expect(chart.lines.p99).not.toMatch(/ -?\d{4,}/)
})

test('time before the first check is no gap, a hole in between is one', () => {
  const view = spanView('24h')
  expect(drawResponseTimes(view, voice).hasGaps).toBe(true)
  const late = view.p50_ms.map((value, index) => (index < 200 ? null : value))
  expect(drawResponseTimes({ ...view, p50_ms: late }, voice).hasGaps).toBe(false)
})

test('what the component went through is marked with its own shape', () => {
  const { troubles, steps } = drawResponseTimes(spanView('24h'), voice)
  expect(troubles.map(({ status }) => status)).toEqual(['under_maintenance', 'partial_outage'])
  expect(new Set(troubles.map(({ mark }) => mark.split(' ')[1]!.split('H')[0])).size).toBe(2)
  expect(steps).toBe(288)
})
