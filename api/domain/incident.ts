import { DomainError } from './error.ts'
import { impactOfStatuses, worstImpact } from './status.ts'
import type {
  AnnouncementKind,
  ComponentStatus,
  Impact,
  IncidentStatus,
  UpdateStatus,
} from './words.ts'

/** What one update said of one component. */
export type UpdateComponent = {
  id: string
  /** As it was named then, `Group - Component` for grouped ones. */
  name: string
  old_status: ComponentStatus
  new_status: ComponentStatus
}

/** The closing words of an incident. */
export type AllClear = {
  issue: string
  root_cause: string
  fix: string
  impact: string
  postmortem_url: string | null
}

/** The part of an incident that decides what may happen to it. */
export type IncidentState = {
  kind: 'incident' | 'maintenance'
  name: string
  status: UpdateStatus
  draft: boolean
  resolvedAt: number | null
  monitoringAt: number | null
}

/** Refuses an update that would contradict what the public was already told. */
export function assertOpen(incident: IncidentState): void {
  if (incident.resolvedAt !== null)
    throw new DomainError(
      'conflict',
      `"${incident.name}" is already resolved; open a new incident instead`,
    )
}

/** Only a draft that nobody has discarded or ended can become public. */
export function assertUnpublished(incident: IncidentState): void {
  if (!incident.draft) throw new DomainError('conflict', `"${incident.name}" is already public`)
  if (incident.resolvedAt !== null)
    throw new DomainError(
      'conflict',
      `"${incident.name}" ended as a draft; open a new incident instead`,
    )
}

/** How the instants of an incident move when an update is posted at `at`. */
export function advance(
  incident: Pick<IncidentState, 'monitoringAt'>,
  status: IncidentStatus,
  at: number,
) {
  return {
    status,
    monitoringAt: status === 'monitoring' ? (incident.monitoringAt ?? at) : incident.monitoringAt,
    resolvedAt: status === 'resolved' ? at : null,
  }
}

/**
 * An incident is as grave as the worst it ever did; it never grows milder by itself, so that whoever heard of its
 * beginning also hears of its end.
 */
export function impactAfter(
  before: Impact,
  override: Impact | null,
  statuses: ComponentStatus[],
): Impact {
  return override ?? worstImpact([before, impactOfStatuses(statuses)])
}

/** The first word that anybody hears of an incident opens it for them, however far it has come by then. */
export function announcementOf(status: UpdateStatus, first: boolean): AnnouncementKind {
  if (status === 'resolved') return 'incident_resolved'
  return first ? 'incident_opened' : 'incident_updated'
}

/**
 * How grave an announcement counts for those who hear of grave things only: an all-clear as the gravest that was ever
 * announced, also when the incident was called milder since.
 */
export function announcedImpact(kind: AnnouncementKind, impact: Impact, before: Impact[]): Impact {
  return kind === 'incident_resolved' ? worstImpact([impact, ...before]) : impact
}

/** The all-clear as the body of its update, in CommonMark. */
export function allClearBody(allClear: AllClear): string {
  return [
    `**Issue:** ${allClear.issue}`,
    `**Root cause:** ${allClear.root_cause}`,
    `**Fix:** ${allClear.fix}`,
    `**Impact:** ${allClear.impact}`,
    ...(allClear.postmortem_url ? [`**Post-mortem:** ${allClear.postmortem_url}`] : []),
  ].join('\n\n')
}
