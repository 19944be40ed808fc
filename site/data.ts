import type { MaintenanceStatus } from '../api/domain/words.ts'
import type { AlertListView, AlertSourceView } from '../api/routes/alert-views.ts'
import type { AuditView } from '../api/routes/audit.ts'
import type { CatalogComponentView } from '../api/routes/catalog-views.ts'
import type { ComponentPageView } from '../api/routes/component-views.ts'
import type { ConsoleView } from '../api/routes/console-view.ts'
import type {
  ImportView,
  SubscriberHistoryView,
  SubscriberListView,
} from '../api/routes/subscriber-views.ts'
import type { SeriesView } from '../api/routes/maintenance-series-views.ts'
import type { MaintenanceView } from '../api/routes/maintenance-views.ts'
import type { PageSettingsView } from '../api/routes/page-settings.ts'
import type { PostmortemView } from '../api/routes/postmortem-views.ts'
import type { ProbeLatencyView } from '../api/routes/probe-latency.ts'
import type { ProbeView } from '../api/routes/probe-views.ts'
import type { TemplateView } from '../api/routes/templates.ts'
import type {
  AnnouncementView,
  DeliveryListView,
  ProgressView,
} from '../api/routes/telling-views.ts'
import type { ManagePageView, SubscribePageView } from '../api/routes/subscription-views.ts'
import type {
  FeedView,
  HistoryView,
  HomeView,
  IncidentPageView,
  YearView,
} from '../api/routes/views.ts'
import type { OpenApi } from './openapi.ts'

/** Where the API is reached in `astro dev`, where nobody hands in a way of reaching it. */
const api = 'http://127.0.0.1:3000'

type Locals = Pick<App.Locals, 'fetch' | 'views'>

export const readHome = (locals: Locals) => read<HomeView>(locals, '/api/pages/home')

export const readIncident = (locals: Locals, id: string) =>
  read<IncidentPageView>(locals, `/api/pages/incidents/${encodeURIComponent(id)}`)

export const readHistory = (locals: Locals, month: string) =>
  read<HistoryView>(locals, `/api/pages/history/${encodeURIComponent(month)}`)

/** `present` is the year under way. */
export const readYear = (locals: Locals, year: string) =>
  read<YearView>(locals, `/api/pages/years/${encodeURIComponent(year)}`)

export const readFeed = (locals: Locals) => read<FeedView>(locals, '/api/pages/feed')

export const readComponent = (locals: Locals, id: string) =>
  read<ComponentPageView>(locals, `/api/pages/components/${encodeURIComponent(id)}`)

export const readSubscribe = (locals: Locals) =>
  read<SubscribePageView>(locals, '/api/pages/subscribe')

export const readOpenApi = (locals: Locals) => read<OpenApi>(locals, '/api/openapi.json')

export const readManage = (locals: Locals, token: string) =>
  read<ManagePageView>(locals, `/api/pages/manage?token=${encodeURIComponent(token)}`)

export const readConsole = (locals: Locals) => read<ConsoleView>(locals, '/api/admin/console')

export const readAudit = (locals: Locals) => read<AuditView>(locals, '/api/admin/audit')

export const readAlerts = (locals: Locals, query: string) =>
  read<AlertListView>(locals, `/api/admin/alerts${query}`)

export const readAlertSources = (locals: Locals) =>
  read<{ sources: AlertSourceView[] }>(locals, '/api/admin/alert-sources')

export const readMaintenances = (locals: Locals, status: MaintenanceStatus) =>
  read<{ maintenances: MaintenanceView[] }>(locals, `/api/admin/maintenances?status=${status}`)

export const readMaintenance = (locals: Locals, id: string) =>
  read<MaintenanceView>(locals, `/api/admin/maintenances/${encodeURIComponent(id)}`)

export const readSeries = (locals: Locals) =>
  read<{ series: SeriesView[] }>(locals, '/api/admin/maintenance-series')

export const readOneSeries = (locals: Locals, id: string) =>
  read<SeriesView>(locals, `/api/admin/maintenance-series/${encodeURIComponent(id)}`)

export const readTellings = (locals: Locals, incidentId: string) =>
  read<{ announcements: ProgressView[] }>(
    locals,
    `/api/admin/announcements?incident_id=${encodeURIComponent(incidentId)}`,
  )

export const readProbes = (locals: Locals) =>
  read<{ probes: ProbeView[] }>(locals, '/api/admin/probes')

export const readProbe = (locals: Locals, id: string) =>
  read<ProbeView>(locals, `/api/admin/probes/${encodeURIComponent(id)}`)

export const readProbeLatency = (locals: Locals, ids: string[]) =>
  read<ProbeLatencyView>(locals, `/api/admin/probe-latency?ids=${ids.join(',')}`)

export const readPostmortem = (locals: Locals, id: string) =>
  read<PostmortemView>(locals, `/api/admin/incidents/${encodeURIComponent(id)}/postmortem`)

export const readTemplates = (locals: Locals) =>
  read<{ templates: TemplateView[] }>(locals, '/api/admin/templates')

export const readPageSettings = (locals: Locals) =>
  read<PageSettingsView>(locals, '/api/admin/page')

export const readCatalog = (locals: Locals) =>
  read<{ components: CatalogComponentView[] }>(locals, '/api/admin/components')

export const readSubscribers = (locals: Locals, query: string) =>
  read<SubscriberListView>(locals, `/api/admin/subscribers${query}`)

export const readSubscriber = (locals: Locals, id: string) =>
  read<SubscriberHistoryView>(locals, `/api/admin/subscribers/${encodeURIComponent(id)}`)

export const readImport = (locals: Locals, id: string) =>
  read<ImportView>(locals, `/api/admin/imports/${encodeURIComponent(id)}`)

export const readAnnouncement = (locals: Locals, id: string) =>
  read<AnnouncementView>(locals, `/api/admin/announcements/${encodeURIComponent(id)}`)

export const readDeliveries = (locals: Locals, query: URLSearchParams) =>
  read<DeliveryListView>(locals, `/api/admin/deliveries?${query}`)

/** The answer of the API, or null where it knows nothing of the kind; the languages of a page share it. */
function read<View>(locals: Locals, path: string): Promise<View | null> {
  const known = locals.views?.get(path) as Promise<View | null> | undefined
  if (known) return known
  const view = ask<View>(locals, path)
  locals.views?.set(path, view)
  return view
}

async function ask<View>(locals: Locals, path: string): Promise<View | null> {
  const reach = locals.fetch ?? fetch
  const answer = await reach(new URL(path, api))
  if (answer.status === 404) return null
  if (!answer.ok) throw new Error(`the API answered ${answer.status} to ${path}`)
  return (await answer.json()) as View
}
