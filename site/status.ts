import { statusOfIndicator } from '../api/domain/status.ts'
import type { Say } from '../api/domain/message.ts'
import type { ComponentStatus, UpdateStatus } from '../api/domain/words.ts'
import type { GroupView, IncidentView } from '../api/routes/views.ts'

/** The look of each overall indicator and impact, in the words of components. */
export const looks = statusOfIndicator

const closed = new Set<UpdateStatus>(['resolved', 'postmortem', 'completed', 'cancelled'])

export const isOver = (incident: Pick<IncidentView, 'status'>) => closed.has(incident.status)

/** The look of an incident: that of its impact while it lasts, calm afterwards. */
export function lookOf(incident: Pick<IncidentView, 'status' | 'impact'>): ComponentStatus {
  return isOver(incident) ? 'operational' : looks[incident.impact]
}

/** What a live region reads out of an incident. */
export function saidOf(incident: Pick<IncidentView, 'name' | 'status'>, say: Say): string {
  return say('incident.said', {
    incident: incident.name,
    status: say(`incident.${incident.status}`),
  })
}

/** Without the components that are only shown in trouble and have none, and the groups that this empties. */
export function visible(groups: GroupView[]): GroupView[] {
  return groups
    .map((group) => ({
      ...group,
      components: group.components.filter(
        ({ only_show_if_degraded, status }) => !only_show_if_degraded || status !== 'operational',
      ),
    }))
    .filter(({ components }) => components.length > 0)
}
