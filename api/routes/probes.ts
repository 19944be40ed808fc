import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { once } from '../actions/access/idempotency.ts'
import { nudge } from '../actions/nudge.ts'
import { createProbe, findProbe, listProbes, updateProbe } from '../actions/probes/probes.ts'
import type { Probe } from '../actions/probes/probing.ts'
import { removeProbe } from '../actions/probes/removing.ts'
import { hearValue } from '../actions/probes/reports.ts'
import { hookUrls, rotateToken } from '../actions/probes/report-tokens.ts'
import { watchesOf } from '../actions/probes/watches.ts'
import type { Deps } from '../deps.ts'
import { requireScope } from './auth.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { operatorProblems, operatorSecurity, problems, routes, type Env } from './openapi.ts'
import { newProbe, newValue, probeEdit } from './probe-inputs.ts'
import { probeView, viewOfProbe } from './probe-views.ts'

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

  /** Whoever may change probes may also see where to report for them. */
  async function views(c: Context<Env>, probes: Probe[]) {
    const maySee = c.get('scopes').includes('probes:write')
    const urls = maySee ? await hookUrls(deps, probes) : new Map<string, string>()
    const watches = await watchesOf(deps, probes)
    return probes.map((probe) => viewOfProbe(probe, watches.get(probe.id) ?? [], urls))
  }
  const view = async (c: Context<Env>, probe: Probe) => (await views(c, [probe]))[0]!

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
    async (c) => c.json({ probes: await views(c, await listProbes(deps)) }, 200),
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
      return c.json(await view(c, await findProbe(deps, id)), 201)
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
    async (c) => c.json(await view(c, await findProbe(deps, c.req.valid('param').id)), 200),
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
      return c.json(await view(c, probe), 200)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'delete',
      path: '/api/admin/probes/{id}',
      summary: 'Delete a probe and all that it measured; the uptime of its component stays',
      request: { params },
      responses: {
        204: { description: 'Gone.' },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      await removeProbe(deps, c.get('actor'), c.req.valid('param').id)
      nudge(deps)
      return c.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/probes/{id}/rotate',
      summary: 'Give a heartbeat or metric probe a new address; the old one is worth nothing then',
      request: { params },
      responses: {
        200: { description: 'The probe with its new address.', content: asProbe },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const probe = await rotateToken(deps, c.get('actor'), c.req.valid('param').id)
      return c.json(await view(c, probe), 200)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/probes/{id}/metric',
      summary: 'Tell a metric probe a value',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: newValue } } },
      },
      responses: {
        202: { description: 'Stored; judged with the next beat.', content: asProbe },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const probe = await findProbe(deps, c.req.valid('param').id)
      await hearValue(deps, probe, c.req.valid('json'))
      return c.json(await view(c, probe), 202)
    },
  )

  return app
}
