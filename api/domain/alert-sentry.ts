import { severityOf, tidy, type Incoming } from './alert-incoming.ts'
import type { AlertSeverity } from './words.ts'

type Text = string | undefined

/** What Sentry's integration platform sends, by its `Sentry-Hook-Resource`. */
export type SentryPayload =
  | {
      resource: 'event_alert'
      rule: Text
      event: {
        event_id: string
        issue_id: Text
        title: Text
        culprit: Text
        level: Text
        web_url: Text
        tags: [string, string][]
      }
    }
  | {
      resource: 'metric_alert'
      action: string
      title: Text
      text: Text
      web_url: Text
      alert: { id: string; rule: Text }
    }
  | {
      resource: 'issue'
      action: string
      issue: {
        id: string
        title: Text
        culprit: Text
        level: Text
        web_url: Text
        project: Text
        last_seen: Text
      }
    }
  /** Installations, comments and the like. */
  | { resource: 'other' }

/** An issue alert and the issue that it is about are one thing, so that resolving the issue ends it. */
export function fromSentry(payload: SentryPayload): Incoming[] {
  switch (payload.resource) {
    case 'event_alert':
      return [issueAlert(payload)]
    case 'metric_alert':
      return [metricAlert(payload)]
    case 'issue':
      return issue(payload)
    case 'other':
      return []
  }
}

function issueAlert({ event, rule = '' }: SentryPayload & { resource: 'event_alert' }): Incoming {
  const tags = Object.fromEntries(event.tags)
  return tidy({
    event_id: `event|${event.event_id}|${rule}`,
    reminds: false,
    dedupe_key: `issue:${event.issue_id ?? event.event_id}`,
    event_type: 'issue_alert',
    severity: severityOfLevel(event.level),
    state: 'firing',
    title: event.title ?? rule,
    detail: [event.culprit, rule && `Rule: ${rule}`].filter(Boolean).join('\n'),
    labels: { ...tags, ...(rule && { rule }) },
    url: event.web_url ?? null,
    component: tags['component'] ?? null,
  })
}

function metricAlert(payload: SentryPayload & { resource: 'metric_alert' }): Incoming {
  const { action, alert } = payload
  return tidy({
    event_id: `metric|${alert.id}|${action}`,
    reminds: true,
    dedupe_key: `metric:${alert.id}`,
    event_type: 'metric_alert',
    severity: severityOf(action),
    state: action === 'resolved' ? 'resolved' : 'firing',
    title: payload.title ?? alert.rule ?? 'Metric alert',
    detail: payload.text ?? '',
    labels: alert.rule === undefined ? {} : { rule: alert.rule },
    url: payload.web_url ?? null,
    component: null,
  })
}

const firing = new Set(['created', 'unresolved'])
const over = new Set(['resolved', 'archived', 'ignored'])

/** Who an issue is assigned to is no news of its state. */
function issue({ action, issue }: SentryPayload & { resource: 'issue' }): Incoming[] {
  if (!firing.has(action) && !over.has(action)) return []
  return [
    tidy({
      event_id: `issue|${issue.id}|${action}|${issue.last_seen ?? ''}`,
      reminds: true,
      dedupe_key: `issue:${issue.id}`,
      event_type: 'issue',
      severity: severityOfLevel(issue.level),
      state: over.has(action) ? 'resolved' : 'firing',
      title: issue.title ?? 'Issue',
      detail: issue.culprit ?? '',
      labels: issue.project === undefined ? {} : { project: issue.project },
      url: issue.web_url ?? null,
      component: null,
    }),
  ]
}

/** With Sentry any exception is an error: only `fatal` is grave. */
function severityOfLevel(level: Text): AlertSeverity {
  if (level === 'fatal') return 'critical'
  return level === 'info' || level === 'debug' ? 'info' : 'warning'
}
