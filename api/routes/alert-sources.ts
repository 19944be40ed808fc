import { createRoute, z } from '@hono/zod-openapi'
import { once } from '../actions/access/idempotency.ts'
import { endPreviousSecret, rotateSecret } from '../actions/alerts/rotating.ts'
import { secretOf } from '../actions/alerts/source-secrets.ts'
import {
  createSource,
  deleteSource,
  findSource,
  listSources,
  updateSource,
  viewOfSource,
} from '../actions/alerts/sources.ts'
import type { Deps } from '../deps.ts'
import { alertSourceKinds } from '../domain/words.ts'
import { alertSourceView, newSourceView } from './alert-views.ts'
import { requireScope } from './auth.ts'
import { idempotencyHeader, withIdempotencyKey } from './idempotency.ts'
import { name } from './inputs.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

const component = z.string().max(100).nullable().openapi({
  description: 'Id or key of what its alerts are about unless they say so themselves.',
})
const secret = z.string().trim().min(16, 'must have at least 16 characters').max(500).openapi({
  description: 'Its own, where it makes one (Sentry: the client secret); kept sealed.',
})

export const newAlertSource = z
  .strictObject({
    key: z
      .string()
      .max(40)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens'),
    name,
    kind: z.enum(alertSourceKinds),
    component: component.optional(),
    secret: secret.optional(),
  })
  .openapi('NewAlertSource')

export const alertSourceEdit = z
  .strictObject({
    name: name.optional(),
    component: component.optional(),
    secret: secret.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something')
  .openapi('AlertSourceEdit')

const params = z.object({ key: z.string().max(100) })
const asSource = { 'application/json': { schema: alertSourceView } }
const withSecret = { 'application/json': { schema: newSourceView } }

/** Other systems that send us their alerts: what watches the services is a matter of `probes:write`. */
export function alertSourceRoutes(deps: Deps) {
  const tagged = { tags: ['Alert sources'], security: operatorSecurity }
  const mayWrite = requireScope(deps, 'probes:write')
  const write = { ...tagged, middleware: [mayWrite, withIdempotencyKey()] }
  const app = routes()

  app.openapi(
    createRoute({
      ...tagged,
      middleware: requireScope(deps, 'read'),
      method: 'get',
      path: '/api/admin/alert-sources',
      summary: 'Systems that may send alerts',
      responses: {
        200: {
          description: 'By key, without their secrets.',
          content: {
            'application/json': { schema: z.object({ sources: z.array(alertSourceView) }) },
          },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json({ sources: await listSources(deps) }, 200),
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/alert-sources',
      summary: 'Let another system send alerts',
      request: {
        headers: idempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: newAlertSource } } },
      },
      responses: {
        201: { description: 'Made. The secret is shown this once.', content: withSecret },
        ...operatorProblems,
        ...problems('conflict'),
      },
    }),
    async (c) => {
      const actor = c.get('actor')
      const input = c.req.valid('json')
      const key = await once(deps, actor, async () => {
        await createSource(deps, actor, input)
        return input.key
      })
      return c.json(await showSecret(deps, key), 201)
    },
  )

  app.openapi(
    createRoute({
      ...tagged,
      middleware: mayWrite,
      method: 'patch',
      path: '/api/admin/alert-sources/{key}',
      summary: 'Change a source, or enter its own secret',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: alertSourceEdit } } },
      },
      responses: {
        200: { description: 'Changed.', content: asSource },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => {
      const { key } = c.req.valid('param')
      const source = await updateSource(deps, c.get('actor'), key, c.req.valid('json'))
      return c.json(viewOfSource(deps, source), 200)
    },
  )

  app.openapi(
    createRoute({
      ...tagged,
      middleware: mayWrite,
      method: 'delete',
      path: '/api/admin/alert-sources/{key}',
      summary: 'Remove a source; its live alerts are resolved',
      request: { params },
      responses: {
        204: { description: 'Removed.' },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => {
      await deleteSource(deps, c.get('actor'), c.req.valid('param').key)
      return c.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      ...write,
      method: 'post',
      path: '/api/admin/alert-sources/{key}/rotate',
      summary: 'Make a new secret; the one before goes on working for a day',
      request: { params, headers: idempotencyHeader },
      responses: {
        200: { description: 'The new secret, shown this once.', content: withSecret },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      const actor = c.get('actor')
      const { key } = c.req.valid('param')
      await once(deps, actor, async () => {
        await rotateSecret(deps, actor, key)
        return key
      })
      return c.json(await showSecret(deps, key), 200)
    },
  )

  app.openapi(
    createRoute({
      ...tagged,
      middleware: mayWrite,
      method: 'post',
      path: '/api/admin/alert-sources/{key}/end-previous',
      summary: 'End the secret before at once',
      request: { params },
      responses: {
        200: { description: 'Only the secret of now works.', content: asSource },
        ...operatorProblems,
        ...problems('not_found'),
      },
    }),
    async (c) => {
      const { key } = c.req.valid('param')
      await endPreviousSecret(deps, c.get('actor'), key)
      return c.json(viewOfSource(deps, await findSource(deps, key)), 200)
    },
  )

  return app
}

/** A secret of its own is never shown: whoever entered it has it. */
export async function showSecret(deps: Deps, key: string) {
  const source = await findSource(deps, key)
  const shown = source.sealedSecret === null ? await secretOf(deps, source) : null
  return { ...viewOfSource(deps, source), secret: shown }
}
