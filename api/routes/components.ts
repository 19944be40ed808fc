import { createRoute, z } from '@hono/zod-openapi'
import {
  createComponent,
  findComponent,
  listComponents,
  updateComponent,
} from '../actions/components/catalog.ts'
import { createGroup, findGroup, listGroups, updateGroup } from '../actions/components/groups.ts'
import { once } from '../actions/access/idempotency.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { requireScope } from './auth.ts'
import { componentEdit, groupEdit, newComponent, newGroup } from './catalog-inputs.ts'
import {
  catalogComponentView,
  catalogGroupView,
  viewOfComponent,
  viewOfGroup,
} from './catalog-views.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

const params = z.object({ id: z.string().openapi({ description: 'Id or key.' }) })
const asComponent = { 'application/json': { schema: catalogComponentView } }
const asGroup = { 'application/json': { schema: catalogGroupView } }

/** What the page consists of: components and their groups. */
export function componentRoutes(deps: Deps) {
  const tagged = { tags: ['Components'], security: operatorSecurity }
  const read = { ...tagged, middleware: requireScope(deps, 'read') }
  const write = {
    ...tagged,
    middleware: [requireScope(deps, 'components:write'), withIdempotencyKey()],
  }
  const app = routes()

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/components',
      summary: 'All components in the order of the page',
      responses: {
        200: {
          description: 'Groups in their order, then what is in no group.',
          content: {
            'application/json': { schema: z.object({ components: z.array(catalogComponentView) }) },
          },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json({ components: (await listComponents(deps)).map(viewOfComponent) }, 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/components',
      summary: 'Make a component, operational from now on',
      request: {
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newComponent } } },
      },
      responses: {
        201: { description: 'Made.', content: asComponent },
        ...operatorProblems,
        ...problems('conflict'),
      },
    }),
    async (c) => {
      const actor = c.get('actor')
      const id = await once(deps, actor, () => createComponent(deps, actor, c.req.valid('json')))
      nudge(deps)
      return c.json(viewOfComponent(await findComponent(deps, id)), 201)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/components/{id}',
      summary: 'One component',
      request: { params },
      responses: {
        200: { description: 'The component.', content: asComponent },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(viewOfComponent(await findComponent(deps, c.req.valid('param').id)), 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'patch',
      path: '/api/admin/components/{id}',
      summary: 'Change a component, or say how it is outside incidents',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: componentEdit } } },
      },
      responses: {
        200: { description: 'Changed.', content: asComponent },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id: idOrKey } = c.req.valid('param')
      const id = await updateComponent(deps, c.get('actor'), idOrKey, c.req.valid('json'))
      nudge(deps)
      return c.json(viewOfComponent(await findComponent(deps, id)), 200)
    },
  )

  app.openapi(
    createRoute({
      ...read,
      method: 'get',
      path: '/api/admin/groups',
      summary: 'All groups in the order of the page',
      responses: {
        200: {
          description: 'Empty ones too.',
          content: {
            'application/json': { schema: z.object({ groups: z.array(catalogGroupView) }) },
          },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json({ groups: (await listGroups(deps)).map(viewOfGroup) }, 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/groups',
      summary: 'Make a group; components are put into it one by one',
      request: {
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newGroup } } },
      },
      responses: {
        201: { description: 'Made.', content: asGroup },
        ...operatorProblems,
        ...problems('conflict'),
      },
    }),
    async (c) => {
      const actor = c.get('actor')
      const id = await once(deps, actor, () => createGroup(deps, actor, c.req.valid('json')))
      nudge(deps)
      return c.json(viewOfGroup(await findGroup(deps, id)), 201)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'patch',
      path: '/api/admin/groups/{id}',
      summary: 'Change a group',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: groupEdit } } },
      },
      responses: {
        200: { description: 'Changed.', content: asGroup },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const { id: idOrKey } = c.req.valid('param')
      const id = await updateGroup(deps, c.get('actor'), idOrKey, c.req.valid('json'))
      nudge(deps)
      return c.json(viewOfGroup(await findGroup(deps, id)), 200)
    },
  )

  return app
}
