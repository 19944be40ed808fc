import { createRoute, z } from '@hono/zod-openapi'
import { iso } from '../actions/page.ts'
import { loadRecentLatency } from '../actions/probes/recent-latency.ts'
import type { Deps } from '../deps.ts'
import { requireScope } from './auth.ts'
import { operatorProblems, operatorSecurity, routes } from './openapi.ts'
import { instant } from './views.ts'

const MOST_PROBES = 100

const query = z.object({
  ids: z
    .string()
    .max(2000)
    .transform((text) => [...new Set(text.split(',').filter(Boolean))])
    .refine((ids) => ids.length <= MOST_PROBES, `must be at most ${MOST_PROBES} ids`)
    .openapi({ description: 'Ids of probes, separated by commas.' }),
})

const recentView = z
  .object({
    id: z.string(),
    points: z.array(
      z.object({
        at: instant,
        average_ms: z.int().nullable().openapi({ description: 'Null without a good answer.' }),
        ok: z.int(),
        failed: z.int(),
      }),
    ),
  })
  .openapi('RecentLatency')

const latencyView = z
  .object({ generated_at: instant, probes: z.array(recentView) })
  .openapi('ProbeLatency')

export type RecentLatencyView = z.infer<typeof recentView>
export type ProbeLatencyView = z.infer<typeof latencyView>

/** What a small line beside each probe is drawn from. */
export function probeLatencyRoutes(deps: Deps) {
  const app = routes()

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/admin/probe-latency',
      tags: ['Probes'],
      security: operatorSecurity,
      middleware: requireScope(deps, 'read'),
      summary: 'The last 24 hours of some probes, oldest first',
      request: { query },
      responses: {
        200: {
          description:
            'By the hour, the newest part by 5 minutes; a time without checks is left out.',
          content: { 'application/json': { schema: latencyView } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => {
      const { ids } = c.req.valid('query')
      const found = await loadRecentLatency(deps, ids)
      const probes = ids.map((id) => ({ id, points: found.get(id) ?? [] }))
      return c.json({ generated_at: iso(deps.clock.now()), probes }, 200)
    },
  )

  return app
}
