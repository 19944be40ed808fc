import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { disruptionsOf } from '../../../api/domain/disruptions.ts'
import { bucketOf, emptyBucket, mergeBuckets, percentileOf } from '../../../api/domain/latency.ts'
import {
  continued,
  seriesOf,
  spanNames,
  spans,
  windowOf,
  type Dated,
} from '../../../api/domain/response-times.ts'
import { DAY, HOUR, MINUTE } from '../../../api/domain/time.ts'
import type { Interval } from '../../../api/domain/uptime.ts'
import { componentStatuses } from '../../../api/domain/words.ts'

const now = Date.parse('2026-11-21T12:07:00Z')
const answer = (latency_ms: number | null) =>
  bucketOf(
    latency_ms === null
      ? { outcome: 'failed', latency_ms: 0, status: 500, reason: '' }
      : { outcome: 'ok', latency_ms, status: 200, reason: '' },
  )

test.each(spanNames)('the steps of %s end with the one under way, in full units of UTC', (span) => {
  const { from, until } = windowOf(span, now)
  const { length, step } = spans[span]
  expect(until - from).toBe(length)
  expect([from % step, until > now, until - step <= now]).toEqual([0, true, true])
  expect(length / step).toBeGreaterThanOrEqual(90)
  expect(length / step).toBeLessThanOrEqual(365)
})

const dated = fc.array(
  fc.record({
    ago: fc.integer({ min: 0, max: 100 * 24 * 12 }),
    latency: fc.option(fc.integer({ min: 1, max: 9000 })),
  }),
  { minLength: 1, maxLength: 60 },
)

const sum = (list: ({ checks: number } | null)[]) =>
  list.reduce((count, one) => count + (one?.checks ?? 0), 0)

test('a span tells all that was found in it, and nothing else, whole and by rows', () => {
  fc.assert(
    fc.property(dated, fc.constantFrom(...spanNames), (found, span) => {
      const buckets = found.map(({ ago, latency }): Dated => {
        const at = now - ago * 5 * MINUTE
        return { at: at - (at % (5 * MINUTE)), bucket: answer(latency) }
      })
      const { from } = windowOf(span, now)
      const all = buckets
        .filter(({ at }) => at >= from)
        .map(({ bucket }) => bucket)
        .reduce(mergeBuckets, emptyBucket)
      const series = seriesOf(span, buckets, now)
      expect(series.total.checks).toBe(all.ok + all.failed)
      expect(series.total.failed).toBe(all.failed)
      expect(series.total.p95_ms).toBe(percentileOf(all, 0.95))
      expect(sum(series.points)).toBe(series.total.checks)
      expect(sum(series.rows)).toBe(series.total.checks)
      for (const point of series.points) {
        if (point === null) continue
        expect(point.checks).toBeGreaterThan(0)
        expect(point.p50_ms === null).toBe(point.failed === point.checks)
        expect(point.p50_ms ?? 0).toBeLessThanOrEqual(point.p95_ms ?? 0)
        expect(point.p95_ms ?? 0).toBeLessThanOrEqual(point.p99_ms ?? 0)
      }
    }),
  )
})

test('rows of 90 days begin on Mondays, those of a year with months, all in UTC', () => {
  const buckets = Array.from({ length: 80 }, (_, day) => ({
    at: now - day * DAY,
    bucket: answer(9),
  }))
  const names = (span: '90d' | '365d') =>
    seriesOf(span, buckets, now).rows.map(({ at }) => new Date(at).toISOString())
  for (const at of names('90d')) expect(new Date(at).getUTCDay()).toBe(1)
  expect(names('365d')).toEqual([
    '2026-09-01T00:00:00.000Z',
    '2026-10-01T00:00:00.000Z',
    '2026-11-01T00:00:00.000Z',
  ])
})

test('what is not folded yet stands in for its hour, and nothing counts twice', () => {
  const hour = now - (now % HOUR)
  const hourly = [{ at: hour - HOUR, bucket: answer(10) }]
  const fine = [hour - HOUR, hour - 5 * MINUTE, hour, hour + 5 * MINUTE].map((at) => ({
    at,
    bucket: answer(20),
  }))
  expect(continued(hourly, fine, HOUR).map(({ at }) => at)).toEqual([
    hour - HOUR,
    hour,
    hour + 5 * MINUTE,
  ])
})

describe('disruptions', () => {
  const frame = { from: 0, until: 20, step: 1 }

  test.each<[string, Interval[], [string, number, number][]]>([
    ['of a quiet time are none', [{ status: 'operational', startedAt: 0, endedAt: null }], []],
    [
      'fill every step they touch',
      [{ status: 'major_outage', startedAt: 2.5, endedAt: 3.1 }],
      [['major_outage', 2, 4]],
    ],
    [
      'of one step are the worst of it',
      [
        { status: 'major_outage', startedAt: 2.5, endedAt: 3 },
        { status: 'degraded_performance', startedAt: 2, endedAt: 5 },
      ],
      [
        ['major_outage', 2, 3],
        ['degraded_performance', 3, 5],
      ],
    ],
    [
      'that go on end now',
      [{ status: 'under_maintenance', startedAt: 8, endedAt: null }],
      [['under_maintenance', 8, 10]],
    ],
    [
      'that began long ago are cut at the edge',
      [{ status: 'partial_outage', startedAt: -50, endedAt: 1 }],
      [['partial_outage', 0, 1]],
    ],
    ['that lasted no time are none', [{ status: 'major_outage', startedAt: 3, endedAt: 3 }], []],
  ])('%s', (_, intervals, wanted) => {
    const found = disruptionsOf(intervals, frame, 10)
    expect(found.map(({ status, from, until }) => [status, from, until])).toEqual(wanted)
  })

  test('are never more than there are steps, and never overlap', () => {
    const interval = fc.record({
      status: fc.constantFrom(...componentStatuses),
      startedAt: fc.integer({ min: -5, max: 25 }),
      endedAt: fc.option(fc.integer({ min: -5, max: 25 })),
    })
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 40 }), (intervals) => {
        const found = disruptionsOf(intervals, frame, 30)
        found.forEach(({ from, until }, index) => {
          expect(from).toBeGreaterThanOrEqual(found[index - 1]?.until ?? 0)
          expect(until).toBeGreaterThan(from)
        })
        expect(found.at(-1)?.until ?? 0).toBeLessThanOrEqual(20)
      }),
    )
  })
})
