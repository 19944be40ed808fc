import { addMonths, MINUTE, startOfDay } from './time.ts'
import { lengthOfUnion, within } from './unions.ts'
import type { Impact } from './words.ts'

/** The part of an incident or maintenance that a year's overview tells. */
export type Past = {
  kind: 'incident' | 'maintenance'
  impact: Impact
  startedAt: number
  resolvedAt: number | null
  hasPostmortem: boolean
}

export type MonthOfYear = {
  /** `YYYY-MM` */
  month: string
  /** Incidents that began in it, by impact. */
  incidents: Record<Exclude<Impact, 'maintenance'>, number>
  maintenances: number
  postmortems: number
  /** While at least one incident was open that had an impact. */
  minutes: number
}

/** The months of a year, January first, each with what began in it. */
export function monthsOfYear(
  year: string,
  all: Past[],
  { timeZone, now }: { timeZone: string; now: number },
): MonthOfYear[] {
  const incidents = all.filter(({ kind }) => kind === 'incident')
  const open = incidents
    .filter(({ impact }) => impact !== 'none')
    .map(({ startedAt, resolvedAt }) => ({ from: startedAt, until: resolvedAt ?? now }))
  return Array.from({ length: 12 }, (_, index) => {
    const month = addMonths(`${year}-01`, index)
    const span = {
      from: startOfDay(`${month}-01`, timeZone),
      until: startOfDay(`${addMonths(month, 1)}-01`, timeZone),
    }
    const began = all.filter(({ startedAt: at }) => span.from <= at && at < span.until)
    const counted = (impact: Impact) =>
      began.filter((one) => one.kind === 'incident' && one.impact === impact).length
    return {
      month,
      incidents: {
        critical: counted('critical'),
        major: counted('major'),
        minor: counted('minor'),
        none: counted('none'),
      },
      maintenances: began.filter(({ kind }) => kind === 'maintenance').length,
      postmortems: began.filter(({ hasPostmortem }) => hasPostmortem).length,
      minutes: Math.round(lengthOfUnion(within(span, open)) / MINUTE),
    }
  })
}
