import { createRoute, z } from '@hono/zod-openapi'
import { eraseSubscriber, exportSubscriber, listSubscribers } from '../actions/subscribers.ts'
import type { Deps } from '../deps.ts'
import { subscriberStates } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'
import { exportView, subscriberListView } from './subscriber-views.ts'

const params = z.object({
  id: z.string().regex(/^[a-z0-9]{12}$/, 'must be 12 lower-case alphanumerics'),
})

/** What operators may do with subscribers. */
export function subscriberRoutes(deps: Deps) {
  const app = routes()

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/admin/subscribers',
      tags: ['Subscribers'],
      summary: 'Subscribers, the newest first',
      security: operatorSecurity,
      middleware: requireScope(deps, 'subscribers:read'),
      request: {
        query: z.object({
          search: z.string().trim().max(320).optional().openapi({
            description: 'An id, or a part of an address.',
          }),
          state: z.enum(subscriberStates).optional(),
          page: z.coerce.number().int().min(1).max(1_000_000).default(1),
        }),
      },
      responses: {
        200: {
          description: 'One page of them.',
          content: { 'application/json': { schema: subscriberListView } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json(await listSubscribers(deps, c.req.valid('query')), 200),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/admin/subscribers/{id}/export',
      tags: ['Subscribers'],
      summary: 'Everything that is known of a subscriber',
      security: operatorSecurity,
      middleware: requireScope(deps, 'subscribers:read'),
      request: { params },
      responses: {
        200: {
          description: 'To be handed to the person who asks.',
          content: { 'application/json': { schema: exportView } },
        },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(await exportSubscriber(deps, c.get('actor'), c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/api/admin/subscribers/{id}',
      tags: ['Subscribers'],
      summary: 'Forget who a subscriber was',
      security: operatorSecurity,
      middleware: requireScope(deps, 'subscribers:write'),
      request: { params },
      responses: {
        204: { description: 'Erased, now or before.' },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => {
      await eraseSubscriber(deps, c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )

  return app
}
