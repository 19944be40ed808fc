import { createRoute, z } from '@hono/zod-openapi'
import { once } from '../actions/access/idempotency.ts'
import { changeSeries, createSeries, endSeries } from '../actions/maintenances/series.ts'
import {
  previewOf,
  previewOfSeries,
  seriesView as viewOfSeries,
  seriesViews,
} from '../actions/maintenances/series-views.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { requireScope } from './auth.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { newSeries, seriesChange, seriesEnd, seriesPreview } from './maintenance-series-inputs.ts'
import { previewView, seriesView } from './maintenance-series-views.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

const params = z.object({ id: z.string() })
const asSeries = { 'application/json': { schema: seriesView } }
const asPreview = { 'application/json': { schema: previewView } }

/** Maintenance that comes again. */
export function maintenanceSeriesRoutes(deps: Deps) {
  const tagged = { tags: ['Maintenances'], security: operatorSecurity }
  const read = { ...tagged, middleware: requireScope(deps, 'read') }
  const write = {
    ...tagged,
    middleware: [requireScope(deps, 'incidents:write'), withIdempotencyKey()],
  }
  const app = routes()

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/maintenance-series',
      summary: 'Every maintenance that comes again',
      responses: {
        200: {
          description: 'By name, those that have ended last.',
          content: { 'application/json': { schema: z.object({ series: z.array(seriesView) }) } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json({ series: await seriesViews(deps) }, 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/maintenance-series',
      summary: 'Begin a series of maintenances',
      request: {
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newSeries } } },
      },
      responses: {
        201: { description: 'Begun; what is near is planned.', content: asSeries },
        ...operatorProblems,
        ...problems('conflict'),
      },
    }),
    async (c) => {
      const actor = c.get('actor')
      const id = await once(deps, actor, () => createSeries(deps, actor, c.req.valid('json')))
      nudge(deps)
      return c.json(await viewOfSeries(deps, id), 201)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'post',
      path: '/api/admin/maintenance-series/preview',
      summary: 'The next occurrences of what may become a series',
      request: {
        body: { required: true, content: { 'application/json': { schema: seriesPreview } } },
      },
      responses: {
        200: { description: 'Soonest first.', content: asPreview },
        ...operatorProblems,
      },
    }),
    (c) => {
      const { count, ...recurrence } = c.req.valid('json')
      return c.json({ occurrences: previewOf(deps, recurrence, count) }, 200)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/maintenance-series/{id}',
      summary: 'One series',
      request: { params },
      responses: {
        200: { description: 'The series.', content: asSeries },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(await viewOfSeries(deps, c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/maintenance-series/{id}/preview',
      summary: 'The next occurrences of a series',
      request: {
        params,
        query: z.object({ count: z.coerce.number().int().min(1).max(100).default(10) }),
      },
      responses: {
        200: { description: 'Soonest first, planned or not.', content: asPreview },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const { count } = c.req.valid('query')
      return c.json({ occurrences: await previewOfSeries(deps, id, count) }, 200)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'patch',
      path: '/api/admin/maintenance-series/{id}',
      summary: 'Change a series and what is planned of it',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: seriesChange } } },
      },
      responses: {
        200: { description: 'Changed; what was moved by hand kept its time.', content: asSeries },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const { notify, edit } = c.req.valid('json')
      await changeSeries(deps, c.get('actor'), id, edit, notify)
      nudge(deps)
      return c.json(await viewOfSeries(deps, id), 200)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/maintenance-series/{id}/end',
      summary: 'End a series',
      request: {
        params,
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: seriesEnd } } },
      },
      responses: {
        200: { description: 'Ended.', content: asSeries },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const actor = c.get('actor')
      await once(deps, actor, async () => {
        await endSeries(deps, actor, id, c.req.valid('json'))
        return id
      })
      nudge(deps)
      return c.json(await viewOfSeries(deps, id), 200)
    },
  )

  return app
}
