import { createRoute, z } from '@hono/zod-openapi'
import { listAlerts, setAlertStatus } from '../actions/alerts.ts'
import { listAudit } from '../actions/access/audit-log.ts'
import { consolePage } from '../actions/console.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { alertSeverities, alertStatuses } from '../domain/words.ts'
import { authenticate, requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'
import { consoleView } from './console-view.ts'

const alert = z
  .object({
    id: z.string(),
    source: z.string(),
    event_type: z.string(),
    severity: z.enum(alertSeverities),
    status: z.enum(alertStatuses),
    title: z.string(),
    detail: z.string(),
    component_id: z.string().nullable(),
    incident_id: z.string().nullable(),
    created_at: z.iso.datetime(),
    acknowledged_at: z.iso.datetime().nullable(),
    resolved_at: z.iso.datetime().nullable(),
  })
  .openapi('Alert')

const logEntry = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    actor: z.string(),
    action: z.string(),
    object: z.string(),
    detail: z.record(z.string(), z.unknown()),
    request_id: z.string().nullable(),
  })
  .openapi('LogEntry')

/** What operators look at: the console's facts, alerts and the audit log. */
export function adminRoutes(deps: Deps) {
  const app = routes()
  const read = { security: operatorSecurity, middleware: requireScope(deps, 'read') }

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/console',
      tags: ['Console'],
      summary: 'What is wrong now, what is being done, how many were told',
      responses: {
        200: {
          description: 'The console.',
          content: { 'application/json': { schema: consoleView } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => {
      const operator = await authenticate(deps, c)
      if (!operator) throw new DomainError('unauthenticated', 'sign in again')
      return c.json(await consolePage(deps, operator), 200)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/alerts',
      tags: ['Alerts'],
      summary: 'Alerts, newest first',
      request: {
        query: z.object({
          status: z.enum(alertStatuses).optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
      },
      responses: {
        200: {
          description: 'Newest first.',
          content: { 'application/json': { schema: z.object({ alerts: z.array(alert) }) } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => {
      const { status, limit } = c.req.valid('query')
      return c.json({ alerts: await listAlerts(deps, status, limit) }, 200)
    },
  )

  app.openapi(
    createRoute({
      security: operatorSecurity,
      middleware: requireScope(deps, 'incidents:write'),
      method: 'post',
      path: '/api/admin/alerts/{id}/status',
      tags: ['Alerts'],
      summary: 'Acknowledge or resolve an alert',
      request: {
        params: z.object({ id: z.string() }),
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({
                status: z.enum(['acknowledged', 'resolved']),
                reason: z.string().max(2000).default(''),
              }),
            },
          },
        },
      },
      responses: {
        200: {
          description: 'Changed.',
          content: {
            'application/json': {
              schema: z.object({ id: z.string(), status: z.enum(alertStatuses) }),
            },
          },
        },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const { status, reason } = c.req.valid('json')
      await setAlertStatus(deps, c.get('actor'), id, status, reason)
      return c.json({ id, status }, 200)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/logs',
      tags: ['Audit log'],
      summary: 'Who changed what, newest first',
      request: {
        query: z.object({
          page: z.coerce.number().int().min(1).default(1),
          page_size: z.coerce.number().int().min(1).max(500).default(50),
        }),
      },
      responses: {
        200: {
          description: 'One page of the log.',
          content: {
            'application/json': {
              schema: z.object({
                logs: z.array(logEntry),
                page: z.int(),
                page_size: z.int(),
                total: z.int(),
              }),
            },
          },
        },
        ...operatorProblems,
      },
    }),
    async (c) => {
      const { page, page_size } = c.req.valid('query')
      return c.json(await listAudit(deps, page, page_size), 200)
    },
  )

  return app
}
