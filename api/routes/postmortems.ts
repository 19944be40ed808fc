import { createRoute, z } from '@hono/zod-openapi'
import { once } from '../actions/access/idempotency.ts'
import { postmortemOf } from '../actions/incidents/postmortem-facts.ts'
import { publishPostmortem, writePostmortem } from '../actions/incidents/postmortems.ts'
import { nudge } from '../actions/nudge.ts'
import type { Deps } from '../deps.ts'
import { requireScope } from './auth.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'
import { postmortemEdit, postmortemView } from './postmortem-views.ts'

const path = '/api/admin/incidents/{id}/postmortem'
const params = z.object({ id: z.string() })
const asPostmortem = { 'application/json': { schema: postmortemView } }
const refusals = { ...operatorProblems, ...problems('not_found', 'conflict') }

/** Post-mortems of incidents and maintenances that are over. */
export function postmortemRoutes(deps: Deps) {
  const app = routes()
  const about = { path, tags: ['Post-mortems'], security: operatorSecurity }
  const mayWrite = requireScope(deps, 'incidents:write')

  app.openapi(
    createRoute({
      ...about,
      method: 'get',
      summary: 'A post-mortem as far as it is written, and what is known without it',
      middleware: requireScope(deps, 'read'),
      request: { params },
      responses: {
        200: { description: 'The post-mortem.', content: asPostmortem },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => c.json(await postmortemOf(deps, c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      ...about,
      method: 'put',
      summary: 'Save a post-mortem; once published, correct it',
      description:
        'Operators alone see it until it is published. A correction changes what is published and tells nobody.',
      middleware: mayWrite,
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: postmortemEdit } } },
      },
      responses: { 200: { description: 'Saved.', content: asPostmortem }, ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      await writePostmortem(deps, c.get('actor'), id, c.req.valid('json'))
      nudge(deps)
      return c.json(await postmortemOf(deps, id), 200)
    },
  )

  app.openapi(
    createRoute({
      ...about,
      method: 'post',
      path: `${path}/publish`,
      summary: 'Publish a post-mortem',
      description: 'It has to have a body, and no gap `[…]` that a proposed text left open.',
      middleware: [mayWrite, withIdempotencyKey()],
      request: {
        params,
        headers: idempotencyHeader,
        body: {
          content: {
            'application/json': { schema: z.strictObject({ notify: z.boolean().default(true) }) },
          },
        },
      },
      responses: { 201: { description: 'Published.', content: asPostmortem }, ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const actor = c.get('actor')
      const { notify = true } = c.req.valid('json') ?? {}
      await once(deps, actor, async () => {
        await publishPostmortem(deps, actor, id, notify)
        return id
      })
      nudge(deps)
      return c.json(await postmortemOf(deps, id), 201)
    },
  )

  return app
}
