import { createRoute, z } from '@hono/zod-openapi'
import { amendIncident, discardDraft, publishDraft } from '../actions/incidents/drafts.ts'
import { once } from '../actions/access/idempotency.ts'
import { addUpdate, giveAllClear, openIncident } from '../actions/incidents/incidents.ts'
import { listIncidents, operatorIncident } from '../actions/incidents/incident-views.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { requireScope } from './auth.ts'
import { operatorIncidentView } from './incident-views.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { incidentChange, newAllClear, newIncident, newUpdate } from './inputs.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

const params = z.object({ id: z.string() })
const asIncident = { 'application/json': { schema: operatorIncidentView } }
const reading = { tags: ['Incidents'], security: operatorSecurity }

/** Incidents as operators see them. */
export function incidentRoutes(deps: Deps) {
  const writing = {
    ...reading,
    middleware: [requireScope(deps, 'incidents:write'), withIdempotencyKey()],
  }
  const read = { ...reading, middleware: requireScope(deps, 'read') }
  const app = routes()

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/incidents',
      summary: 'The newest 100 incidents, drafts included',
      responses: {
        200: {
          description: 'Newest first.',
          content: {
            'application/json': { schema: z.object({ incidents: z.array(operatorIncidentView) }) },
          },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json({ incidents: await listIncidents(deps) }, 200),
  )

  app.openapi(
    createRoute({
      ...writing,
      method: 'post',
      path: '/api/admin/incidents',
      summary: 'Open an incident',
      request: {
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newIncident } } },
      },
      responses: {
        201: { description: 'Opened.', content: asIncident },
        ...operatorProblems,
        ...problems('conflict'),
      },
    }),
    async (c) => {
      const actor = c.get('actor')
      const id = await once(deps, actor, () => openIncident(deps, actor, c.req.valid('json')))
      nudge(deps)
      return c.json(await operatorIncident(deps, id), 201)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/incidents/{id}',
      summary: 'One incident',
      request: { params },
      responses: {
        200: { description: 'The incident.', content: asIncident },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(await operatorIncident(deps, c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      ...writing,
      method: 'patch',
      path: '/api/admin/incidents/{id}',
      summary: 'Correct an incident, or publish a draft',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: incidentChange } } },
      },
      responses: {
        200: { description: 'Changed.', content: asIncident },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const { draft, notify, next_update_at, ...change } = c.req.valid('json')
      const actor = c.get('actor')
      const correction = { ...change, nextUpdateAt: next_update_at }
      if (draft === false) await publishDraft(deps, actor, id, notify, correction)
      else if (Object.values(correction).some((value) => value !== undefined))
        await amendIncident(deps, actor, id, correction)
      nudge(deps)
      return c.json(await operatorIncident(deps, id), 200)
    },
  )

  app.openapi(
    createRoute({
      ...writing,
      method: 'delete',
      path: '/api/admin/incidents/{id}',
      summary: 'Discard a draft',
      request: { params },
      responses: {
        204: { description: 'Discarded.' },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      await discardDraft(deps, c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      ...writing,
      method: 'post',
      path: '/api/admin/incidents/{id}/updates',
      summary: 'Post an update',
      request: {
        params,
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newUpdate } } },
      },
      responses: {
        201: { description: 'Posted.', content: asIncident },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const actor = c.get('actor')
      await once(deps, actor, async () => {
        await addUpdate(deps, actor, id, c.req.valid('json'))
        return id
      })
      nudge(deps)
      return c.json(await operatorIncident(deps, id), 201)
    },
  )

  app.openapi(
    createRoute({
      ...writing,
      method: 'post',
      path: '/api/admin/incidents/{id}/all-clear',
      summary: 'Give the all-clear',
      request: {
        params,
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newAllClear } } },
      },
      responses: {
        201: { description: 'Resolved.', content: asIncident },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const { allClear, notify, publish } = c.req.valid('json')
      const actor = c.get('actor')
      await once(deps, actor, async () => {
        await giveAllClear(deps, actor, id, allClear, notify, publish)
        return id
      })
      nudge(deps)
      return c.json(await operatorIncident(deps, id), 201)
    },
  )

  return app
}
