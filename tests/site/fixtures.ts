import { addDays } from '../../api/domain/time.ts'
import { runsOf } from '../../api/domain/uptime.ts'
import type { ComponentPageView } from '../../api/routes/component-views.ts'
import type { ManagePageView, SubscribePageView } from '../../api/routes/subscription-views.ts'
import type {
  ComponentView,
  DayView,
  GroupView,
  HistoryView,
  HomeView,
  IncidentBrief,
  IncidentView,
  PageView,
  RunView,
  YearView,
} from '../../api/routes/views.ts'
import { months, responseTimes } from './component-fixtures.ts'

export const page: PageView = {
  id: 'page00000001',
  name: 'Tern Parcels',
  description: 'What works at Tern Parcels, and what does not',
  url: 'https://status.tern.example',
  time_zone: 'Europe/Berlin',
  locale: 'en',
  languages: [],
  support: {
    email: 'help@tern.example',
    url: 'https://tern.example/support',
    hours: 'Monday to Friday, 8:00 to 18:00',
    response: 'within one working day',
    include: ['Number of the parcel', 'Steps to reproduce'],
  },
  brand: { logo: null, accent: null, accent_dark: null, links: [], css: null },
  privacy_url: 'https://tern.example/privacy',
  terms_url: null,
  channels: ['email', 'sms'],
}

export const generatedAt = '2026-11-21T02:05:00.000Z'
const today = '2026-11-21'

export const quietDay: Omit<DayView, 'date'> = {
  status: 'operational',
  uptime: 100,
  degraded_s: 0,
  partial_s: 0,
  major_s: 0,
  maintenance_s: 0,
}

/** Ninety quiet days that end today; `changes` are keyed by days ago. */
export function runs(changes: Record<number, Partial<DayView>> = {}): RunView[] {
  const days = Array.from({ length: 90 }, (_, index) => {
    const ago = 89 - index
    return { ...quietDay, date: addDays(today, -ago), ...changes[ago] }
  })
  return runsOf(days)
}

export function component(
  changes: Partial<ComponentView> & { id: string; name: string },
): ComponentView {
  return {
    key: changes.id,
    description: null,
    group_id: null,
    status: 'operational',
    since: '2026-08-01T00:00:00.000Z',
    only_show_if_degraded: false,
    uptime: 100,
    runs: runs(),
    ...changes,
  }
}

export const checkout = component({
  id: 'checkout0001',
  name: 'Checkout',
  description: 'Paying for a label',
  status: 'partial_outage',
  since: '2026-11-21T01:12:00.000Z',
  uptime: 99.9876,
  runs: runs({
    0: { status: 'partial_outage', partial_s: 3180, uptime: 88.9 },
    18: { status: 'partial_outage', partial_s: 720, uptime: 99.75 },
    40: { status: 'major_outage', major_s: 3900, partial_s: 60, uptime: 95.4 },
    61: { status: 'under_maintenance', maintenance_s: 7200 },
    75: { status: 'degraded_performance', degraded_s: 5400 },
  }),
})

export const tracking = component({ id: 'tracking0001', name: 'Tracking' })

export const labels = component({
  id: 'labels000001',
  name: 'Label printing',
  uptime: null,
  runs: runs(
    Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [30 + n, { status: 'no_data', uptime: null }]),
    ),
  ),
})

export const groups: GroupView[] = [
  {
    id: 'shop00000001',
    name: 'Shop',
    description: null,
    status: 'partial_outage',
    components: [
      { ...checkout, group_id: 'shop00000001' },
      { ...tracking, group_id: 'shop00000001' },
    ],
  },
  { id: null, name: null, description: null, status: 'operational', components: [labels] },
]

