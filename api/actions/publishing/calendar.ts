import { asc, eq, inArray, sql } from 'drizzle-orm'
import { components, documents, incidents, page, probes } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import {
  allDocuments,
  documentsOfComponent,
  inEach,
  refreshedEvery,
} from '../../domain/documents.ts'
import { addMonths, DAY, dayOf, MINUTE, startOfDay } from '../../domain/time.ts'
import { touch } from '../save.ts'

/** Percentages and "next update" move with time alone: the front page is never older than this. */
const REFRESH = 5 * MINUTE

/**
 * Touches what time itself changes: the days of the bars at midnight in the page's zone, figures in between. Pages of
 * components take their turns, so that hundreds of them are never made at once.
 */
export async function markDayChange(deps: Deps): Promise<void> {
  const facts = await deps.db.query.page.findFirst()
  if (!facts) return
  await addMissing(deps)
  const now = deps.clock.now()
  const month = dayOf(now, facts.timeZone).slice(0, 7)
  const lastMonth = addMonths(month, -1)
  const touched = await deps.db
    .select({ path: documents.path, touchedAt: documents.touchedAt })
    .from(documents)
    .where(inArray(documents.path, ['/', `/history/${month}`, `/history/${lastMonth}`]))
  const markOf = (path: string) => touched.find((mark) => mark.path === path)
  const home = markOf('/')
  const current = markOf(`/history/${month}`)
  const last = markOf(`/history/${lastMonth}`)
  const isEarlier = (mark: { touchedAt: number }) =>
    dayOf(mark.touchedAt, facts.timeZone) < `${month}-01`
  // A new month has a page of its own, wherever work was planned in it before, and gives the last one a successor.
  const newMonth = [
    ...(current && !isEarlier(current) ? [] : [`/history/${month}`]),
    ...(last && isEarlier(last) ? [last.path] : []),
  ]
  const overdue = await deps.db
    .select({ id: incidents.id })
    .from(incidents)
    .where(
      sql`${incidents.nextUpdateAt} <= ${now} AND ${incidents.draft} = 0 AND EXISTS (
        SELECT 1 FROM ${documents} own
        WHERE own.path = '/incidents/' || ${incidents.id} AND own.touched_at < ${incidents.nextUpdateAt})`,
    )
  const newDay = !home || dayOf(home.touchedAt, facts.timeZone) !== dayOf(now, facts.timeZone)
  const fresh = !newDay && newMonth.length === 0 && now - home.touchedAt < REFRESH
  const paths = [
    ...(fresh && overdue.length === 0 ? [] : ['/']),
    ...(await grownOld(deps, startOfDay(dayOf(now, facts.timeZone), facts.timeZone))),
    ...overdue.map(({ id }) => `/incidents/${id}`),
    ...(await nearing(deps, startOfDay(dayOf(now, facts.timeZone), facts.timeZone))),
    ...newMonth,
    ...(newDay || newMonth.length > 0 ? yearsOf([month, lastMonth]) : []),
  ]
  if (paths.length > 0) await deps.db.write([touch(deps, paths)])
}

function yearsOf(months: string[]): string[] {
  return ['/history', ...months.map((month) => `/history/${month.slice(0, 4)}`)]
}

/** Maintenances whose page says in how much time they begin or end: near ones every few minutes, others every day. */
async function nearing(deps: Deps, today: number): Promise<string[]> {
  const now = deps.clock.now()
  const rows = await deps.db.all<{ path: string }>(sql`
    SELECT d.path FROM ${incidents} i CROSS JOIN ${documents} d ON d.path = '/incidents/' || i.id
    WHERE i.kind = 'maintenance' AND i.resolved_at IS NULL AND i.draft = 0 AND (d.touched_at < ${today}
      OR (i.scheduled_for < ${now + 2 * DAY} AND d.touched_at <= ${now - REFRESH}))`)
  return rows.map(({ path }) => path)
}

/** Each beat touches a fifth of what belongs to components, the oldest first; of a few components all. */
const PARTS = 5
const FEW = 30

/** Documents of components that have not been made for their time, or not today. */
async function grownOld(deps: Deps, today: number): Promise<string[]> {
  const now = deps.clock.now()
  const rows = await deps.db.all<{ id: string; is_measured: number }>(sql`
    SELECT c.id, EXISTS (
      SELECT 1 FROM ${probes} p WHERE p.component_id = c.id AND p.paused = 0) AS is_measured
    FROM ${components} c`)
  const isMeasured = new Map(
    rows.flatMap((row) =>
      documentsOfComponent(row.id).map((path) => [path, row.is_measured === 1] as const),
    ),
  )
  const marks = await deps.db.all<{ path: string; touched_at: number }>(sql`
    SELECT d.path, d.touched_at FROM json_each(${JSON.stringify([...isMeasured.keys()])}) own
    CROSS JOIN ${documents} d ON d.path = own.value`)
  return marks
    .filter(
      ({ path, touched_at }) =>
        touched_at < today || now - touched_at >= refreshedEvery(path, isMeasured.get(path)!),
    )
    .toSorted((a, b) => a.touched_at - b.touched_at)
    .slice(0, Math.max(FEW, Math.ceil(isMeasured.size / PARTS)))
    .map(({ path }) => path)
}

const completed = new WeakSet<Deps>()

/** Touches what a newer version of ours publishes and an older one did not know. Once in the life of a process. */
async function addMissing(deps: Deps): Promise<void> {
  if (completed.has(deps)) return
  const [[facts], rows] = await deps.db.batch([
    deps.db.select({ languages: page.languages }).from(page),
    deps.db.select({ path: documents.path }).from(documents),
  ])
  const known = new Set(rows.map(({ path }) => path))
  const missing = (await everyDocument(deps)).filter((path) =>
    inEach(facts?.languages ?? [], path).some((one) => !known.has(one)),
  )
  if (missing.length > 0) await deps.db.write([touch(deps, missing)])
  completed.add(deps)
}

/** The path of every document there should be, in the page's own language. */
export async function everyDocument(deps: Deps): Promise<string[]> {
  const [[facts], componentRows, incidentRows] = await deps.db.batch([
    deps.db.select().from(page),
    deps.db.select({ id: components.id }).from(components),
    deps.db
      .select({ id: incidents.id, kind: incidents.kind, startedAt: incidents.startedAt })
      .from(incidents)
      .where(eq(incidents.draft, false))
      .orderBy(asc(incidents.startedAt)),
  ])
  if (!facts) return []
  const month = (at: number) => dayOf(at, facts.timeZone).slice(0, 7)
  return allDocuments({
    componentIds: componentRows.map(({ id }) => id),
    incidentIds: incidentRows.map(({ id }) => id),
    maintenanceIds: incidentRows.filter(({ kind }) => kind === 'maintenance').map(({ id }) => id),
    firstMonth: month(Math.min(facts.createdAt, incidentRows[0]?.startedAt ?? facts.createdAt)),
    thisMonth: month(deps.clock.now()),
  })
}
