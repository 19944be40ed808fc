import type { Sample } from './probe.ts'

/** Upper bounds of the latency classes in milliseconds; what is slower falls into one more. */
const bounds = [10, 25, 50, 100, 150, 250, 400, 650, 1000, 1600, 2500, 4000, 6500, 10_000]

/** Samples of one span of time, folded. Latencies are those of good answers. */
export type Bucket = {
  ok: number
  failed: number
  latencySum: number
  latencyMax: number
  /** Counts per latency class, without the empty classes after the last. */
  histogram: number[]
}

export const emptyBucket: Bucket = {
  ok: 0,
  failed: 0,
  latencySum: 0,
  latencyMax: 0,
  histogram: [],
}

/** A sample that tells nothing of the target folds into nothing. */
export function bucketOf(sample: Sample): Bucket {
  if (sample.outcome === 'refused' || sample.outcome === 'unchanged') return emptyBucket
  if (sample.outcome === 'failed') return { ...emptyBucket, failed: 1 }
  if (sample.latency_ms === null) return { ...emptyBucket, ok: 1 }
  const latency = Math.round(sample.latency_ms)
  const histogram = Array.from({ length: classOf(latency) + 1 }, () => 0)
  histogram[histogram.length - 1] = 1
  return { ok: 1, failed: 0, latencySum: latency, latencyMax: latency, histogram }
}

function classOf(latency: number): number {
  const index = bounds.findIndex((bound) => latency <= bound)
  return index === -1 ? bounds.length : index
}

export function mergeBuckets(a: Bucket, b: Bucket): Bucket {
  const length = Math.max(a.histogram.length, b.histogram.length)
  const histogram: number[] = []
  for (let i = 0; i < length; i++) histogram.push((a.histogram[i] ?? 0) + (b.histogram[i] ?? 0))
  return {
    ok: a.ok + b.ok,
    failed: a.failed + b.failed,
    latencySum: a.latencySum + b.latencySum,
    latencyMax: Math.max(a.latencyMax, b.latencyMax),
    histogram,
  }
}

/** The latency that a share of the answers kept under, interpolated inside its class; null without answers. */
export function percentileOf(bucket: Bucket, share: number): number | null {
  // Good answers without a latency are in no class.
  const rank = Math.ceil(bucket.histogram.reduce((sum, count) => sum + count, 0) * share)
  let before = 0
  for (const [index, count] of bucket.histogram.entries()) {
    if (count > 0 && before + count >= rank) {
      const low = bounds[index - 1] ?? 0
      const high = Math.min(bounds[index] ?? bucket.latencyMax, bucket.latencyMax)
      return Math.round(low + ((rank - before) / count) * (high - low))
    }
    before += count
  }
  return null
}

export function writeHistogram(histogram: number[]): string {
  return histogram.join(',')
}

/** Digit by digit: a page of response times reads thousands of them. */
export function readHistogram(text: string): number[] {
  if (text === '') return []
  const histogram = [0]
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO
    if (digit < 0) histogram.push(0)
    else histogram[histogram.length - 1] = 10 * histogram[histogram.length - 1]! + digit
  }
  return histogram
}

const ZERO = '0'.charCodeAt(0)
