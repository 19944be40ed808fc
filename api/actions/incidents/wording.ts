import { inArray, eq } from 'drizzle-orm'
import { components, groups } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { formatDuration } from '../../domain/duration.ts'
import { speak } from '../../domain/message.ts'
import { impactOfStatuses } from '../../domain/status.ts'
import { fill, type TemplateWords } from '../../domain/template.ts'
import { formatTime } from '../../domain/time.ts'
import type { IncidentStatus } from '../../domain/words.ts'
import { fullName, inPageOrder, resolveComponents } from '../components/components.ts'
import { thePage } from '../page.ts'
import type { ComponentChange } from './incidents.ts'
import { findTemplate } from './templates.ts'
import { affectedIds, findIncident } from './timeline.ts'

/** What a person has to write. */
const OPEN = '…'

type Use = {
  template: string
  /** Absent for one that is yet to be opened. */
  incidentId?: string
  /** What the form says of components. */
  components: ComponentChange[]
}

/** The words of a template for a form; what only a person knows is left to them. */
export async function wordsOfTemplate(
  deps: Deps,
  { template: key, incidentId, components: chosen }: Use,
): Promise<TemplateWords & { status: IncidentStatus | null }> {
  const page = await thePage(deps)
  const template = await findTemplate(deps, key)
  const incident = incidentId === undefined ? null : await findIncident(deps, incidentId)
  const said = await resolveComponents(deps, chosen)
  const affected = incident ? await affectedIds(deps, incident.id) : []
  const names = await namesOf(deps, affected.length > 0 ? affected : [...said.keys()])
  const now = deps.clock.now()
  const impact = incident?.impact ?? impactOfStatuses([...said.values()])
  const words = fill(template, {
    component: names[0] ?? OPEN,
    components:
      names.length > 0
        ? new Intl.ListFormat(page.locale, { type: 'conjunction' }).format(names)
        : OPEN,
    time: formatTime(incident?.startedAt ?? now, page.locale, page.timeZone),
    impact: speak(page.locale)(`impact.${impact}`),
    duration: incident ? formatDuration(now - incident.startedAt, page.locale) : OPEN,
    page: page.name,
    reason: OPEN,
  })
  return { ...words, status: template.status }
}

async function namesOf(deps: Deps, ids: string[]): Promise<string[]> {
  const rows = await deps.db
    .select({ name: components.name, groupName: groups.name })
    .from(components)
    .leftJoin(groups, eq(groups.id, components.groupId))
    .where(inArray(components.id, ids))
    .orderBy(...inPageOrder)
  return rows.map(({ name, groupName }) => fullName(name, groupName))
}
