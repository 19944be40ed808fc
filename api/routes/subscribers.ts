import { createRoute, z } from '@hono/zod-openapi'
import { eraseSubscriber } from '../actions/subscribers/erasing.ts'
import { nudge } from '../actions/nudge.ts'
import { askAgain } from '../actions/subscribers/reactivating.ts'
import { exportSubscriber, showSubscriber } from '../actions/subscribers/subscriber-history.ts'
import { listSubscribers } from '../actions/subscribers/subscribers.ts'
import type { Deps } from '../deps.ts'
import { channels, subscriberStates } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'
import { exportView, subscriberHistoryView, subscriberListView } from './subscriber-views.ts'

const params = z.object({
  id: z.string().regex(/^[a-z0-9]{12}$/, 'must be 12 lower-case alphanumerics'),
})

/** Which subscribers are asked for. */
export const subscriberQuery = z.object({
  search: z.string().trim().max(320).optional().openapi({
    description: 'An id, or a part of an address.',
  }),
  state: z.enum(subscriberStates).optional(),
  channel: z.enum(channels).optional(),
  suppressed: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .openapi({ description: 'Those to whom nothing is sent, or the others.' }),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
})

const about = { tags: ['Subscribers'], security: operatorSecurity }

/** What operators may do with subscribers. */
export function subscriberRoutes(deps: Deps) {
  const app = routes()
  const read = { ...about, middleware: requireScope(deps, 'subscribers:read') }
  const write = { ...about, middleware: requireScope(deps, 'subscribers:write') }

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/subscribers',
      summary: 'Subscribers, the newest first',
      request: { query: subscriberQuery },
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
      ...read,
      method: 'get',
      path: '/api/admin/subscribers/{id}',
      summary: 'One subscriber, and what they were told',
      request: { params },
      responses: {
        200: {
          description: 'With the newest 100 messages and changes.',
          content: { 'application/json': { schema: subscriberHistoryView } },
        },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(await showSubscriber(deps, c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/subscribers/{id}/export',
      summary: 'Everything that is known of a subscriber',
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
      ...write,
      method: 'post',
      path: '/api/admin/subscribers/{id}/ask-again',
      summary: 'Ask a subscriber to confirm anew, which ends a quarantine',
      request: { params },
      responses: {
        202: {
          description: 'Asked; nothing else is sent until they confirm.',
          content: { 'application/json': { schema: subscriberHistoryView } },
        },
        ...operatorProblems,
        ...problems('not_found', 'conflict', 'too_many'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      await askAgain(deps, c.get('actor'), id)
      nudge(deps)
      return c.json(await showSubscriber(deps, id), 202)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'delete',
      path: '/api/admin/subscribers/{id}',
      summary: 'Forget who a subscriber was',
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
