import { ownSources } from '../api/domain/alert.ts'
import { alertSeverities, alertStatuses } from '../api/domain/words.ts'
import type { AlertView } from '../api/routes/alert-views.ts'
import { durationSince, moment } from './console.ts'
import { millis, type At, type Voice } from './voice.ts'

/** How grave it is, in the shapes of the page. */
export const alertLooks = {
  critical: 'major_outage',
  warning: 'degraded_performance',
  info: 'no_data',
} as const

export const statusChoices = ['live', ...alertStatuses, 'all'] as const
export const severityChoices = alertSeverities

/** What raises alerts here, in words; other systems by their key. */
export function nameOfSource(source: string, { say }: Voice): string {
  const own = ownSources.find((name) => name === source)
  return own ? say(`alerts.source.${own}`) : source
}

/** What is to be known of it at a glance, in one line. */
export function sayFacts(alert: AlertView, now: At, voice: Voice): string {
  const { say, number } = voice
  const isOver = alert.status === 'resolved'
  const ended = isOver && alert.resolved_at !== null
  const age = ended
    ? say('alerts.ended', {
        duration: voice.duration((millis(alert.resolved_at!) - millis(alert.created_at)) / 1000),
      })
    : say('alerts.ago', { duration: durationSince(alert.created_at, now, voice) })
  const facts = say('alert.facts', {
    severity: say(`alert.${alert.severity}`),
    status: say(`alert.${alert.status}`),
    time: moment(alert.created_at, now, voice),
  })
  return [
    `${facts}, ${age}`,
    alert.component,
    say('alerts.from', { source: nameOfSource(alert.source, voice) }),
    alert.occurrences > 1 &&
      say('alerts.seen', {
        count: number(alert.occurrences),
        time: moment(alert.last_seen_at, now, voice),
      }),
  ]
    .filter(Boolean)
    .join(' · ')
}

export type Step = { href: string; words: string; isElsewhere: boolean }

const here = (href: string, words: string): Step => ({ href, words, isElsewhere: false })

/** Where it is seen to, or looked at. */
export function nextStep(alert: AlertView, voice: Voice): Step | null {
  const { say } = voice
  if (alert.status !== 'resolved' && alert.incident_id !== null) {
    const href = `/operator#incident-${alert.incident_id}`
    if (alert.event_type === 'update.overdue') return here(href, say('alerts.todo.overdue'))
    if (alert.event_type === 'delivery.untold')
      return here('/operator#needs', say('alerts.todo.untold'))
    return here(href, say(alert.source === 'probe' ? 'alerts.todo.draft' : 'alerts.todo.incident'))
  }
  if (alert.url === null && alert.probe_id !== null)
    return here(`/operator/probes/${alert.probe_id}`, say('alerts.todo.probe'))
  if (alert.url === null) return null
  const words = say('alerts.todo.url', { source: nameOfSource(alert.source, voice) })
  return { href: alert.url, words, isElsewhere: true }
}

/** Who moved it last and why, one sentence each. */
export function sayHistory(alert: AlertView, now: At, voice: Voice): string[] {
  const { say } = voice
  const moved = (key: 'alerts.acknowledged_by' | 'alerts.resolved_by', who: string, at: string) =>
    say(key, { who: nameOfSource(who, voice), time: moment(at, now, voice) })
  return [
    ...(alert.acknowledged_at
      ? [moved('alerts.acknowledged_by', alert.acknowledged_by ?? '', alert.acknowledged_at)]
      : []),
    ...(alert.resolved_at
      ? [moved('alerts.resolved_by', alert.resolved_by ?? '', alert.resolved_at)]
      : []),
    ...(alert.reason ? [say('alerts.reason', { reason: alert.reason })] : []),
  ]
}

/** The address of the list, with some of its filters changed. */
export function alertsUrl(asked: URLSearchParams, changes: Record<string, string>): string {
  const next = new URLSearchParams(asked)
  next.delete('page')
  for (const [name, value] of Object.entries(changes)) next.set(name, value)
  return `/operator/alerts?${next}`
}

/** What the API is asked for: without a status it tells of all. */
export function alertsQuery(asked: URLSearchParams): string {
  const query = new URLSearchParams(asked)
  if (query.get('status') === 'all') query.delete('status')
  query.set('limit', '50')
  return `?${query}`
}
