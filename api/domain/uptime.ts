import { worseThan } from './status.ts'
import { addDays, startOfDay } from './time.ts'
import type { ComponentStatus } from './words.ts'

/** A component's status for a while; time that no interval covers is no data. */
export type Interval = { status: ComponentStatus; startedAt: number; endedAt: number | null }

/** A calendar day of a time zone and the moments it spans; 23 or 25 hours when clocks change. */
export type CalendarDay = { date: string; start: number; end: number }

export type Day = {
  /** `YYYY-MM-DD` */
  date: string
  /** The worst of the day. */
  status: ComponentStatus | 'no_data'
  /** 0 to 100; null where nothing is known. */
  uptime: number | null
  operational_s: number
  degraded_s: number
  partial_s: number
  major_s: number
  maintenance_s: number
}

/** Days `from` to `to`, both included. */
export function calendar(from: string, to: string, timeZone: string): CalendarDay[] {
  const days: CalendarDay[] = []
  let start = startOfDay(from, timeZone)
  for (let date = from; date <= to; date = addDays(date, 1)) {
    const end = startOfDay(addDays(date, 1), timeZone)
    days.push({ date, start, end })
    start = end
  }
  return days
}

/** Cuts intervals, oldest first, into days. What lies before `since` or after `now` is no data. */
export function daysOf(
  intervals: Interval[],
  calendar: CalendarDay[],
  span: { since: number; now: number },
): Day[] {
  let first = 0
  return calendar.map(({ date, start, end }) => {
    const [from, to] = [Math.max(start, span.since), Math.min(end, span.now)]
    while (first < intervals.length && endOf(intervals[first]!) <= from) first++
    const seconds: Partial<Record<ComponentStatus, number>> = {}
    for (let i = first; i < intervals.length && intervals[i]!.startedAt < to; i++) {
      const { status, startedAt } = intervals[i]!
      const lasted = Math.min(endOf(intervals[i]!), to) - Math.max(startedAt, from)
      if (lasted > 0) seconds[status] = (seconds[status] ?? 0) + lasted / 1000
    }
    return dayOfSeconds(date, seconds)
  })
}

/** A day worth a word, or `days` calm neighbours of one kind as the first of them. */
export type Run<D> = D & { days: number }

/** Days, oldest first, with nothing said twice: of ninety most are calm. */
export function runsOf<D extends Pick<Day, 'status'>>(days: D[]): Run<D>[] {
  const runs: Run<D>[] = []
  for (const day of days) {
    const last = runs.at(-1)
    if (last?.status === day.status && !isEventful(day)) last.days++
    else runs.push({ ...day, days: 1 })
  }
  return runs
}

export const isEventful = ({ status }: Pick<Day, 'status'>) =>
  status !== 'operational' && status !== 'no_data'

const endOf = (interval: Interval) => interval.endedAt ?? Infinity

function dayOfSeconds(date: string, seconds: Partial<Record<ComponentStatus, number>>): Day {
  const seen = Object.keys(seconds) as ComponentStatus[]
  const day = {
    date,
    status:
      seen.length === 0 ? ('no_data' as const) : seen.reduce((a, b) => (worseThan(b, a) ? b : a)),
    operational_s: seconds.operational ?? 0,
    degraded_s: seconds.degraded_performance ?? 0,
    partial_s: seconds.partial_outage ?? 0,
    major_s: seconds.major_outage ?? 0,
    maintenance_s: seconds.under_maintenance ?? 0,
  }
  return { ...day, uptime: uptimeOf([day]) }
}

type Seconds = Pick<Day, 'operational_s' | 'degraded_s' | 'partial_s' | 'major_s'>

/**
 * Percent of the time known, 0 to 100: a major outage counts in full, a partial one by 0.3, degraded performance not at
 * all. Maintenance and no data are left out; null when nothing is left.
 */
export function uptimeOf(days: Seconds[]): number | null {
  let known = 0
  let lost = 0
  for (const day of days) {
    known += day.operational_s + day.degraded_s + day.partial_s + day.major_s
    lost += lostSeconds(day)
  }
  return known === 0 ? null : rounded(100 * (1 - lost / known))
}

/** What an outage takes from the uptime. */
export function lostSeconds({ partial_s, major_s }: Seconds): number {
  return 0.3 * partial_s + major_s
}

/** Without the last digits, which are noise: a month that lost just what its target allows has kept it. */
function rounded(percent: number): number {
  return Math.round(percent * 1e11) / 1e11
}
