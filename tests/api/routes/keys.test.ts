import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DomainError } from '../../../api/domain/error.ts'
import { keyRoutes } from '../../../api/routes/keys.ts'
import { problemOf } from '../../../api/routes/openapi.ts'
import { world, type World } from '../../support/world.ts'

const bootstrap = 'root-key.a-secret-of-many-letters'
let w: World

beforeEach(async () => {
  w = await world({ env: { ADMIN_API_KEY: bootstrap } })
})
afterEach(() => w[Symbol.asyncDispose]())

async function send(method: string, path: string, body?: object, key = bootstrap) {
  const app = keyRoutes(w.deps)
  app.onError((error) => problemOf(error as DomainError, undefined))
  const answer = await app.request(path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  return { status: answer.status, json: text === '' ? null : JSON.parse(text) }
}

test('a key is made, used, listed without its secret, and revoked', async () => {
  const expires_at = '2027-01-01T00:00:00.000Z'
  const made = await send('POST', '/api/admin/keys', {
    name: 'On call',
    scopes: ['keys:admin'],
    expires_at,
  })
  expect(made.status).toBe(201)
  const { id, key } = made.json
  const listed = await send('GET', '/api/admin/keys')
  expect(listed.json).toEqual({
    keys: [
      {
        id,
        name: 'On call',
        scopes: ['keys:admin'],
        created_at: '2026-11-21T12:00:00.000Z',
        last_used_at: null,
        expires_at,
        revoked_at: null,
      },
    ],
  })
  expect((await send('GET', '/api/admin/keys', undefined, key)).status).toBe(200)
  expect((await send('DELETE', `/api/admin/keys/${id}`)).status).toBe(204)
  expect((await send('DELETE', `/api/admin/keys/${id}`)).status).toBe(204)
  expect((await send('GET', '/api/admin/keys', undefined, key)).status).toBe(401)
})

test.each([
  ['no name', { scopes: ['read'] }, 'name'],
  ['an unknown scope', { name: 'x', scopes: ['everything'] }, 'scopes.0'],
  ['no scope', { name: 'x', scopes: [] }, 'scopes'],
  ['a date without zone', { name: 'x', scopes: ['read'], expires_at: '2027-01-01' }, 'expires_at'],
])('%s is refused', async (_, body, path) => {
  const { status, json } = await send('POST', '/api/admin/keys', body)
  expect(status).toBe(422)
  expect(json.errors).toMatchObject([{ path }])
})

test('only a key with its scope administers keys, and the first one stays', async () => {
  const { json } = await send('POST', '/api/admin/keys', { name: 'x', scopes: ['read'] })
  expect((await send('GET', '/api/admin/keys', undefined, json.key)).status).toBe(403)
  expect((await send('DELETE', '/api/admin/keys/root-key')).status).toBe(409)
  expect((await send('DELETE', '/api/admin/keys/nobody')).status).toBe(404)
})
