import type { AlertSourceView } from '../api/routes/alert-views.ts'

/** What is pasted into the other system; null where there is nothing but the address. */
export function exampleOf({ kind, url }: AlertSourceView, secret: string): string | null {
  switch (kind) {
    case 'alertmanager':
      return `receivers:
  - name: allclear
    webhook_configs:
      - url: ${url}
        send_resolved: true
        max_alerts: 100
        http_config:
          authorization:
            credentials: ${secret}`
    case 'grafana':
      return `apiVersion: 1
contactPoints:
  - orgId: 1
    name: Allclear
    receivers:
      - uid: allclear
        type: webhook
        settings:
          url: ${url}
          authorization_scheme: Bearer
          authorization_credentials: ${secret}`
    case 'generic':
      return `curl ${url} \\
  -H 'Authorization: Bearer ${secret}' \\
  -H 'Content-Type: application/json' \\
  -d '{"event_type":"job.failed","title":"The nightly job failed","severity":"warning"}'`
    case 'sentry':
      return null
  }
}
