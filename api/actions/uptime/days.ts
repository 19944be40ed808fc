import type { Deps } from '../../deps.ts'
import { addDays, dayOf } from '../../domain/time.ts'
import { calendar, daysOf, uptimeOf, type CalendarDay, type Day } from '../../domain/uptime.ts'
import { loadIntervals, type History } from './intervals.ts'

const DAYS = 90

export type Uptime = { days: Omit<Day, 'operational_s'>[]; uptime: number | null }

/** The last 90 days of components, today last, cut in the page's time zone. One query, however many they are. */
export async function loadDays(
  deps: Deps,
  componentIds: string[],
  timeZone: string,
): Promise<Map<string, Uptime>> {
  const now = deps.clock.now()
  const days = daysUntil(now, timeZone)
  const histories = await loadIntervals(deps, componentIds, days[0]!.start, timeZone)
  return new Map([...histories].map(([id, history]) => [id, uptimeIn(history, days, now)]))
}

/** The days that a page shows at `now`. */
export function daysUntil(now: number, timeZone: string): CalendarDay[] {
  const today = dayOf(now, timeZone)
  return calendar(addDays(today, 1 - DAYS), today, timeZone)
}

export function uptimeIn({ since, intervals }: History, days: CalendarDay[], now: number): Uptime {
  const exact = daysOf(intervals, days, { since, now })
  return { days: exact.map(inWholeSeconds), uptime: uptimeOf(exact) }
}

function inWholeSeconds(day: Day): Uptime['days'][number] {
  return {
    date: day.date,
    status: day.status,
    uptime: day.uptime,
    degraded_s: Math.round(day.degraded_s),
    partial_s: Math.round(day.partial_s),
    major_s: Math.round(day.major_s),
    maintenance_s: Math.round(day.maintenance_s),
  }
}
