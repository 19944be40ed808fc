import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { Deps } from './deps.ts'
import { DomainError } from './domain/error.ts'
import { duties } from './heartbeat.ts'
import { adminRoutes } from './routes/admin.ts'
import { agentRoutes } from './routes/agents.ts'
import { alertHookRoutes } from './routes/alert-hooks.ts'
import { alertSourceRoutes } from './routes/alert-sources.ts'
import { alertRoutes } from './routes/alerts.ts'
import { announcementRoutes } from './routes/announcements.ts'
import { audienceRoutes } from './routes/audience.ts'
import { auditRoutes } from './routes/audit.ts'
import { componentRoutes } from './routes/components.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { document } from './routes/document.ts'
import { healthRoutes } from './routes/health.ts'
import { hookRoutes } from './routes/hooks.ts'
import { importRoutes } from './routes/imports.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { keyRoutes } from './routes/keys.ts'
import { maintenanceSeriesRoutes } from './routes/maintenance-series.ts'
import { maintenanceRoutes } from './routes/maintenances.ts'
import { missing } from './routes/missing.ts'
import { problemOf, routes } from './routes/openapi.ts'
import { operatorAlertRoutes } from './routes/operator-alerts.ts'
import { operatorComponentRoutes } from './routes/operator-components.ts'
import { operatorMaintenanceRoutes } from './routes/operator-maintenances.ts'
import { operatorMaintenanceSeriesRoutes } from './routes/operator-maintenance-series.ts'
import { operatorPostmortemRoutes } from './routes/operator-postmortems.ts'
import { operatorProbeRoutes } from './routes/operator-probes.ts'
import { operatorRoutes } from './routes/operator.ts'
import { operatorSubscriberRoutes } from './routes/operator-subscribers.ts'
import { operatorTellingRoutes } from './routes/operator-tellings.ts'
import { pageSettingsRoutes } from './routes/page-settings.ts'
import { pageRoutes } from './routes/pages.ts'
import { postmortemRoutes } from './routes/postmortems.ts'
import { probeLatencyRoutes } from './routes/probe-latency.ts'
import { probeTryingRoutes } from './routes/probe-trying.ts'
import { probeRoutes } from './routes/probes.ts'
import { reportRoutes } from './routes/reports.ts'
import { statuspageSubscriberRoutes } from './routes/statuspage-subscribers.ts'
import { subscriberRoutes } from './routes/subscribers.ts'
import { subscribingRoutes } from './routes/subscribing.ts'
import { subscriptionRoutes } from './routes/subscriptions.ts'
import { uptimeReportRoutes } from './routes/uptime-reports.ts'
import { templateRoutes } from './routes/templates.ts'
import { unpublished } from './routes/unpublished.ts'

/** What the entry file knows of a request beside the request itself. */
export type Bindings = {
  clientIp?: string | undefined
  /** The site reads its own facts: not worth a line in the log. */
  internal?: boolean
}

/** Far above any form, incident or callback. */
const MAX_BODY = 1024 * 1024

/** Only these take files. */
const filePaths = new Set(['/api/admin/subscribers/import', '/operator/subscribers/import'])
const MAX_FILE = 16 * MAX_BODY

export type App = {
  fetch(request: Request, bindings?: Bindings): Response | Promise<Response>
}

/**
 * The service as one function from Request to Response. Published documents come first, without database and router;
 * then the routes, each declared in its file.
 */
