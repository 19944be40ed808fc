import { sql } from 'drizzle-orm'
import {
  bucketOf,
  emptyBucket,
  mergeBuckets,
  writeHistogram,
  type Bucket,
} from '../../../api/domain/latency.ts'
import type { Sample } from '../../../api/domain/probe.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../api/domain/time.ts'
import type { Database } from '../../../db/client.ts'
import { probes, sampleBuckets } from '../../../db/schema.ts'

/** Histories repeat after so many buckets of 5 minutes: no divisor of an hour or a day, so that no two hours are alike. */
const PERIOD = 61
const PER_BUCKET = (5 * MINUTE) / (30 * SECOND)

/** What the check `index` of 5 minutes found, in the phase of its bucket: mostly good, at times slow, now and then none. */
export function sampleAt(phase: number, index: number): Sample {
  const dice = (phase * 7919 + index * 104_729) % 997
  const latency_ms = 20 + (dice % 180) + (dice % 29 === 0 ? 900 : 0)
  return dice < 4
    ? { outcome: 'failed', latency_ms, status: 503, reason: 'answered 503 instead of 2xx' }
    : { outcome: 'ok', latency_ms, status: 200, reason: '' }
}

/** The phase of a bucket of 5 minutes of the probe with that number. */
export function phaseAt(probe: number, at: number): number {
  return (probe * 11 + Math.floor(at / (5 * MINUTE))) % PERIOD
}

const fine = Array.from({ length: PERIOD }, (_, phase) =>
  Array.from({ length: PER_BUCKET }, (_, index) => bucketOf(sampleAt(phase, index))).reduce(
    mergeBuckets,
    emptyBucket,
  ),
)

function folded(phase: number, resolution: number): Bucket {
  const length = resolution / (5 * MINUTE)
  return Array.from({ length }, (_, i) => fine[(phase + i) % PERIOD]!).reduce(mergeBuckets)
}

/** The buckets that 90 days of a check every 30 s leave until `now`. Its connection is of no use for measuring. */
export async function fillBuckets(db: Database, now: number): Promise<void> {
  await db.run(sql`PRAGMA cache_size = -500000`)
  await db.run(sql`PRAGMA synchronous = OFF`)
  // Coarse buckets are made of spans that were over for a while.
  for (const resolution of [DAY, HOUR]) {
    const end = now - 10 * MINUTE
    await fill(db, resolution, end - (end % DAY) - 89 * DAY, end - (end % resolution))
  }
  await fillFine(db, now - 2 * DAY, now)
}

export function fillFine(db: Database, from: number, until: number): Promise<void> {
  return fill(db, 5 * MINUTE, Math.ceil(from / (5 * MINUTE)) * 5 * MINUTE, until)
}

/**
 * Whole buckets of all probes, in the order of their keys. Rows come in the order of time, as they do in life: it decides how
 * full the pages of the file are.
 */
async function fill(db: Database, resolution: number, from: number, until: number): Promise<void> {
  const count = Math.ceil((until - from) / resolution)
  if (count <= 0) return
  const kinds = Array.from({ length: PERIOD }, (_, phase) => {
    const { ok, failed, latencySum, latencyMax, histogram } = folded(phase, resolution)
    return [ok, failed, latencySum, latencyMax, writeHistogram(histogram)]
  })
  await db.run(sql`
    WITH RECURSIVE
      spans(at) AS (
        SELECT CAST(${from} AS INTEGER)
        UNION ALL SELECT at + ${resolution} FROM spans LIMIT ${count}),
      numbered(id, number) AS MATERIALIZED (
        SELECT id, row_number() OVER (ORDER BY key) - 1 FROM ${probes}),
      kinds(phase, ok, failed, sum, max, histogram) AS MATERIALIZED (
        SELECT CAST(key AS INTEGER), value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
        FROM json_each(${JSON.stringify(kinds)}))
    INSERT OR IGNORE INTO ${sampleBuckets}
      (probe_id, resolution, started_at, ok, failed, latency_sum, latency_max, histogram)
    SELECT id, ${resolution / SECOND}, at, ok, failed, sum, max, histogram
    FROM spans CROSS JOIN numbered
    CROSS JOIN kinds ON phase = (number * 11 + at / ${5 * MINUTE}) % ${PERIOD}`)
}
