import { desc, eq, inArray } from 'drizzle-orm'
import { incidentComponents, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { brief, publicIncidents } from '../incidents/incident-views.ts'
import { iso, pageView, thePage } from '../page.ts'
import { loadUptime } from '../uptime/component-uptime.ts'
import { loadResponseTimes, type ProbeTimes } from '../uptime/response-times.ts'
import { groupsWithComponents } from './pages.ts'

const INCIDENTS = 20

/** Everything on the page of a component. */
export async function componentPage(deps: Deps, id: string) {
  const page = await thePage(deps)
  const found = await loadUptime(deps, page, id)
  if (!found) throw new DomainError('not_found', `there is no component ${id}`)
  const { history, months, ...uptime } = found
  const [groups, about, times] = await Promise.all([
    groupsWithComponents(deps, page, { id, uptime }),
    incidentsOf(deps, id),
    loadResponseTimes(deps, id, history),
  ])
  const group = groups.find(({ components }) => components.length > 0)
  if (!group) throw new DomainError('not_found', `there is no component ${id}`)
  return {
    page: pageView(deps, page),
    generated_at: iso(deps.clock.now()),
    group_name: group.name,
    component: group.components[0]!,
    target: page.uptimeTarget,
    months,
    response_times: inBrief(times),
    incidents: (await publicIncidents(deps, page, inArray(incidents.id, about))).map(brief),
  }
}

async function incidentsOf(deps: Deps, componentId: string): Promise<string[]> {
  const rows = await deps.db
    .select({ id: incidentComponents.incidentId })
    .from(incidentComponents)
    .innerJoin(incidents, eq(incidents.id, incidentComponents.incidentId))
    .where(eq(incidentComponents.componentId, componentId))
    .orderBy(desc(incidents.startedAt))
    .limit(INCIDENTS)
  return rows.map(({ id }) => id)
}

/** A page draws what the first probe found and sums up the others. */
function inBrief([first, ...others]: ProbeTimes[]) {
  if (!first) return null
  return {
    ...first,
    others: others.map(({ probe, spans }) => ({
      probe,
      spans: spans.map(({ span, total }) => ({ span, total })),
    })),
  }
}
