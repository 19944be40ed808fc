import { sql } from 'drizzle-orm'
import type { Deps } from '../../api/deps.ts'
import { bucketOf, emptyBucket, mergeBuckets, writeHistogram } from '../../api/domain/latency.ts'
import { DAY, HOUR, MINUTE } from '../../api/domain/time.ts'
import { sampleBuckets } from '../../db/schema.ts'

const levels = [
  { resolution: 300, kept: 2 * DAY },
  { resolution: 3600, kept: 90 * DAY },
  { resolution: 86_400, kept: 365 * DAY },
]

/** What a probe would have found in a year of checks every 30 seconds: never twice the same hour. */
export async function measureAYear(deps: Deps, probeId: string): Promise<void> {
  const now = deps.clock.now()
  for (const { resolution, kept } of levels) {
    const step = resolution * 1000
    const rows: (string | number)[][] = []
    for (let at = now - kept - ((now - kept) % step); at < now; at += step) {
      const bucket = bucketAt(at, resolution / 30)
      const { ok, failed, latencySum, latencyMax, histogram } = bucket
      rows.push([at, ok, failed, latencySum, latencyMax, writeHistogram(histogram)])
    }
    await deps.db.write([
      deps.db.run(sql`
        INSERT INTO ${sampleBuckets}
          (probe_id, resolution, started_at, ok, failed, latency_sum, latency_max, histogram)
        SELECT ${probeId}, ${resolution}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
        FROM json_each(${JSON.stringify(rows)}) WHERE true ON CONFLICT DO NOTHING`),
    ])
  }
}

/** Twenty answers stand for all of a bucket. */
function bucketAt(at: number, checks: number) {
  const noise = (seed: number) => Math.abs(Math.sin((at / MINUTE) * seed) * 9999) % 1
  const base = 120 + 60 * Math.sin(at / (4 * HOUR)) + 40 * noise(1.7)
  const answers = Array.from({ length: 20 }, (_, index) => {
    if (index === 0 && noise(3.1) > 0.9)
      return bucketOf({ outcome: 'failed', latency_ms: 0, status: 503, reason: '' })
    const latency_ms = base * (index === 19 ? 2 + 4 * noise(2.3) : 1 + (index / 20) * noise(5.9))
    return bucketOf({ outcome: 'ok', latency_ms, status: 200, reason: '' })
  })
  const few = answers.reduce(mergeBuckets, emptyBucket)
  const times = Math.max(1, Math.round(checks / 20))
  return {
    ok: few.ok * times,
    failed: few.failed * times,
    latencySum: few.latencySum * times,
    latencyMax: few.latencyMax,
    histogram: few.histogram.map((count) => count * times),
  }
}
