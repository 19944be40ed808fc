import { createRoute, z } from '@hono/zod-openapi'
import { listDeliveries } from '../actions/sending/ledger.ts'
import type { Deps } from '../deps.ts'
import { channels, deliveryStates } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, routes } from './openapi.ts'
import { deliveryListView } from './telling-views.ts'

/** Which deliveries are asked for. */
export const deliveryQuery = z.object({
  announcement_id: z.string().optional(),
  subscriber_id: z.string().optional(),
  state: z.enum(deliveryStates).optional(),
  channel: z.enum(channels).optional(),
  code: z.string().max(200).optional().openapi({
    description: 'Why they were not told; empty asks for those without a code.',
  }),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  page_size: z.coerce.number().int().min(1).max(500).default(50),
})

/** Who was told what. */
export function deliveryRoutes(deps: Deps) {
  const app = routes()

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/admin/deliveries',
      tags: ['Telling'],
      summary: 'Who was told what, the newest first',
      security: operatorSecurity,
      middleware: requireScope(deps, 'subscribers:read'),
      request: { query: deliveryQuery },
      responses: {
        200: {
          description: 'One page of them.',
          content: { 'application/json': { schema: deliveryListView } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => {
      const { announcement_id, subscriber_id, code, page_size, ...rest } = c.req.valid('query')
      const list = await listDeliveries(deps, {
        ...rest,
        announcementId: announcement_id,
        subscriberId: subscriber_id,
        code: code === '' ? null : code,
        pageSize: page_size,
      })
      return c.json(list, 200)
    },
  )

  return app
}