export const incident: IncidentView = {
  id: 'incident0001',
  kind: 'incident',
  name: 'Card payments fail',
  status: 'identified',
  impact: 'major',
  severity: { key: 'sev1', name: 'SEV-1' },
  draft: false,
  created_at: '2026-11-21T01:12:00.000Z',
  started_at: '2026-11-21T01:12:00.000Z',
  resolved_at: null,
  next_update_at: '2026-11-21T02:30:00.000Z',
  next_update_overdue: false,
  scheduled_for: null,
  scheduled_until: null,
  url: 'https://status.tern.example/incidents/incident0001',
  components: [{ id: checkout.id, name: 'Shop - Checkout', status: 'partial_outage' }],
  updates: [
    {
      id: 'update000002',
      status: 'identified',
      body: 'Our card processor rejects **about a third** of payments.\nPaying by invoice works.\n\nSee [their page](https://processor.example/status).',
      display_at: '2026-11-21T01:40:00.000Z',
      components: [
        {
          id: checkout.id,
          name: 'Shop - Checkout',
          old_status: 'degraded_performance',
          new_status: 'partial_outage',
        },
      ],
    },
    {
      id: 'update000001',
      status: 'investigating',
      body: 'Some card payments fail. We are looking into it.',
      display_at: '2026-11-21T01:15:00.000Z',
      components: [
        {
          id: checkout.id,
          name: 'Shop - Checkout',
          old_status: 'operational',
          new_status: 'degraded_performance',
        },
      ],
    },
  ],
  all_clear: null,
  postmortem: null,
}

export const resolved: IncidentView = {
  ...incident,
  id: 'incident0002',
  name: 'Tracking pages were slow',
  status: 'resolved',
  impact: 'minor',
  severity: null,
  started_at: '2026-11-19T08:00:00.000Z',
  resolved_at: '2026-11-19T09:05:00.000Z',
  next_update_at: null,
  url: 'https://status.tern.example/incidents/incident0002',
  components: [{ id: tracking.id, name: 'Shop - Tracking', status: 'operational' }],
  updates: [
    {
      id: 'update000003',
      status: 'resolved',
      body: 'Tracking is fast again.',
      display_at: '2026-11-19T09:05:00.000Z',
      components: [
        {
          id: tracking.id,
          name: 'Shop - Tracking',
          old_status: 'degraded_performance',
          new_status: 'operational',
        },
      ],
    },
  ],
  all_clear: {
    issue: 'Tracking pages took up to 20 seconds.',
    root_cause: 'A missing index after Wednesday’s release.',
    fix: 'We added the index.',
    impact: '65 minutes, about 1,200 customers.',
    postmortem_url: 'https://tern.example/postmortems/tracking',
  },
}

export const reviewed: IncidentView = {
  ...resolved,
  id: 'incident0003',
  status: 'postmortem',
  url: 'https://status.tern.example/incidents/incident0003',
  updates: [
    {
      ...resolved.updates[0]!,
      id: 'update000005',
      status: 'postmortem',
      body: '# Why\n\nA release removed an index.',
      display_at: '2026-11-20T09:00:00.000Z',
    },
    ...resolved.updates,
  ],
  postmortem: {
    body: '# Why\n\nA release removed an index.\n\n### How\n\n- **10:05** We looked.\n\n# Next\n\n#### Soon\n\nTests.',
    summary: {
      what_happened: 'Tracking pages took up to 20 seconds.',
      root_cause: 'A missing index.',
      affected: 'About 1,200 customers.',
      prevention: 'Releases are tested against real data.',
      lessons: null,
      apology: 'We are sorry.',
      action_items: [
        { what: 'Test releases against real data', owner: 'Ada', due: '2026-12-01' },
        { what: 'Watch slow queries', owner: null, due: null },
      ],
    },
    figures: {
      began_at: '2026-11-19T08:00:00.000Z',
      ended_at: '2026-11-19T09:05:00.000Z',
      recovered_at: '2026-11-19T09:00:00.000Z',
      detect_s: 120,
      recover_s: 3600,
      down_s: 0,
      degraded_s: 3600,
      components: ['Shop - Tracking'],
    },
    published_at: '2026-11-20T09:00:00.000Z',
  },
}

