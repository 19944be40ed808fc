import { sql } from 'drizzle-orm'
import { components, componentStatusIntervals, uptimeMonths } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { documentsOfUptime } from '../../domain/documents.ts'
import { addMonths, startOfDay } from '../../domain/time.ts'
import { lastFixedMonth, monthOf } from '../../domain/uptime-months.ts'
import { touch } from '../save.ts'
import { loadIntervals, type History } from './intervals.ts'
import { secondsIn } from './months.ts'

/** Components per round: years of each may have to be counted, and nobody else should wait for that. */
const ROUND = 10

/**
 * Writes down the months that are over, each once: of several processes the first one wins. All months of a component go
 * in one write, so that whoever has the last one has them all.
 */
export async function freezeMonths(deps: Deps, stopped = () => false): Promise<void> {
  const page = await deps.db.query.page.findFirst()
  if (!page) return
  const last = lastFixedMonth(deps.clock.now(), page.timeZone)
  while (!stopped()) {
    const due = await withoutMonth(deps, last, page.timeZone)
    if (due.length === 0) return
    const histories = await loadIntervals(deps, due, 0, page.timeZone)
    const rows = [...histories].flatMap(([id, history]) =>
      monthsOf(history, last, page.timeZone).map((month) =>
        rowOf(deps, id, month, history, page.timeZone),
      ),
    )
    await deps.db.write([
      deps.db.insert(uptimeMonths).values(rows).onConflictDoNothing(),
      touch(deps, due.flatMap(documentsOfUptime)),
    ])
    await deps.clock.sleep(0)
  }
}

/** Components that were there in a month, or before it, and have nothing written for it. */
async function withoutMonth(deps: Deps, month: string, timeZone: string): Promise<string[]> {
  const end = startOfDay(`${addMonths(month, 1)}-01`, timeZone)
  const rows = await deps.db.all<{ id: string }>(sql`
    SELECT c.id FROM ${components} c
    WHERE NOT EXISTS (
        SELECT 1 FROM ${uptimeMonths} done WHERE done.component_id = c.id AND done.month = ${month})
      AND EXISTS (
        SELECT 1 FROM ${componentStatusIntervals} began
        WHERE began.component_id = c.id AND began.started_at < ${end})
    LIMIT ${ROUND}`)
  return rows.map(({ id }) => id)
}

/** From the first of which something is known. */
function monthsOf({ intervals }: History, last: string, timeZone: string): string[] {
  const months: string[] = []
  const first = monthOf(intervals[0]!.startedAt, timeZone)
  for (let month = first; month <= last; month = addMonths(month, 1)) months.push(month)
  return months
}

function rowOf(deps: Deps, componentId: string, month: string, history: History, timeZone: string) {
  const now = deps.clock.now()
  const seconds = secondsIn(month, history, timeZone, now)
  return {
    componentId,
    month,
    operationalS: seconds.operational_s,
    degradedS: seconds.degraded_s,
    partialS: seconds.partial_s,
    majorS: seconds.major_s,
    maintenanceS: seconds.maintenance_s,
    frozenAt: now,
  }
}
