import { emptyBucket, mergeBuckets, type Bucket } from './latency.ts'

/** Answers of one probe, folded into spans of `length`. */
type Folded = { at: number; bucket: Bucket; intervalMs: number }
type Time = { from: number; until: number; length: number; now: number }

/**
 * What was answered while it lasted, though spans begin and end elsewhere: around it all was well, so as many good answers
 * are left out as were asked for there.
 */
export function answersWithin(folded: Folded[], { from, until, length, now }: Time): Bucket {
  return folded
    .map(({ at, bucket, intervalMs }) => {
      const around = Math.max(0, from - at) + Math.max(0, Math.min(at + length, now) - until)
      // What begins to be well is asked once more, sooner.
      const beside = around > 0 ? Math.ceil(around / intervalMs) + 1 : 0
      const ok = Math.max(0, bucket.ok - beside)
      return ok === 0 ? { ...emptyBucket, failed: bucket.failed } : { ...bucket, ok }
    })
    .reduce(mergeBuckets, emptyBucket)
}
