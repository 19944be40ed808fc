import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKey } from '../../../api/actions/access/keys.ts'
import { DomainError } from '../../../api/domain/error.ts'
import { requireScope, signIn, signOut } from '../../../api/routes/auth.ts'
import { problemOf, routes } from '../../../api/routes/openapi.ts'
import { world, type World } from '../../support/world.ts'

const bootstrap = 'root-key.a-secret-of-many-letters'
let w: World

beforeEach(async () => {
  w = await world({ env: { ADMIN_API_KEY: bootstrap, PUBLIC_URL: 'https://status.example' } })
})
afterEach(() => w[Symbol.asyncDispose]())

function app() {
  const app = routes()
  app.onError((error) => problemOf(error as DomainError, undefined))
  app.use('/api/admin/*', requireScope(w.deps, 'incidents:write'))
  app.all('/api/admin/thing', (c) => c.json(c.get('actor')))
  app.post('/sign-in', async (c) =>
    c.json(await signIn(w.deps, c, (await c.req.parseBody())['key'] as string)),
  )
  app.post('/sign-out', async (c) => {
    await signOut(w.deps, c)
    return c.body(null)
  })
  return app
}

const ask = (headers: Record<string, string>, method = 'POST') =>
  app().request('https://status.example/api/admin/thing', { method, headers })

async function cookie(): Promise<string> {
  const answer = await app().request('https://status.example/sign-in', {
    method: 'POST',
    headers: { origin: 'https://status.example' },
    body: new URLSearchParams({ key: bootstrap }),
  })
  return answer.headers.get('set-cookie')!
}

test('a key with the scope passes and is the actor', async () => {
  const answer = await ask({ authorization: `Bearer ${bootstrap}` })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ id: 'root-key', requestId: null })
})

test('no key, an unknown key and a malformed header are 401', async () => {
  const refused = [{}, { authorization: 'Bearer nobody.x' }, { authorization: bootstrap }]
  for (const headers of refused) {
    const answer = await ask(headers as Record<string, string>)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated', status: 401 })
  }
})

test('a key without the scope is 403 and the answer names the scope', async () => {
  const { token } = await createKey(
    w.deps,
    { id: 'x', requestId: null },
    {
      name: 'reader',
      scopes: ['read'],
    },
  )
  const answer = await ask({ authorization: `Bearer ${token}` })
  expect(answer.status).toBe(403)
  expect((await answer.json()) as object).toMatchObject({
    code: 'forbidden',
    detail: 'this key lacks the scope incidents:write',
  })
})

test('the session cookie is kept from scripts, other sites and plain HTTP', async () => {
  expect(await cookie()).toMatch(
    /^allclear_session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
})

test.each([
  ['from the same origin', { 'sec-fetch-site': 'same-origin' }, 200],
  ['typed by the person', { 'sec-fetch-site': 'none' }, 200],
  ['from an older browser on our page', { origin: 'https://status.example' }, 200],
  ['from another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ['from a sibling domain', { 'sec-fetch-site': 'same-site' }, 403],
  ['from an older browser on another site', { origin: 'https://evil.example' }, 403],
  ['that hides where it is from', { origin: 'null' }, 403],
  ['that does not say where it is from', {}, 403],
])('a POST by session %s', async (_, headers, status) => {
  const answer = await ask({ cookie: (await cookie()).split(';')[0]!, ...headers } as never)
  expect(answer.status).toBe(status)
})

test('reading by session needs no origin, and signing out ends it', async () => {
  const session = { cookie: (await cookie()).split(';')[0]! }
  expect((await ask(session, 'GET')).status).toBe(200)
  const out = await app().request('https://status.example/sign-out', {
    method: 'POST',
    headers: { ...session, 'sec-fetch-site': 'same-origin' },
  })
  expect(out.headers.get('set-cookie')).toMatch(/^allclear_session=; Max-Age=0/)
  expect((await ask(session, 'GET')).status).toBe(401)
})

test('another site cannot sign a browser in', async () => {
  const answer = await app().request('https://status.example/sign-in', {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ key: bootstrap }),
  })
  expect(answer.status).toBe(403)
  expect(answer.headers.get('set-cookie')).toBeNull()
})
