import { render } from '../support/site.ts'
import type { ConsoleView } from '../../api/routes/console-view.ts'
import type { ProgressView } from '../../api/routes/telling-views.ts'
import { checkout, generatedAt, incident, labels, page, resolved, tracking } from './fixtures.ts'

type Component = ConsoleView['components'][number]
type Incident = ConsoleView['incidents'][number]

function component(
  { id, key, status, since }: Pick<Component, 'id' | 'key' | 'status' | 'since'>,
  name: string,
  probe: Partial<Component['probes'][number]> = {},
): Component {
  const probes = [
    {
      id: `probe-${key}`,
      url: `https://${key}.tern.example/health`,
      state: 'up' as const,
      since,
      last_checked_at: '2026-11-21T02:04:50.000Z',
      last_latency_ms: 87,
      last_reason: '',
      ...probe,
    },
  ]
  return { id, key, name, status, since, probes }
}

const well = { status: 'operational', since: '2026-08-01T00:00:00.000Z' } as const

export const calm: ConsoleView = {
  page,
  status: { indicator: 'none', description: 'All Systems Operational' },
  generated_at: generatedAt,
  operator: {
    key_id: 'bootstrap',
    name: 'Ada on call',
    scopes: ['read', 'incidents:write', 'components:write'],
  },
  components: [
    component({ ...checkout, ...well }, 'Shop - Checkout'),
    component(tracking, 'Shop - Tracking'),
    component(labels, 'Label printing'),
  ],
  incidents: [],
  maintenances: [],
  recently_resolved: [],
  alerts: [],
  live_alerts: 0,
  blocked_providers: [],
  untold: [],
  unreviewed: [],
  templates: [],
  subscribers: { active: 1204, pending: 17 },
  severities: [
    { key: 'sev1', name: 'SEV-1', impact: 'critical', update_every_min: 20 },
    { key: 'sev2', name: 'SEV-2', impact: 'major', update_every_min: 60 },
  ],
  demo_targets: [],
  inbox_url: null,
}

const failed = component(checkout, 'Shop - Checkout', {
  state: 'down',
  last_latency_ms: null,
  last_reason: 'HTTP 503 where 200 is expected',
})

export const draft: Incident = {
  ...incident,
  id: 'draft0000001',
  name: 'Checkout answers with errors',
  status: 'investigating',
  severity: null,
  draft: true,
  next_update_at: null,
  updates: [{ ...incident.updates[1]!, body: 'Our monitoring noticed this at 02:12 CET.' }],
  announcements: [],
  proposed_all_clear: null,
  postmortem_begun: false,
}

/** A probe has seen an outage; nobody has said anything yet. */
export const outage: ConsoleView = {
  ...calm,
  status: { indicator: 'minor', description: 'Minor Service Outage' },
  components: [failed, ...calm.components.slice(1)],
  incidents: [draft],
  alerts: [
    {
      id: 'alert0000001',
      source: 'probe',
      event_type: 'probe.down',
      title: 'Checkout answers with errors',
      detail: 'HTTP 503 where 200 is expected',
      severity: 'critical',
      status: 'open',
      dedupe_key: 'probe0000001',
      labels: {},
      url: null,
      occurrences: 1,
      component_id: checkout.id,
      component: 'Shop - Checkout',
      incident_id: draft.id,
      probe_id: 'probe0000001',
      reason: '',
      acknowledged_by: null,
      resolved_by: null,
      created_at: '2026-11-21T01:12:30.000Z',
      last_seen_at: '2026-11-21T01:12:30.000Z',
      acknowledged_at: null,
      resolved_at: null,
    },
  ],
  demo_targets: [
    { key: 'checkout', name: 'Checkout', broken: true },
    { key: 'tracking', name: 'Tracking', broken: false },
  ],
  inbox_url: 'http://127.0.0.1:3000/sandbox',
}

export function telling(changes: Partial<ProgressView> = {}): ProgressView {
  return {
    id: 'telling00001',
    incident_id: incident.id,
    kind: 'incident_updated',
    created_at: '2026-11-21T01:40:00.000Z',
    total: 1000,
    told: 812,
    states: { pending: 185, accepted: 100, delivered: 712, dead: 3 },
    done: false,
    stopped_at: null,
    superseded_at: null,
    channels: [],
    ...changes,
  }
}

/** An incident is public and people are being told. */
export const told: ConsoleView = {
  ...outage,
  incidents: [
    {
      ...incident,
      proposed_all_clear: null,
      postmortem_begun: false,
      announcements: [
        telling(),
        telling({
          id: 'telling00002',
          kind: 'incident_opened',
          created_at: '2026-11-21T01:15:00.000Z',
          told: 988,
          states: { delivered: 988, superseded: 12 },
          done: true,
        }),
      ],
    },
  ],
  alerts: [{ ...outage.alerts[0]!, status: 'acknowledged' }],
  recently_resolved: [
    {
      ...resolved,
      proposed_all_clear: null,
      postmortem_begun: false,
      announcements: [
        telling({
          id: 'telling00003',
          kind: 'incident_resolved',
          total: 400,
          told: 400,
          states: { delivered: 400 },
          done: true,
        }),
      ],
    },
  ],
  demo_targets: [],
  inbox_url: null,
}

export const blocked: ConsoleView = {
  ...told,
  incidents: [
    {
      ...told.incidents[0]!,
      next_update_at: '2026-11-21T01:53:00.000Z',
      next_update_overdue: true,
    },
  ],
  blocked_providers: [
    {
      provider: 'resend',
      channel: 'email',
      reason: 'API key is invalid',
      since: '2026-11-21T01:41:00.000Z',
      waiting: 1188,
    },
  ],
}

/** What Astro adds to elements so that a component's styles stay its own. */
const scope = / data-astro-cid-\w+(="true")?/g

/** The console over a view, with what the routes hand in. */
export async function showConsole(view: ConsoleView, locals: object = {}) {
  const response = await render('/operator', {
    fetch: async (url: URL) =>
      url.pathname === '/api/admin/console'
        ? Response.json(view)
        : new Response(null, { status: 404 }),
    form_key: 'key000000001',
    form_action: '/operator',
    ...locals,
  })
  return (await response.text()).replaceAll(scope, '')
}

export function refusal(form_action: string, values: object, fields: object[] = []) {
  const message = fields.length > 0 ? 'some fields are wrong' : 'somebody else was first'
  return { form_action, result: { kind: 'refused', message, fields, values } }
}

/** The part of a page between an opening tag that holds `mark` and the end of that element. */
export function part(html: string, element: string, mark: string): string {
  const start = html.indexOf(mark)
  if (start < 0) throw new Error(`the page does not hold ${mark}`)
  return html.slice(html.lastIndexOf(`<${element}`, start), html.indexOf(`</${element}>`, start))
}
