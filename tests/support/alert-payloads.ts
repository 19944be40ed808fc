// Requests as the systems send them, cut to what matters and a little around it.

export function alertmanagerBody(
  entries: { fingerprint: string; status?: string; startsAt?: string; labels?: object }[],
) {
  const alerts = entries.map(({ fingerprint, status = 'firing', startsAt, labels }) => ({
    status,
    labels: { alertname: 'HighErrorRate', instance: 'api-1:9090', severity: 'critical', ...labels },
    annotations: { summary: 'Errors above 5 %', description: '7 % of requests fail.' },
    startsAt: startsAt ?? '2026-11-21T11:58:00.000Z',
    endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-11-21T12:10:00.000Z',
    generatorURL: 'http://prometheus.example/graph?g0.expr=errors',
    fingerprint,
  }))
  return JSON.stringify({
    version: '4',
    groupKey: '{}:{alertname="HighErrorRate"}',
    truncatedAlerts: 0,
    status: alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved',
    receiver: 'allclear',
    groupLabels: { alertname: 'HighErrorRate' },
    commonLabels: { alertname: 'HighErrorRate' },
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts,
  })
}

export const grafanaBody = JSON.stringify({
  receiver: 'Allclear',
  status: 'firing',
  orgId: 1,
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'Checkout slow', grafana_folder: 'Shop', component: 'checkout' },
      annotations: { summary: 'p95 above 2 s' },
      startsAt: '2026-11-21T11:58:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      values: { B: 2.4 },
      valueString: "[ var='B' labels={} value=2.4 ]",
      generatorURL: 'https://grafana.example/alerting/grafana/abc/view',
      fingerprint: 'c6eadffa33fcdf37',
      silenceURL: 'https://grafana.example/alerting/silence/new',
      dashboardURL: '',
      panelURL: 'https://grafana.example/d/abc?viewPanel=1',
      imageURL: null,
    },
  ],
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'https://grafana.example/',
  version: '1',
  groupKey: '{}/{}:{}',
  truncatedAlerts: 0,
  title: '[FIRING:1] Checkout slow',
  state: 'alerting',
  message: 'text',
})

export const sentryIssueAlert = JSON.stringify({
  action: 'triggered',
  installation: { uuid: 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de' },
  data: {
    event: {
      event_id: 'e4874d664c3540c1a32eab185f12c5ab',
      issue_id: '1170820242',
      title: 'ReferenceError: heck is not defined',
      culprit: '?(<anonymous>)',
      level: 'fatal',
      web_url: 'https://sentry.io/organizations/shop/issues/1170820242/events/e4874d/',
      issue_url: 'https://sentry.io/api/0/issues/1170820242/',
      tags: [
        ['environment', 'production'],
        ['component', 'checkout'],
        ['release', null],
      ],
      logentry: null,
    },
    triggered_rule: 'Very important alert rule!',
  },
  actor: { type: 'application', id: 'sentry', name: 'Sentry' },
})

export const sentryIssue = (action: string) =>
  JSON.stringify({
    action,
    installation: { uuid: 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de' },
    data: {
      issue: {
        id: '1170820242',
        shortId: 'SHOP-4',
        title: 'ReferenceError: heck is not defined',
        culprit: '?(<anonymous>)',
        level: 'error',
        status: action,
        permalink: null,
        web_url: 'https://sentry.io/organizations/shop/issues/1170820242/',
        project: { id: '1', name: 'Shop', slug: 'shop' },
        lastSeen: '2026-11-21T11:59:00.000Z',
      },
    },
    actor: { type: 'user', id: 1, name: 'Ada' },
  })

export const sentryMetricAlert = (action: string) =>
  JSON.stringify({
    action,
    installation: { uuid: 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de' },
    data: {
      metric_alert: {
        id: '7',
        identifier: '7',
        alert_rule: { id: '4', name: 'Too many errors', aggregate: 'count()' },
        date_detected: '2026-11-21T11:50:00Z',
        status: 20,
      },
      description_title: 'Critical: Too many errors',
      description_text: '1000 events in the last 10 minutes\nFilter: level:error',
      web_url: 'https://sentry.io/organizations/shop/alerts/7/',
    },
    actor: { type: 'application', id: 'sentry', name: 'Sentry' },
  })
