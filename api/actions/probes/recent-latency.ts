import { sql } from 'drizzle-orm'
import { sampleBuckets } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY, HOUR, SECOND } from '../../domain/time.ts'
import { iso } from '../page.ts'

export type RecentPoint = { at: string; average_ms: number | null; ok: number; failed: number }

type Row = { probe_id: string; resolution: number } & Record<
  'started_at' | 'ok' | 'failed' | 'latency_sum' | 'timed',
  number
>

/** Hours that may not have been folded into one bucket yet. */
const UNFOLDED = 3 * HOUR

/** The last 24 hours of some probes by the hour, and the newest part of it by 5 minutes: at most 60 rows each. */
export async function loadRecentLatency(
  deps: Deps,
  probeIds: string[],
): Promise<Map<string, RecentPoint[]>> {
  const now = deps.clock.now()
  const newest = now - UNFOLDED - ((now - UNFOLDED) % HOUR)
  const rows = await deps.db.all<Row>(sql`
    SELECT probe_id, resolution, started_at, ok, failed, latency_sum, histogram <> '' AS timed
    FROM json_each(${JSON.stringify(probeIds)})
    CROSS JOIN (SELECT ${HOUR / SECOND} AS step, ${now - DAY} AS since UNION ALL SELECT 300, ${newest})
    CROSS JOIN ${sampleBuckets} ON probe_id = value AND resolution = step AND started_at >= since
    ORDER BY probe_id, started_at, resolution DESC`)
  const byProbe = Map.groupBy(rows, ({ probe_id }) => probe_id)
  return new Map([...byProbe].map(([id, found]) => [id, withoutDoubles(found).map(pointOf)]))
}

/** What an hour tells already its parts need not tell again. */
function withoutDoubles(rows: Row[]): Row[] {
  let told = 0
  return rows.filter(({ resolution, started_at }) => {
    if (started_at < told) return false
    told = started_at + resolution * SECOND
    return true
  })
}

function pointOf({ started_at, ok, failed, latency_sum, timed }: Row): RecentPoint {
  const average = timed && ok > 0 ? Math.round(latency_sum / ok) : null
  return { at: iso(started_at), average_ms: average, ok, failed }
}
