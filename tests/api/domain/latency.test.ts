import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bucketOf,
  emptyBucket,
  mergeBuckets,
  percentileOf,
  readHistogram,
  writeHistogram,
} from '../../../api/domain/latency.ts'

const ok = (latency_ms: number) => bucketOf({ outcome: 'ok', latency_ms, status: 200, reason: '' })
const fold = (list: number[]) => list.map(ok).reduce(mergeBuckets, emptyBucket)
const latencies = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 200 })

test('failures are counted, refusals are not, and neither has a latency', () => {
  const failed = bucketOf({ outcome: 'failed', latency_ms: 9000, status: 503, reason: 'x' })
  expect(failed).toEqual({ ...emptyBucket, failed: 1 })
  expect(bucketOf({ outcome: 'refused', latency_ms: 9, status: null, reason: 'x' })).toEqual(
    emptyBucket,
  )
  expect(percentileOf(failed, 0.95)).toBeNull()
})

test('the order and grouping of folding does not matter', () => {
  fc.assert(
    fc.property(latencies, latencies, latencies, (a, b, c) => {
      expect(mergeBuckets(fold(a), mergeBuckets(fold(b), fold(c)))).toEqual(
        fold([...c, ...a, ...b]),
      )
    }),
  )
})

test('a percentile errs by no more than its class is wide', () => {
  const bounds = [
    0, 10, 25, 50, 100, 150, 250, 400, 650, 1000, 1600, 2500, 4000, 6500, 10_000, 20_000,
  ]
  fc.assert(
    fc.property(latencies, fc.constantFrom(0.5, 0.95, 0.99), (list, share) => {
      const exact = list.toSorted((a, b) => a - b)[Math.ceil(list.length * share) - 1]!
      const upper = Math.max(
        1,
        bounds.findIndex((bound) => exact <= bound),
      )
      const told = percentileOf(fold(list), share)!
      expect(told).toBeGreaterThanOrEqual(bounds[upper - 1] ?? 0)
      expect(told).toBeLessThanOrEqual(Math.min(bounds[upper]!, Math.max(...list)))
    }),
  )
})

test('a histogram is read as it was written', () => {
  for (const histogram of [[], [1], [0, 0, 12]])
    expect(readHistogram(writeHistogram(histogram))).toEqual(histogram)
})
