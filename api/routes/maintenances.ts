import { createRoute, z } from '@hono/zod-openapi'
import { once } from '../actions/access/idempotency.ts'
import { amendMaintenance, rescheduleMaintenance } from '../actions/maintenances/changing.ts'
import { listMaintenances, operatorMaintenance } from '../actions/maintenances/maintenance-views.ts'
import {
  cancelMaintenance,
  completeMaintenance,
  startMaintenance,
  updateMaintenance,
  verifyMaintenance,
} from '../actions/maintenances/moving.ts'
import { scheduleMaintenance } from '../actions/maintenances/scheduling.ts'
import { nudge } from '../actions/nudge.ts'
import type { Actor } from '../actions/save.ts'
import type { Deps } from '../deps.ts'
import { maintenanceStatuses } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import {
  maintenanceChange,
  maintenanceMove,
  maintenanceUpdate,
  maintenanceWindow,
  newMaintenance,
} from './maintenance-inputs.ts'
import { maintenanceView } from './maintenance-views.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

const path = '/api/admin/maintenances'
const params = z.object({ id: z.string() })
const asMaintenance = { 'application/json': { schema: maintenanceView } }
const reading = { tags: ['Maintenances'], security: operatorSecurity }

/** Planned work as operators see it. */
export function maintenanceRoutes(deps: Deps) {
  const writing = {
    ...reading,
    middleware: [requireScope(deps, 'incidents:write'), withIdempotencyKey()],
  }
  const read = { ...reading, middleware: requireScope(deps, 'read') }
  const app = routes()

  /** Does a move once per Idempotency-Key and answers with what came of it. */
  async function moved(actor: Actor, id: string, move: () => Promise<void>) {
    await once(deps, actor, async () => {
      await move()
      return id
    })
    nudge(deps)
    return operatorMaintenance(deps, id)
  }

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path,
      summary: 'The newest 100 maintenances',
      request: { query: z.object({ status: z.enum(maintenanceStatuses).optional() }) },
      responses: {
        200: {
          description: 'The latest start first.',
          content: {
            'application/json': { schema: z.object({ maintenances: z.array(maintenanceView) }) },
          },
        },
        ...operatorProblems,
      },
    }),
    async (c) => {
      const { status } = c.req.valid('query')
      return c.json({ maintenances: await listMaintenances(deps, status) }, 200)
    },
  )

  app.openapi(
    createRoute({
      ...writing,
      method: 'post',
      path,
      summary: 'Schedule a maintenance',
      request: {
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newMaintenance } } },
      },
      responses: {
        201: { description: 'Scheduled.', content: asMaintenance },
        ...operatorProblems,
        ...problems('conflict'),
      },
    }),
    async (c) => {
      const actor = c.get('actor')
      const plan = c.req.valid('json')
      const id = await once(deps, actor, () => scheduleMaintenance(deps, actor, plan))
      nudge(deps)
      return c.json(await operatorMaintenance(deps, id), 201)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: `${path}/{id}`,
      summary: 'One maintenance',
      request: { params },
      responses: {
        200: { description: 'The maintenance.', content: asMaintenance },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => c.json(await operatorMaintenance(deps, c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      ...writing,
      method: 'patch',
      path: `${path}/{id}`,
      summary: 'Correct the name of a maintenance, or how it runs',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: maintenanceChange } } },
      },
      responses: {
        200: { description: 'Changed.', content: asMaintenance },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      await amendMaintenance(deps, c.get('actor'), id, c.req.valid('json'))
      nudge(deps)
      return c.json(await operatorMaintenance(deps, id), 200)
    },
  )

  app.openapi(
    createRoute({
      ...writing,
      method: 'post',
      path: `${path}/{id}/reschedule`,
      summary: 'Move its window; once it is under way, its end',
      request: {
        params,
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: maintenanceWindow } } },
      },
      responses: {
        201: { description: 'Moved.', content: asMaintenance },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const actor = c.get('actor')
      const window = c.req.valid('json')
      const move = () => rescheduleMaintenance(deps, actor, id, window)
      return c.json(await moved(actor, id, move), 201)
    },
  )

  for (const [name, { verb, summary }] of Object.entries(verbs))
    app.openapi(
      createRoute({
        ...writing,
        method: 'post',
        path: `${path}/{id}/${name}`,
        summary,
        request: {
          params,
          headers: idempotencyHeader,
          body: { required: true, content: { 'application/json': { schema: maintenanceMove } } },
        },
        responses: {
          201: { description: 'Done.', content: asMaintenance },
          ...operatorProblems,
          ...problems('not_found', 'conflict'),
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const actor = c.get('actor')
        const said = c.req.valid('json')
        return c.json(await moved(actor, id, () => verb(deps, actor, id, said)), 201)
      },
    )

  app.openapi(
    createRoute({
      ...writing,
      method: 'post',
      path: `${path}/{id}/updates`,
      summary: 'Post an update',
      request: {
        params,
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: maintenanceUpdate } } },
      },
      responses: {
        201: { description: 'Posted.', content: asMaintenance },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const actor = c.get('actor')
      const said = c.req.valid('json')
      const move = () => updateMaintenance(deps, actor, id, said)
      return c.json(await moved(actor, id, move), 201)
    },
  )

  return app
}

const verbs = {
  start: { verb: startMaintenance, summary: 'Start it' },
  verify: { verb: verifyMaintenance, summary: 'Say that the work is done and being looked at' },
  complete: { verb: completeMaintenance, summary: 'Complete it' },
  cancel: { verb: cancelMaintenance, summary: 'Cancel it' },
}
