import { createRoute, z } from '@hono/zod-openapi'
import { once } from '../actions/access/idempotency.ts'
import { nudge } from '../actions/nudge.ts'
import { createProbe, findProbe, listProbes, updateProbe } from '../actions/probes/probes.ts'
import type { Deps } from '../deps.ts'
import { requireScope } from './auth.ts'
import { newProbe, probeEdit } from './catalog-inputs.ts'
import { probeView, viewOfProbe } from './catalog-views.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

const params = z.object({ id: z.string().openapi({ description: 'Id or key.' }) })
const asProbe = { 'application/json': { schema: probeView } }

/** How components are watched. */
export function probeRoutes(deps: Deps) {
  const tagged = { tags: ['Probes'], security: operatorSecurity }
  const read = { ...tagged, middleware: requireScope(deps, 'read') }
  const write = {
    ...tagged,
    middleware: [requireScope(deps, 'probes:write'), withIdempotencyKey()],
  }
  const app = routes()

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/probes',
      summary: 'All probes and what they believe',
      responses: {
        200: {
          description: 'By key.',
          content: { 'application/json': { schema: z.object({ probes: z.array(probeView) }) } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json({ probes: (await listProbes(deps)).map(viewOfProbe) }, 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/probes',
      summary: 'Make a probe, due at once',
      request: {
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newProbe } } },
      },
      responses: {
        201: { description: 'Made.', content: asProbe },
        ...operatorProblems,
        ...problems('conflict'),
      },
    }),
    async (c) => {
      const actor = c.get('actor')
      const id = await once(deps, actor, async () => {
        const probe = await createProbe(deps, actor, c.req.valid('json'))
        return probe.id
      })
      nudge(deps)
      return c.json(viewOfProbe(await findProbe(deps, id)), 201)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/probes/{id}',
      summary: 'One probe',
      request: { params },
      responses: {
        200: { description: 'The probe.', content: asProbe },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(viewOfProbe(await findProbe(deps, c.req.valid('param').id)), 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'patch',
      path: '/api/admin/probes/{id}',
      summary: 'Change, pause or resume a probe',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: probeEdit } } },
      },
      responses: {
        200: { description: 'Changed.', content: asProbe },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const probe = await updateProbe(deps, c.get('actor'), id, c.req.valid('json'))
      nudge(deps)
      return c.json(viewOfProbe(probe), 200)
    },
  )

  return app
}
