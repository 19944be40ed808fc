import { sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { probes, sampleBuckets, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import {
  emptyBucket,
  mergeBuckets,
  readHistogram,
  writeHistogram,
  type Bucket,
} from '../../domain/latency.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/time.ts'

/** How samples are kept, finest first: each resolution in milliseconds and for how long at least. */
const fine = { resolution: 5 * MINUTE, kept: 48 * HOUR }
const hourly = { resolution: HOUR, kept: 90 * DAY }
const daily = { resolution: DAY, kept: Infinity }

/** A sample of a watch that is held at `version`; told to nobody once somebody else has saved the watch. */
export type Folded = {
  probeId: string
  region: string
  version: number
  at: number
  bucket: Bucket
}

/** Adds samples to their 5-minute buckets. Belongs before the update of the watches, in the same batch. */
export function foldSamples(deps: Deps, samples: Folded[]): Statement[] {
  const rows = samples
    .filter(({ bucket }) => bucket.ok + bucket.failed > 0)
    .map(({ probeId, region, version, at, bucket }) => [
      probeId,
      version,
      at - (at % fine.resolution),
      bucket.ok,
      bucket.failed,
      bucket.latencySum,
      bucket.latencyMax,
      writeHistogram(bucket.histogram),
      region,
    ])
  if (rows.length === 0) return []
  return [
    deps.db.run(sql`
      INSERT INTO ${sampleBuckets}
        (probe_id, resolution, started_at, ok, failed, latency_sum, latency_max, histogram)
      SELECT watches.probe_id, ${fine.resolution / SECOND}, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
        value ->> 7
      FROM json_each(${JSON.stringify(rows)})
      CROSS JOIN ${watches} ON watches.probe_id = value ->> 0 AND watches.region = value ->> 8
        AND watches.version = value ->> 1
      WHERE true
      ON CONFLICT DO UPDATE SET
        ok = ok + excluded.ok,
        failed = failed + excluded.failed,
        latency_sum = latency_sum + excluded.latency_sum,
        latency_max = max(latency_max, excluded.latency_max),
        histogram = (
          SELECT coalesce(group_concat(n, ','), '') FROM (
            SELECT class, sum(n) AS n FROM (
              SELECT key AS class, value AS n FROM json_each('[' || sample_buckets.histogram || ']')
              UNION ALL
              SELECT key, value FROM json_each('[' || excluded.histogram || ']')
            ) GROUP BY class ORDER BY class))`),
  ]
}

/** Late answers still reach their bucket within this time; afterwards it is finished. */
const SETTLED = 10 * MINUTE

/** Folds finished buckets into coarser ones and drops what is older than its time. Stops anywhere, resumes anywhere. */
export async function rollUpSamples(deps: Deps): Promise<void> {
  await fold(deps, fine, hourly)
  await fold(deps, hourly, daily)
  await prune(deps, fine, hourly.resolution)
  await prune(deps, hourly, daily.resolution)
}

type Level = { resolution: number; kept: number }
type Row = { probe_id: string; histogram: string } & Record<'ok' | 'failed' | 'sum' | 'max', number>

async function fold(deps: Deps, from: Level, to: Level): Promise<void> {
  const finished = deps.clock.now() - SETTLED - to.resolution
  // The newest span may be half done: folding goes on from there.
  let next = (await edge(deps, to, 'max', 0)) ?? (await edge(deps, from, 'min', 0))
  while (next !== null) {
    const start = next - (next % to.resolution)
    if (start > finished) return
    await foldSpan(deps, from, to, start)
    next = await edge(deps, from, 'min', start + to.resolution)
  }
}

/** The newest or oldest bucket of a level since a moment. Asked probe by probe, because that is how buckets lie. */
async function edge(deps: Deps, level: Level, which: 'min' | 'max', since: number) {
  const extreme = sql.raw(which)
  const [row] = await deps.db.all<{ at: number | null }>(sql`
    SELECT ${extreme}((
      SELECT ${extreme}(started_at) FROM ${sampleBuckets}
      WHERE probe_id = probes.id AND resolution = ${level.resolution / SECOND} AND started_at >= ${since}
    )) AS at FROM ${probes}`)
  return row?.at ?? null
}

/** Probes per batch, and rows that are dropped at once: nobody else is to wait long for the database. */
const PROBES = 100
const CHUNK = 2000

async function foldSpan(deps: Deps, from: Level, to: Level, start: number): Promise<void> {
  const ids = (await deps.db.select({ id: probes.id }).from(probes)).map(({ id }) => id)
  for (let i = 0; i < ids.length; i += PROBES)
    await foldSpanOf(deps, from, to, start, ids.slice(i, i + PROBES))
}

async function foldSpanOf(deps: Deps, from: Level, to: Level, start: number, ids: string[]) {
  const rows = await deps.db.all<Row>(sql`
    SELECT probe_id, ok, failed, latency_sum AS sum, latency_max AS max, histogram
    FROM json_each(${JSON.stringify(ids)}) chosen
    CROSS JOIN ${sampleBuckets} ON probe_id = chosen.value
    WHERE resolution = ${from.resolution / SECOND}
      AND started_at >= ${start} AND started_at < ${start + to.resolution}
      AND NOT EXISTS (
        SELECT 1 FROM ${sampleBuckets} done
        WHERE done.probe_id = chosen.value AND done.resolution = ${to.resolution / SECOND}
          AND done.started_at = ${start})`)
  if (rows.length === 0) return
  const folded = new Map<string, Bucket>()
  for (const { probe_id, ok, failed, sum, max, histogram: text } of rows) {
    const histogram = readHistogram(text)
    const bucket = { ok, failed, latencySum: sum, latencyMax: max, histogram }
    folded.set(probe_id, mergeBuckets(folded.get(probe_id) ?? emptyBucket, bucket))
  }
  const values = Array.from(folded, ([probeId, bucket]) => [
    probeId,
    bucket.ok,
    bucket.failed,
    bucket.latencySum,
    bucket.latencyMax,
    writeHistogram(bucket.histogram),
  ])
  await deps.db.run(sql`
    INSERT INTO ${sampleBuckets}
      (probe_id, resolution, started_at, ok, failed, latency_sum, latency_max, histogram)
    SELECT value ->> 0, ${to.resolution / SECOND}, ${start}, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
      value ->> 5
    FROM json_each(${JSON.stringify(values)})
    WHERE true
    ON CONFLICT DO NOTHING`)
}

/** Whole spans at once: a bucket at a time would rewrite a page of every probe in every run. */
async function prune(deps: Deps, level: Level, span: number): Promise<void> {
  const kept = deps.clock.now() - level.kept
  const end = kept - (kept % span)
  while (true) {
    const dropped = await deps.db
      .delete(sampleBuckets)
      .where(
        sql`(probe_id, resolution, started_at) IN (
          SELECT probe_id, resolution, started_at
          FROM ${probes} CROSS JOIN ${sampleBuckets} ON probe_id = probes.id
          WHERE resolution = ${level.resolution / SECOND} AND started_at < ${end} LIMIT ${CHUNK})`,
      )
      .returning({ probeId: sampleBuckets.probeId })
    if (dropped.length < CHUNK) return
  }
}
