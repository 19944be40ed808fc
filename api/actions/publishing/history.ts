import { and, asc, desc, eq, gte, isNull, lt, ne, or, sql } from 'drizzle-orm'
import { incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { monthsOfYear, type Past } from '../../domain/history.ts'
import { addMonths, dayOf, startOfDay } from '../../domain/time.ts'
import { monthOf } from '../../domain/uptime-months.ts'
import { publicIncidents } from '../incidents/incident-views.ts'
import { pageView, thePage, type Page } from '../page.ts'
import { briefsOn } from './pages.ts'

/** What the public may see of what has been; plans are no history yet. */
const happened = and(eq(incidents.draft, false), ne(incidents.status, 'scheduled'))

/** What happened in a month, `YYYY-MM` in the page's time zone. */
export async function historyPage(deps: Deps, month: string) {
  const page = await thePage(deps)
  const { timeZone } = page
  const from = startOfDay(`${month}-01`, timeZone)
  const until = startOfDay(`${addMonths(month, 1)}-01`, timeZone)
  const [found, { first, last }, before] = await Promise.all([
    publicIncidents(
      deps,
      page,
      and(happened, gte(incidents.startedAt, from), lt(incidents.startedAt, until)),
    ),
    monthsOnRecord(deps, page),
    lastBefore(deps, page, from),
  ])
  if (month > last) throw new DomainError('not_found', `${month} has not begun`)
  const dates = [
    ...new Set(found.map((incident) => dayOf(Date.parse(incident.started_at), timeZone))),
  ]
  return {
    page: pageView(deps, page),
    month,
    previous: month > first ? addMonths(month, -1) : null,
    next: month < last ? addMonths(month, 1) : null,
    last_before: before,
    days: dates
      .toSorted()
      .toReversed()
      .map((date) => ({ date, incidents: briefsOn(found, date, timeZone) })),
  }
}

/** A year by its months; the present one unless another is asked for. */
export async function yearPage(deps: Deps, asked: string | null) {
  const page = await thePage(deps)
  const { timeZone } = page
  const now = deps.clock.now()
  const { first, last } = await monthsOnRecord(deps, page)
  const year = asked ?? last.slice(0, 4)
  if (year > last.slice(0, 4)) throw new DomainError('not_found', `${year} has not begun`)
  const from = startOfDay(`${year}-01-01`, timeZone)
  const until = startOfDay(`${addMonths(`${year}-12`, 1)}-01`, timeZone)
  const [all, before] = await Promise.all([
    pastBetween(deps, from, until),
    lastBefore(deps, page, from),
  ])
  return {
    page: pageView(deps, page),
    year,
    previous: year > first.slice(0, 4) ? String(Number(year) - 1) : null,
    next: year < last.slice(0, 4) ? String(Number(year) + 1) : null,
    last_before: before,
    months: monthsOfYear(year, all, { timeZone, now }).map((month) => ({
      ...month,
      on_record: month.month >= first && month.month <= last,
      running: month.month === last,
    })),
  }
}

/** What was under way between two moments, in one row: a year may have thousands. */
async function pastBetween(deps: Deps, from: number, until: number): Promise<Past[]> {
  const condition = and(
    happened,
    ne(incidents.status, 'cancelled'),
    lt(incidents.startedAt, until),
    or(isNull(incidents.resolvedAt), gte(incidents.resolvedAt, from)),
  )
  const [row] = await deps.db.all<{ past: string }>(sql`
    SELECT json_group_array(json_array(
      kind, impact, started_at, resolved_at, postmortem_published_at IS NOT NULL)) AS past
    FROM ${incidents} WHERE ${condition}`)
  const past = JSON.parse(row!.past) as [
    Past['kind'],
    Past['impact'],
    number,
    number | null,
    0 | 1,
  ][]
  return past.map(([kind, impact, startedAt, resolvedAt, has]) => ({
    kind,
    impact,
    startedAt,
    resolvedAt,
    hasPostmortem: has === 1,
  }))
}

/** The present year of the page's own calendar. */
export async function thisYear(deps: Deps): Promise<string> {
  const { timeZone } = await thePage(deps)
  return monthOf(deps.clock.now(), timeZone).slice(0, 4)
}

/** From the first month of which something is told to the one under way. */
async function monthsOnRecord(deps: Deps, { timeZone, createdAt }: Page) {
  const [oldest] = await deps.db
    .select({ at: incidents.startedAt })
    .from(incidents)
    .where(happened)
    .orderBy(asc(incidents.startedAt))
    .limit(1)
  return {
    first: monthOf(Math.min(createdAt, oldest?.at ?? createdAt), timeZone),
    last: monthOf(deps.clock.now(), timeZone),
  }
}

/** The last month before a moment in which anything happened. */
async function lastBefore(deps: Deps, { timeZone }: Page, at: number): Promise<string | null> {
  const [newest] = await deps.db
    .select({ at: incidents.startedAt })
    .from(incidents)
    .where(and(happened, lt(incidents.startedAt, at)))
    .orderBy(desc(incidents.startedAt))
    .limit(1)
  return newest ? monthOf(newest.at, timeZone) : null
}
