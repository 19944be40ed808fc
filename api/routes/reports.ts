import { createRoute, z } from '@hono/zod-openapi'
import { hear } from '../actions/probes/reports.ts'
import type { Deps } from '../deps.ts'
import { problems, routes } from './openapi.ts'
import { newValue } from './probe-inputs.ts'
import { reportsAtTheirPace } from './report-pace.ts'

const params = z.object({ token: z.string().max(100) })
const query = z.object({
  status: z.enum(['ok', 'failed'], 'must be ok or failed').default('ok'),
  message: z.string().max(2000).default(''),
})
const heard = {
  200: { description: 'Stored.', content: { 'text/plain': { schema: z.string() } } },
  ...problems('not_found', 'invalid', 'too_many', 'unavailable'),
}

/** Where jobs and meters report to; 2xx only after it is stored. */
export function reportRoutes(deps: Deps) {
  const app = routes()
  const atItsPace = reportsAtTheirPace(deps)

  // HEAD is answered by GET: what a job can call with depends on what is at hand there.
  for (const method of ['get', 'post'] as const)
    app.openapi(
      createRoute({
        method,
        path: '/hooks/heartbeat/{token}',
        tags: ['Hooks'],
        summary: 'A job calls: it has run, or it has failed',
        request: { params, query },
        responses: heard,
      }),
      async (c) => {
        const { status, message } = c.req.valid('query')
        const { token } = c.req.valid('param')
        const news = { isGood: status === 'ok', message, measuredAt: deps.clock.now() }
        const store = () => hear(deps, 'heartbeat', token, news)
        await atItsPace({ about: token, word: status, store })
        return c.text('', 200)
      },
    )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/hooks/metrics/{token}',
      tags: ['Hooks'],
      summary: 'A value of a metric probe',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: newValue } } },
      },
      responses: heard,
    }),
    async (c) => {
      const { token } = c.req.valid('param')
      const news = { measuredAt: deps.clock.now(), ...c.req.valid('json') }
      const store = () => hear(deps, 'metric', token, news)
      await atItsPace({ about: token, word: 'value', store })
      return c.text('', 200)
    },
  )

  return app
}
