import { createRoute, z } from '@hono/zod-openapi'
import { auditPage } from '../actions/auditing/auditing.ts'
import type { Deps } from '../deps.ts'
import { untruthKinds } from '../domain/truth.ts'
import { requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, routes } from './openapi.ts'
import { instant } from './views.ts'

const auditView = z
  .object({
    is_true: z.boolean(),
    generated_at: instant,
    findings: z.array(
      z.object({
        kind: z.enum(untruthKinds),
        sentence: z.string(),
        since: instant,
        href: z.string().openapi({ description: 'Where it is mended.' }),
      }),
    ),
  })
  .openapi('Audit')

export type AuditView = z.infer<typeof auditView>

/** Whether the page is true. */
export function auditRoutes(deps: Deps) {
  const app = routes()
  app.openapi(
    createRoute({
      security: operatorSecurity,
      middleware: requireScope(deps, 'read'),
      method: 'get',
      path: '/api/admin/audit',
      tags: ['Console'],
      summary: 'Is the page true?',
      responses: {
        200: {
          description: 'On what the page and what is known differ, the longest first.',
          content: { 'application/json': { schema: auditView } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json(await auditPage(deps), 200),
  )
  return app
}
