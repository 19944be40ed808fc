import { createRoute, z } from '@hono/zod-openapi'
import { createKey, listKeys, revokeKey } from '../actions/access/keys.ts'
import { iso, isoOrNull } from '../actions/page.ts'
import type { Deps } from '../deps.ts'
import { scopes } from '../domain/words.ts'
import { requireScope } from './auth.ts'
import { instant, name } from './inputs.ts'
import { operatorProblems, operatorSecurity, problems, routes } from './openapi.ts'

const newKey = z
  .strictObject({
    name,
    scopes: z
      .array(z.enum(scopes))
      .min(1, `must name at least one of ${scopes.join(', ')}`)
      .max(50),
    expires_at: instant.nullish(),
  })
  .openapi('NewKey')

const madeKey = z
  .object({
    id: z.string(),
    key: z.string().openapi({ description: 'Shown this once; only its hash is kept.' }),
  })
  .openapi('MadeKey')

const moment = z.iso.datetime().nullable()

const keyView = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    created_at: z.iso.datetime(),
    last_used_at: moment,
    expires_at: moment,
    revoked_at: moment,
  })
  .openapi('Key')

/** Keys of operators and machines. */
export function keyRoutes(deps: Deps) {
  const app = routes()
  const admin = {
    tags: ['Keys'],
    security: operatorSecurity,
    middleware: requireScope(deps, 'keys:admin'),
  }

  app.openapi(
    createRoute({
      ...admin,
      method: 'get',
      path: '/api/admin/keys',
      summary: 'All keys, the revoked ones too, the newest first',
      responses: {
        200: {
          description: 'Without their secrets.',
          content: { 'application/json': { schema: z.object({ keys: z.array(keyView) }) } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => c.json({ keys: (await listKeys(deps)).map(viewOf) }, 200),
  )

  app.openapi(
    createRoute({
      ...admin,
      method: 'post',
      path: '/api/admin/keys',
      summary: 'Make a key',
      request: { body: { required: true, content: { 'application/json': { schema: newKey } } } },
      responses: {
        201: {
          description: 'The key, as it is sent with `Authorization: Bearer`.',
          content: { 'application/json': { schema: madeKey } },
        },
        ...operatorProblems,
      },
    }),
    async (c) => {
      const { id, token } = await createKey(deps, c.get('actor'), c.req.valid('json'))
      return c.json({ id, key: token }, 201)
    },
  )

  app.openapi(
    createRoute({
      ...admin,
      method: 'delete',
      path: '/api/admin/keys/{id}',
      summary: 'Revoke a key; its sessions end with it',
      request: { params: z.object({ id: z.string().max(64) }) },
      responses: {
        204: { description: 'Revoked, now or before.' },
        ...operatorProblems,
        ...problems('not_found', 'conflict'),
      },
    }),
    async (c) => {
      await revokeKey(deps, c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )

  return app
}

function viewOf(key: Awaited<ReturnType<typeof listKeys>>[number]) {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    created_at: iso(key.createdAt),
    last_used_at: isoOrNull(key.lastUsedAt),
    expires_at: isoOrNull(key.expiresAt),
    revoked_at: isoOrNull(key.revokedAt),
  }
}
