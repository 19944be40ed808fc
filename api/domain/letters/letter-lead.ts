import { formatDuration } from '../duration.ts'
import { instantPlace, type LetterIncident } from './letter.ts'
import type { Say } from '../message.ts'
import type { AnnouncementKind } from '../words.ts'

/** One sentence of ours that sums up an end, or how planned work goes. */
export function leadOf(
  kind: AnnouncementKind,
  incident: LetterIncident,
  locale: string,
  say: Say,
): string | null {
  const { started_at, resolved_at, scheduled_for, scheduled_until } = incident
  switch (kind) {
    case 'incident_resolved':
    case 'maintenance_completed':
      return resolved_at === null
        ? null
        : say(`mail.lead.${kind}`, { duration: lasted(started_at, resolved_at, locale) })
    case 'maintenance_extended':
      return scheduled_until === null || isMoved(kind, incident)
        ? null
        : say('mail.lead.maintenance_extended', { end: instantPlace(scheduled_until) })
    case 'maintenance_cancelled':
      return scheduled_for === null || hadBegun(incident)
        ? null
        : say('mail.lead.maintenance_cancelled', { start: instantPlace(scheduled_for) })
    default:
      return null
  }
}

/** Planned work that ends later takes longer only once it has begun; before that its time is another one. */
export function isMoved(kind: AnnouncementKind, { update }: LetterIncident): boolean {
  return kind === 'maintenance_extended' && update.status === 'scheduled'
}

function hadBegun({ components }: LetterIncident): boolean {
  return components.some(({ old_status }) => old_status === 'under_maintenance')
}

/** When planned work is, in one sentence. */
export function windowOf(incident: LetterIncident, locale: string, say: Say): string | null {
  const { scheduled_for, scheduled_until, resolved_at } = incident
  if (scheduled_for === null || scheduled_until === null || resolved_at !== null) return null
  return say('mail.lead.window', {
    start: instantPlace(scheduled_for),
    end: instantPlace(scheduled_until),
    duration: lasted(scheduled_for, scheduled_until, locale),
  })
}

type Fact = [name: string, value: string]

/** When it begins and ends, how long it takes, and how grave it is. */
export function factsOf(
  kind: AnnouncementKind,
  incident: LetterIncident,
  locale: string,
  say: Say,
): Fact[] {
  const { impact, started_at, resolved_at, scheduled_for, all_clear } = incident
  if (scheduled_for !== null) return plannedFacts(kind, incident, locale, say)
  return [
    // An all-clear says in words what the impact was.
    ...(all_clear ? [] : [[say('mail.impact'), say(`impact.${impact}`)] satisfies Fact]),
    [say('mail.started'), instantPlace(started_at)],
    ...moment(say('mail.resolved'), resolved_at),
  ]
}

function plannedFacts(
  kind: AnnouncementKind,
  { started_at, resolved_at, scheduled_for, scheduled_until, update }: LetterIncident,
  locale: string,
  say: Say,
): Fact[] {
  if (kind === 'maintenance_cancelled') return []
  if (kind === 'maintenance_completed')
    return [
      [say('mail.started'), instantPlace(started_at)],
      ...moment(say('mail.ended'), resolved_at),
    ]
  if (update.status !== 'scheduled')
    return [
      [say('mail.started'), instantPlace(started_at)],
      ...moment(say('mail.ends'), scheduled_until),
    ]
  return [
    ...moment(say('mail.starts'), scheduled_for),
    ...moment(say('mail.ends'), scheduled_until),
    ...(scheduled_for === null || scheduled_until === null
      ? []
      : [[say('mail.duration'), lasted(scheduled_for, scheduled_until, locale)] satisfies Fact]),
  ]
}

function moment(name: string, at: number | null): Fact[] {
  return at === null ? [] : [[name, instantPlace(at)]]
}

function lasted(from: number, until: number, locale: string): string {
  return formatDuration(Math.max(0, until - from), locale)
}
