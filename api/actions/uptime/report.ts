import { asc, eq } from 'drizzle-orm'
import { stringify } from 'csv-stringify/sync'
import { components, groups, uptimeMonths } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { defused } from '../../domain/csv-text.ts'
import { DomainError } from '../../domain/error.ts'
import { startOfDay } from '../../domain/time.ts'
import { lostSeconds } from '../../domain/uptime.ts'
import { monthOf } from '../../domain/uptime-months.ts'
import { iso, thePage } from '../page.ts'
import { loadIntervals } from './intervals.ts'
import { monthView } from './months.ts'

/** What became of the target in a month, component by component, as it is reviewed with customers. */
export async function uptimeReport(deps: Deps, month: string) {
  const page = await thePage(deps)
  const now = deps.clock.now()
  if (month > monthOf(now, page.timeZone))
    throw new DomainError('invalid', `month: ${month} has not begun`, {
      fields: [{ path: 'month', message: 'has not begun' }],
    })
  const [rows, frozen] = await deps.db.batch([
    deps.db
      .select({ id: components.id, key: components.key, name: components.name, group: groups.name })
      .from(components)
      .leftJoin(groups, eq(groups.id, components.groupId))
      .orderBy(asc(groups.position), asc(components.position)),
    deps.db.select().from(uptimeMonths).where(eq(uptimeMonths.month, month)),
  ])
  const ids = rows.map(({ id }) => id)
  const begin = startOfDay(`${month}-01`, page.timeZone)
  const histories = await loadIntervals(deps, ids, begin, page.timeZone)
  return {
    month,
    time_zone: page.timeZone,
    target: page.uptimeTarget,
    generated_at: iso(now),
    components: rows.map((component) => {
      const row = frozen.find(({ componentId }) => componentId === component.id) ?? null
      const history = histories.get(component.id)!
      const { month: _, ...view } = monthView(month, row, history, page, now)
      return { ...component, ...view, lost_s: Math.round(lostSeconds(view)) }
    }),
  }
}

const columns = [
  'month',
  'component',
  'name',
  'group',
  'target',
  'uptime',
  'verdict',
  'fixed',
  'lost_s',
  'operational_s',
  'degraded_s',
  'partial_s',
  'major_s',
  'maintenance_s',
  'no_data_s',
] as const

/** The same as RFC 4180, a component per line. */
export async function uptimeReportAsCsv(deps: Deps, month: string): Promise<string> {
  const report = await uptimeReport(deps, month)
  const records = report.components.map((one): Record<(typeof columns)[number], unknown> => ({
    ...one,
    month,
    component: one.key,
    target: report.target,
  }))
  const cells = records.map((record) =>
    columns.map((column) => defused(String(record[column] ?? ''))),
  )
  return stringify([[...columns], ...cells], { record_delimiter: 'windows' })
}
