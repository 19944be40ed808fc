import { and, eq, gte } from 'drizzle-orm'
import { uptimeMonths } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { addMonths, startOfDay } from '../../domain/time.ts'
import {
  daysOfMonth,
  knownSeconds,
  monthsUntil,
  sumOf,
  verdictOf,
  type MonthSeconds,
  type Verdict,
} from '../../domain/uptime-months.ts'
import { daysOf, uptimeOf } from '../../domain/uptime.ts'
import type { Page } from '../page.ts'
import type { History } from './intervals.ts'

export type MonthView = {
  /** `YYYY-MM` */
  month: string
  /** Nothing changes it any more. */
  fixed: boolean
  uptime: number | null
  verdict: Verdict
  /** Of the month, or of what has passed of it. */
  no_data_s: number
} & MonthSeconds

type Frozen = typeof uptimeMonths.$inferSelect

/** How many months are told. */
const MONTHS = 12

/** When the oldest month begins that is told. */
export function monthsBegin(now: number, timeZone: string): number {
  return startOfDay(`${monthsUntil(now, MONTHS, timeZone)[0]!}-01`, timeZone)
}

export function frozenMonthsOf(deps: Deps, componentId: string, { timeZone }: Page) {
  const [oldest] = monthsUntil(deps.clock.now(), MONTHS, timeZone)
  return deps.db
    .select()
    .from(uptimeMonths)
    .where(and(eq(uptimeMonths.componentId, componentId), gte(uptimeMonths.month, oldest!)))
}

/** The last 12 months, the one under way last, from the first of which something is known. */
export function monthsIn(history: History, frozen: Frozen[], page: Page, now: number): MonthView[] {
  const months = monthsUntil(now, MONTHS, page.timeZone)
  const views = months.map((month) => {
    const row = frozen.find((candidate) => candidate.month === month)
    return monthView(month, row ?? null, history, page, now)
  })
  const first = views.findIndex((view) => knownSeconds(view) > 0)
  return first === -1 ? views.slice(-1) : views.slice(first)
}

/** What is frozen stands; anything else is computed. */
export function monthView(
  month: string,
  frozen: Frozen | null,
  history: History,
  { timeZone, uptimeTarget }: Pick<Page, 'timeZone' | 'uptimeTarget'>,
  now: number,
): MonthView {
  const seconds = frozen ? secondsOf(frozen) : secondsIn(month, history, timeZone, now)
  const uptime = uptimeOf([seconds])
  const begin = startOfDay(`${month}-01`, timeZone)
  const end = Math.min(now, startOfDay(`${addMonths(month, 1)}-01`, timeZone))
  const passed = Math.max(0, end - begin) / 1000
  return {
    month,
    fixed: frozen !== null,
    uptime,
    verdict: verdictOf(uptime, uptimeTarget),
    ...inWholeSeconds(seconds),
    no_data_s: Math.max(0, Math.round(passed - knownSeconds(seconds))),
  }
}

export function secondsIn(
  month: string,
  { since, intervals }: History,
  timeZone: string,
  now: number,
): MonthSeconds {
  return sumOf(daysOf(intervals, daysOfMonth(month, timeZone), { since, now }))
}

function secondsOf(row: Frozen): MonthSeconds {
  return {
    operational_s: row.operationalS,
    degraded_s: row.degradedS,
    partial_s: row.partialS,
    major_s: row.majorS,
    maintenance_s: row.maintenanceS,
  }
}

function inWholeSeconds(seconds: MonthSeconds): MonthSeconds {
  return {
    operational_s: Math.round(seconds.operational_s),
    degraded_s: Math.round(seconds.degraded_s),
    partial_s: Math.round(seconds.partial_s),
    major_s: Math.round(seconds.major_s),
    maintenance_s: Math.round(seconds.maintenance_s),
  }
}