export function createApp(deps: Deps): App {
  const app = routes()

  app.use(async function identify(c, next) {
    const requestId = requestIdOf(c.req.header('x-request-id')) ?? deps.newId()
    c.set('requestId', requestId)
    const startedAt = deps.clock.now()
    await next()
    c.header('x-request-id', requestId)
    c.header('x-content-type-options', 'nosniff')
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
    if (c.env?.internal) return
    deps.log.info('request', {
      request_id: requestId,
      method: c.req.method,
      path: pathToTell(c.req.path),
      status: c.res.status,
      ms: deps.clock.now() - startedAt,
    })
  })

  const [limitBody, limitFile] = [limitedTo(MAX_BODY), limitedTo(MAX_FILE)]
  app.use((c, next) => (filePaths.has(c.req.path) ? limitFile : limitBody)(c, next))

  app.route('/', healthRoutes(deps, duties))
  app.route('/', pageRoutes(deps))
  app.route('/', subscribingRoutes(deps))
  app.route('/', statuspageSubscriberRoutes(deps))
  app.route('/', importRoutes(deps))
  app.route('/', subscriberRoutes(deps))
  app.route('/', subscriptionRoutes(deps))
  app.route('/', incidentRoutes(deps))
  app.route('/', postmortemRoutes(deps))
  app.route('/', maintenanceRoutes(deps))
  app.route('/', maintenanceSeriesRoutes(deps))
  app.route('/', templateRoutes(deps))
  app.route('/', announcementRoutes(deps))
  app.route('/', deliveryRoutes(deps))
  app.route('/', audienceRoutes(deps))
  app.route('/', componentRoutes(deps))
  app.route('/', probeRoutes(deps))
  app.route('/', probeTryingRoutes(deps))
  app.route('/', probeLatencyRoutes(deps))
  app.route('/', pageSettingsRoutes(deps))
  app.route('/', alertRoutes(deps))
  app.route('/', alertSourceRoutes(deps))
  app.route('/', alertHookRoutes(deps))
  app.route('/', auditRoutes(deps))
  app.route('/', adminRoutes(deps))
  app.route('/', keyRoutes(deps))
  app.route('/', operatorRoutes(deps))
  app.route('/', operatorAlertRoutes(deps))
  app.route('/', operatorPostmortemRoutes(deps))
  app.route('/', operatorProbeRoutes(deps))
  app.route('/', operatorMaintenanceSeriesRoutes(deps))
  app.route('/', operatorMaintenanceRoutes(deps))
  app.route('/', operatorComponentRoutes(deps))
  app.route('/', operatorSubscriberRoutes(deps))
  app.route('/', operatorTellingRoutes(deps))
  app.route('/', hookRoutes(deps))
  app.route('/', reportRoutes(deps))
  app.route('/', agentRoutes(deps))
  app.route('/', uptimeReportRoutes(deps))
  document(app, deps)

  app.notFound(
    async (c) =>
      (await unpublished(deps, c)) ??
      missing(deps, c, new DomainError('not_found', `there is nothing at ${c.req.path}`)),
  )

  app.onError((error, c) => {
    const domainError = domainErrorIn(error)
    if (domainError?.code === 'not_found') return missing(deps, c, domainError)
    if (domainError) return problemOf(domainError, c.get('requestId'))
    if (error instanceof HTTPException) {
      const code = error.status === 413 ? 'too_large' : 'invalid'
      return problemOf(
        new DomainError(code, error.message || 'the request cannot be read'),
        c.get('requestId'),
      )
    }
    deps.log.error('request failed', {
      request_id: c.get('requestId'),
      path: pathToTell(c.req.path),
      error,
    })
    return internalError(c.get('requestId'))
  })

  const fetch: App['fetch'] = (request, bindings) => app.fetch(request, bindings)
  return {
    fetch(request, bindings) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return fetch(request, bindings)
      const published = deps.store.serve(request)
      if (published === null) return fetch(request, bindings)
      if (published instanceof Promise)
        return published.then((found) => found ?? fetch(request, bindings))
      return published
    },
  }
}

function limitedTo(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError() {
      throw new DomainError('too_large', `a request has at most ${maxSize} bytes`)
    },
  })
}

/** Somebody else's id is taken over only when it is plainly one. */
function requestIdOf(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w.-]{8,64}$/.test(header) ? header : undefined
}

/** Drivers wrap what they throw: the error meant for the caller may be its cause. */
function domainErrorIn(error: unknown): DomainError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof DomainError) return cause
  return null
}

/** Some addresses are secrets from here on: nobody who reads the log may report for a job. */
function pathToTell(path: string): string {
  return path.replace(/^(\/hooks\/(heartbeat|metrics)\/).+$/, '$1…')
}

/** A bug: logged with its stack, told without detail. */
function internalError(requestId: string | undefined): Response {
  const body = {
    type: 'about:blank',
    title: 'internal error',
    status: 500,
    detail: 'something went wrong here; the request id finds it in our log',
    code: 'internal',
    request_id: requestId,
  }
  return new Response(JSON.stringify(body), {
    status: 500,
    headers: { 'content-type': 'application/problem+json' },
  })
}
