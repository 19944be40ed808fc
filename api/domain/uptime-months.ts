import { addDays, addMonths, dayOf, startOfDay } from './time.ts'
import { calendar, type CalendarDay, type Day } from './uptime.ts'

/** What a component went through in a month, in seconds. */
export type MonthSeconds = Pick<
  Day,
  'operational_s' | 'degraded_s' | 'partial_s' | 'major_s' | 'maintenance_s'
>

/** The days of a month, `YYYY-MM`. */
export function daysOfMonth(month: string, timeZone: string): CalendarDay[] {
  return calendar(`${month}-01`, addDays(`${addMonths(month, 1)}-01`, -1), timeZone)
}

/** The months up to the one of `now`, oldest first. */
export function monthsUntil(now: number, count: number, timeZone: string): string[] {
  const last = monthOf(now, timeZone)
  return Array.from({ length: count }, (_, index) => addMonths(last, index + 1 - count))
}

/** The newest month that is fixed at `now`: a month can be corrected until a day after its end. */
export function lastFixedMonth(now: number, timeZone: string): string {
  const month = monthOf(now, timeZone)
  return addMonths(month, now < startOfDay(`${month}-02`, timeZone) ? -2 : -1)
}

export function monthOf(at: number, timeZone: string): string {
  return dayOf(at, timeZone).slice(0, 7)
}

export function sumOf(days: MonthSeconds[]): MonthSeconds {
  const sum = { operational_s: 0, degraded_s: 0, partial_s: 0, major_s: 0, maintenance_s: 0 }
  for (const day of days)
    for (const key of Object.keys(sum) as (keyof MonthSeconds)[]) sum[key] += day[key]
  return sum
}

export function knownSeconds(month: MonthSeconds): number {
  return (
    month.operational_s + month.degraded_s + month.partial_s + month.major_s + month.maintenance_s
  )
}

/** What became of the target; `unknown` where there is no uptime to hold against it. */
export const verdicts = ['kept', 'missed', 'unknown'] as const
export type Verdict = (typeof verdicts)[number]

export function verdictOf(uptime: number | null, target: number): Verdict {
  if (uptime === null) return 'unknown'
  return uptime >= target ? 'kept' : 'missed'
}
