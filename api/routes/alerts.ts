import { createRoute, z } from '@hono/zod-openapi'
import { listAlerts } from '../actions/alerts/listing.ts'
import { setAlertStatus } from '../actions/alerts/moving.ts'
import type { Deps } from '../deps.ts'
import { alertSeverities, alertStatuses } from '../domain/words.ts'
import { alertListView } from './alert-views.ts'
import { requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

/** Which alerts are asked for. */
export const alertQuery = z.object({
  status: z
    .enum([...alertStatuses, 'live'])
    .optional()
    .openapi({
      description: '`live` is what is open or acknowledged.',
    }),
  source: z.string().max(64).optional(),
  severity: z.enum(alertSeverities).optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** What becomes of an alert, and why. */
export const alertMove = z.strictObject({
  status: z.enum(['acknowledged', 'resolved']),
  reason: z.string().trim().max(2000).default(''),
})

/** What operators should know of, from probes, from the service itself and from other systems. */
export function alertRoutes(deps: Deps) {
  const tagged = { tags: ['Alerts'], security: operatorSecurity }
  const app = routes()

  app.openapi(
    createRoute({
      ...tagged,
      middleware: requireScope(deps, 'read'),
      method: 'get',
      path: '/api/admin/alerts',
      summary: 'Alerts, newest first',
      request: { query: alertQuery },
      responses: {
        200: {
          description: 'One page of them.',
          content: { 'application/json': { schema: alertListView } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json(await listAlerts(deps, c.req.valid('query')), 200),
  )

  app.openapi(
    createRoute({
      ...tagged,
      middleware: requireScope(deps, 'incidents:write'),
      method: 'post',
      path: '/api/admin/alerts/{id}/status',
      summary: 'Acknowledge or resolve an alert',
      request: {
        params: z.object({ id: z.string() }),
        body: { required: true, content: { 'application/json': { schema: alertMove } } },
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

  return app
}
