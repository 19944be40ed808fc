import { severityOf, tidy, type Incoming } from './alert-incoming.ts'

type Texts = Record<string, string>

/** One entry of a notification of Prometheus' Alertmanager; Grafana says the same and a little more. */
export type AlertmanagerEntry = {
  status: 'firing' | 'resolved'
  labels: Texts
  annotations: Texts
  startsAt: string
  fingerprint: string
  generatorURL?: string | undefined
  /** Grafana's own. */
  dashboardURL?: string | undefined
  panelURL?: string | undefined
}
export type AlertmanagerPayload = { alerts: AlertmanagerEntry[]; externalURL?: string | undefined }

/** Its reminders come every few hours with the same words, its repetitions within minutes. */
export function fromAlertmanager({ alerts, externalURL }: AlertmanagerPayload): Incoming[] {
  return alerts.map(({ status, labels, annotations, startsAt, fingerprint, ...links }) =>
    tidy({
      event_id: `${fingerprint}|${startsAt}|${status}`,
      reminds: true,
      dedupe_key: fingerprint,
      event_type: labels['alertname'] ?? 'alert',
      severity: severityOf(labels['severity']),
      state: status,
      title: annotations['summary'] ?? annotations['title'] ?? nameOf(labels),
      detail: annotations['description'] ?? annotations['message'] ?? '',
      labels,
      url: firstOf(links.panelURL, links.dashboardURL, links.generatorURL, externalURL),
      component: labels['component'] ?? null,
    }),
  )
}

function nameOf({ alertname = '', instance }: Texts): string {
  return instance === undefined ? alertname : `${alertname} (${instance})`
}

/** The first that is there; Grafana leaves out by an empty text. */
function firstOf(...urls: (string | undefined)[]): string | null {
  return urls.find((url) => url) ?? null
}
