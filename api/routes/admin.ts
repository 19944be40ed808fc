import { createRoute, z } from '@hono/zod-openapi'
import { listAudit } from '../actions/access/audit-log.ts'
import { consolePage } from '../actions/console.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { authenticate, requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, routes } from './openapi.ts'
import { consoleView } from './console-view.ts'

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

/** What operators look at: the console's facts and the audit log. */
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
