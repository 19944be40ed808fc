import { and, eq, gte, isNull, sql } from 'drizzle-orm'
import { components, componentStatusIntervals, groups, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { speak } from '../../domain/message.ts'
import { rollUp, worst } from '../../domain/status.ts'
import { addDays, dayOf, startOfDay } from '../../domain/time.ts'
import { runsOf } from '../../domain/uptime.ts'
import { brief, publicIncidents, type IncidentView } from '../incidents/incident-views.ts'
import { iso, pageView, thePage, type Page } from '../page.ts'
import { loadDays, type Uptime } from '../uptime/days.ts'

const RECENT_DAYS = 7

/** Everything on the front page. */
export async function homePage(deps: Deps) {
  const page = await thePage(deps)
  const now = deps.clock.now()
  const today = dayOf(now, page.timeZone)
  const since = startOfDay(addDays(today, 1 - RECENT_DAYS), page.timeZone)
  const [groupViews, open, recent] = await Promise.all([
    groupsWithComponents(deps, page),
    publicIncidents(deps, page, isNull(incidents.resolvedAt)),
    publicIncidents(
      deps,
      page,
      and(gte(incidents.startedAt, since), sql`${incidents.status} <> 'scheduled'`),
    ),
  ])
  const statuses = groupViews.flatMap((group) => group.components.map(({ status }) => status))
  const overall = rollUp(statuses)
  return {
    page: pageView(deps, page),
    status: {
      indicator: overall.indicator,
      description: speak(page.locale)(overall.description),
      says: overall.description,
    },
    generated_at: iso(now),
    groups: groupViews,
    incidents: open.filter(({ kind }) => kind === 'incident'),
    maintenances: shownPlans(open.filter(({ kind }) => kind === 'maintenance')),
    recent: Array.from({ length: RECENT_DAYS }, (_, back) => {
      const date = addDays(today, -back)
      return { date, incidents: briefsOn(recent, date, page.timeZone) }
    }),
  }
}

/** What comes again every day must not fill the front page; the calendar has them all. */
const SHOWN_PLANS = 10

/** What is under way first, then what comes soonest. */
function shownPlans(maintenances: IncidentView[]): IncidentView[] {
  const [planned, underWay] = [true, false].map((isPlanned) =>
    maintenances
      .filter(({ status }) => (status === 'scheduled') === isPlanned)
      .toSorted((a, b) => (a.started_at < b.started_at ? -1 : 1)),
  )
  return [...underWay!, ...planned!.slice(0, SHOWN_PLANS)]
}

const FEED_INCIDENTS = 25

/** What the feeds tell: the newest incidents and maintenances with their timelines. */
export async function feedPage(deps: Deps) {
  const page = await thePage(deps)
  const now = deps.clock.now()
  // Two walks along an index: what is planned is little, what has been may be thousands.
  const newest = sql`${incidents.id} IN (
    SELECT id FROM (
      SELECT id, created_at AS news_at FROM ${incidents} WHERE draft = 0 AND started_at > ${now}
      UNION ALL
      SELECT id, started_at FROM (
        SELECT id, started_at FROM ${incidents} WHERE draft = 0 AND started_at <= ${now}
        ORDER BY started_at DESC LIMIT ${FEED_INCIDENTS}))
    ORDER BY news_at DESC LIMIT ${FEED_INCIDENTS})`
  const found = await publicIncidents(deps, page, newest)
  return {
    page: pageView(deps, page),
    created_at: iso(page.createdAt),
    incidents: found.toSorted((a, b) => (newsAt(a, iso(now)) < newsAt(b, iso(now)) ? 1 : -1)),
  }
}

/** What is yet to come is as old as its announcement. */
function newsAt({ started_at, created_at }: IncidentView, now: string): string {
  return started_at > now ? created_at : started_at
}

export async function incidentPage(deps: Deps, id: string) {
  const page = await thePage(deps)
  const [incident] = await publicIncidents(deps, page, eq(incidents.id, id))
  if (!incident) throw new DomainError('not_found', `there is no incident ${id}`)
  return { page: pageView(deps, page), generated_at: iso(deps.clock.now()), incident }
}

/** What of these began on a day. */
export function briefsOn(found: IncidentView[], date: string, timeZone: string) {
  return found
    .filter((incident) => dayOf(Date.parse(incident.started_at), timeZone) === date)
    .map(brief)
}

/** Groups in their order with what is in them; `only` one component where its uptime is known already. */
export async function groupsWithComponents(
  deps: Deps,
  page: Page,
  only?: { id: string; uptime: Uptime },
) {
  const [groupRows, rows, since] = await deps.db.batch([
    deps.db.select().from(groups).orderBy(groups.position),
    deps.db
      .select()
      .from(components)
      .where(only && eq(components.id, only.id))
      .orderBy(components.position),
    deps.db
      .select({
        componentId: componentStatusIntervals.componentId,
        startedAt: componentStatusIntervals.startedAt,
      })
      .from(componentStatusIntervals)
      .where(
        and(
          isNull(componentStatusIntervals.endedAt),
          only && eq(componentStatusIntervals.componentId, only.id),
        ),
      ),
  ])
  const ids = rows.map(({ id }) => id)
  const days = only ? new Map([[only.id, only.uptime]]) : await loadDays(deps, ids, page.timeZone)
  const startedAt = new Map(since.map((interval) => [interval.componentId, interval.startedAt]))
  const views = rows.map((row) => ({
    id: row.id,
    key: row.key,
    name: row.name,
    description: row.description,
    group_id: row.groupId,
    status: row.status,
    since: iso(startedAt.get(row.id) ?? row.createdAt),
    only_show_if_degraded: row.onlyShowIfDegraded,
    uptime: days.get(row.id)?.uptime ?? null,
    runs: runsOf(days.get(row.id)?.days ?? []),
  }))
  const loose = { id: null, name: null, description: null }
  return [...groupRows, loose]
    .map((group) => {
      const members = views.filter((view) => view.group_id === group.id)
      return {
        id: group.id,
        name: group.name,
        description: group.description,
        status: worst(members.map(({ status }) => status)),
        components: members,
      }
    })
    .filter((group) => group.components.length > 0)
}
