import { createRoute, z } from '@hono/zod-openapi'
import { once } from '../actions/access/idempotency.ts'
import {
  changeTemplate,
  createTemplate,
  deleteTemplate,
  findTemplate,
  listTemplates,
  usersOfTemplates,
  type Template,
} from '../actions/incidents/templates.ts'
import { iso } from '../actions/page.ts'
import type { Deps } from '../deps.ts'
import { gaps } from '../domain/template.ts'
import { incidentStatuses } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { atLeastOne, key } from './catalog-inputs.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { body, name } from './inputs.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'
import { instant } from './views.ts'

const allGaps = gaps.map((gap) => `{${gap}}`).join(', ')
const title = z
  .string()
  .trim()
  .max(200)
  .openapi({ description: `Name of the incident, with gaps; empty: it words updates only.` })
const words = body.openapi({ description: `CommonMark with gaps: ${allGaps}.` })
const status = z.enum(incidentStatuses).nullable().openapi({
  description: 'What an update says where the template is used by hand; null: as it was.',
})

const newTemplate = z
  .strictObject({
    key,
    name,
    title: title.default(''),
    body: words,
    status: status.default(null),
  })
  .openapi('NewTemplate')

const templateEdit = atLeastOne(
  z.strictObject({
    name: name.optional(),
    title: title.optional(),
    body: words.optional(),
    status: status.optional(),
  }),
).openapi('TemplateEdit')

const templateView = z
  .object({
    id: z.string(),
    key: z.string(),
    name: z.string(),
    title: z.string(),
    body: z.string(),
    status,
    used_by: z.array(z.string()).openapi({ description: 'Keys of the probes that speak by it.' }),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('Template')

export type TemplateView = z.infer<typeof templateView>

const params = z.object({ id: z.string().openapi({ description: 'Id or key.' }) })
const asTemplate = { 'application/json': { schema: templateView } }

/** Words prepared in a calm hour. */
export function templateRoutes(deps: Deps) {
  const tagged = { tags: ['Templates'], security: operatorSecurity }
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
      path: '/api/admin/templates',
      summary: 'All templates, by name',
      responses: {
        200: {
          description: 'By name.',
          content: {
            'application/json': { schema: z.object({ templates: z.array(templateView) }) },
          },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json({ templates: await viewsOf(deps, await listTemplates(deps)) }, 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/templates',
      summary: 'Keep a template',
      request: {
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newTemplate } } },
      },
      responses: {
        201: { description: 'Made.', content: asTemplate },
        ...operatorProblems,
        ...problems('conflict'),
      },
    }),
    async (c) => {
      const actor = c.get('actor')
      const id = await once(deps, actor, () => createTemplate(deps, actor, c.req.valid('json')))
      return c.json(await viewOf(deps, await findTemplate(deps, id)), 201)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/templates/{id}',
      summary: 'One template',
      request: { params },
      responses: {
        200: { description: 'The template.', content: asTemplate },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(await viewOf(deps, await findTemplate(deps, c.req.valid('param').id)), 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'patch',
      path: '/api/admin/templates/{id}',
      summary: 'Change a template',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: templateEdit } } },
      },
      responses: {
        200: { description: 'Changed.', content: asTemplate },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const template = await changeTemplate(deps, c.get('actor'), id, c.req.valid('json'))
      return c.json(await viewOf(deps, template), 200)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'delete',
      path: '/api/admin/templates/{id}',
      summary: 'Throw a template away, unless a probe speaks by it',
      request: { params },
      responses: {
        204: { description: 'Gone.' },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      await deleteTemplate(deps, c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )

  return app
}

async function viewOf(deps: Deps, template: Template) {
  const [view] = await viewsOf(deps, [template])
  return view!
}

async function viewsOf(deps: Deps, templates: Template[]) {
  const users = await usersOfTemplates(
    deps,
    templates.map(({ key }) => key),
  )
  return templates.map(({ id, key, name, title, body, status, createdAt, updatedAt }) => ({
    id,
    key,
    name,
    title,
    body,
    status,
    used_by: users.get(key) ?? [],
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
  }))
}
