import { createRoute, z } from '@hono/zod-openapi'
import { readiness } from '../actions/duties.ts'
import type { Deps } from '../deps.ts'
import { problem, routes } from './openapi.ts'

const age = z
  .number()
  .nullable()
  .openapi({ description: 'Milliseconds; null where nothing waits.' })

const lag = z
  .number()
  .nullable()
  .openapi({ description: 'Milliseconds from the dot to the start; null where nobody was asked.' })

const readinessView = z
  .object({
    ready: z.boolean(),
    duties: z.array(
      z.object({
        name: z.string(),
        last_started_ms_ago: age,
        lag_ms: age,
        error: z.string().nullable(),
      }),
    ),
    oldest_pending_delivery_ms: age,
    pending_deliveries: z.int().openapi({ description: 'Counted up to 10,000.' }),
    oldest_unexpanded_announcement_ms: age,
    oldest_unpublished_document_ms: age,
    probes: z
      .object({
        due: z.int().openapi({ description: 'Wait to be asked from here.' }),
        overdue: z.int().openapi({ description: 'Wait for more than a minute, in any region.' }),
        lag_p50_ms: lag,
        lag_p99_ms: lag,
      })
      .openapi({ description: 'How punctual this process has asked in the last 5 minutes.' }),
  })
  .openapi('Readiness')

/** For whoever watches the watcher. `cadence` is the heartbeat's own table. */
export function healthRoutes(deps: Deps, cadence: Record<string, { every: number }>) {
  const app = routes()

  app.openapi(
    createRoute({
      method: 'get',
      path: '/health',
      tags: ['Health'],
      summary: 'Is the process alive',
      responses: {
        200: {
          description: 'Alive.',
          content: { 'application/json': { schema: z.object({ status: z.literal('ok') }) } },
        },
      },
    }),
    (c) => c.json({ status: 'ok' as const }, 200),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/ready',
      tags: ['Health'],
      summary: 'Does the database answer, and does the background work keep up',
      responses: {
        200: { description: 'Ready.', content: { 'application/json': { schema: readinessView } } },
        503: {
          description: 'A duty lags behind, or the database does not answer.',
          content: {
            'application/json': { schema: readinessView },
            'application/problem+json': { schema: problem },
          },
        },
      },
    }),
    async (c) => {
      const report = await readiness(deps, cadence)
      return report.ready ? c.json(report, 200) : c.json(report, 503, { 'retry-after': '5' })
    },
  )

  return app
}