export const maintenance: IncidentView = {
  ...incident,
  id: 'upkeep000001',
  kind: 'maintenance',
  name: 'Database upgrade',
  status: 'scheduled',
  impact: 'maintenance',
  severity: null,
  started_at: '2026-11-23T01:00:00.000Z',
  next_update_at: null,
  scheduled_for: '2026-11-23T01:00:00.000Z',
  scheduled_until: '2026-11-23T03:00:00.000Z',
  url: 'https://status.tern.example/incidents/upkeep000001',
  components: [{ id: labels.id, name: 'Label printing', status: 'operational' }],
  updates: [
    {
      id: 'update000004',
      status: 'scheduled',
      body: 'Labels cannot be printed for about 20 minutes.',
      display_at: '2026-11-18T10:00:00.000Z',
      components: [],
    },
  ],
}

export function briefOf({ updates, ...incident }: IncidentView): IncidentBrief {
  const { id, kind, name, status, impact, started_at, resolved_at, url } = incident
  const { status: said, body, display_at } = updates[0]!
  const last_update = { status: said, body, display_at }
  const has_postmortem = incident.postmortem !== null
  const facts = { id, kind, name, status, impact, started_at, resolved_at, url }
  return { ...facts, last_update, has_postmortem }
}

const recent = Array.from({ length: 7 }, (_, ago) => ({
  date: addDays(today, -ago),
  incidents: ago === 2 ? [briefOf(resolved)] : [],
}))

export const home: HomeView = {
  page,
  status: { indicator: 'major', description: 'Partial System Outage', says: 'overall.partial' },
  generated_at: generatedAt,
  groups,
  incidents: [incident],
  maintenances: [maintenance],
  recent,
}

export const quietHome: HomeView = {
  ...home,
  status: {
    indicator: 'none',
    description: 'All Systems Operational',
    says: 'overall.operational',
  },
  groups: [
    {
      ...groups[0]!,
      status: 'operational',
      components: [{ ...checkout, status: 'operational' }, tracking],
    },
    groups[1]!,
  ],
  incidents: [],
  maintenances: [],
}

export const history: HistoryView = {
  page,
  month: '2026-11',
  previous: '2026-10',
  next: null,
  last_before: '2026-08',
  days: [
    { date: '2026-11-21', incidents: [briefOf(incident)] },
    { date: '2026-11-19', incidents: [briefOf(resolved)] },
  ],
}

const quietMonth = {
  incidents: { critical: 0, major: 0, minor: 0, none: 0 },
  maintenances: 0,
  postmortems: 0,
  minutes: 0,
}

export const year: YearView = {
  page,
  year: '2026',
  previous: '2025',
  next: null,
  last_before: '2025-12',
  months: Array.from({ length: 12 }, (_, index) => ({
    ...quietMonth,
    month: `2026-${String(index + 1).padStart(2, '0')}`,
    on_record: index < 11,
    running: index === 10,
    ...(index === 7 && {
      incidents: { critical: 1, major: 0, minor: 2, none: 1 },
      maintenances: 1,
      postmortems: 1,
      minutes: 130,
    }),
    ...(index === 10 && { incidents: { ...quietMonth.incidents, major: 1 }, minutes: 53 }),
  })),
}

export const componentPage: ComponentPageView = {
  page,
  group_name: 'Shop',
  component: checkout,
  generated_at: generatedAt,
  target: 99.9,
  months,
  response_times: responseTimes,
  incidents: [briefOf(incident)],
}

export const subscribePage: SubscribePageView = {
  page,
  groups: groups.map(({ id, name, components }) => ({
    id,
    name,
    components: components.map((one) => ({ id: one.id, name: one.name })),
  })),
}

export const managePage: ManagePageView = {
  ...subscribePage,
  open_incidents: [{ id: incident.id, kind: 'incident', name: incident.name }],
  subscriber: {
    channel: 'email',
    address: 'a•••@example.com',
    state: 'active',
    components: [tracking.id],
    groups: [],
    events: ['incident', 'maintenance'],
    min_impact: 'major',
    updates: 'all',
    incidents: [],
    only_incidents: false,
    quiet: { from: '22:00', until: '07:00' },
    digest_at: null,
    locale: 'en',
    time_zone: 'Europe/Berlin',
    suppressed: null,
    signing: null,
  },
}
