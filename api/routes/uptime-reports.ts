import { createRoute, z } from '@hono/zod-openapi'
import { uptimeReport, uptimeReportAsCsv } from '../actions/uptime/report.ts'
import type { Deps } from '../deps.ts'
import { requireScope } from './auth.ts'
import { monthView, percent, target } from './component-views.ts'
import { operatorProblems, operatorSecurity, routes } from './openapi.ts'
import { componentView, instant } from './views.ts'

const reportView = z
  .object({
    month: z.string(),
    time_zone: z.string(),
    target,
    generated_at: instant,
    components: z.array(
      componentView
        .pick({ id: true, key: true, name: true })
        .extend(monthView.omit({ month: true }).shape)
        .extend({
          group: z.string().nullable(),
          uptime: percent.nullable(),
          lost_s: z.number().openapi({
            description: 'What counted as lost: a major outage in full, a partial one by 30%.',
          }),
        }),
    ),
  })
  .openapi('UptimeReport')

/** What is reviewed at the end of a month. */
export function uptimeReportRoutes(deps: Deps) {
  const app = routes()
  const route = {
    security: operatorSecurity,
    middleware: requireScope(deps, 'read'),
    method: 'get' as const,
    tags: ['Reports'],
    request: {
      query: z.object({
        month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11'),
      }),
    },
  }

  app.openapi(
    createRoute({
      ...route,
      path: '/api/admin/reports/uptime',
      summary: 'Uptime of every component in a month against the target',
      responses: {
        200: {
          description: 'The month.',
          content: { 'application/json': { schema: reportView } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json(await uptimeReport(deps, c.req.valid('query').month), 200),
  )

  app.openapi(
    createRoute({
      ...route,
      path: '/api/admin/reports/uptime.csv',
      summary: 'The same as CSV, a component per line',
      responses: {
        200: { description: 'The month.', content: { 'text/csv': { schema: z.string() } } },
        ...operatorProblems,
      },
    }),
    async (c) => {
      const { month } = c.req.valid('query')
      return c.text(await uptimeReportAsCsv(deps, month), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="uptime-${month}.csv"`,
      })
    },
  )

  return app
}
