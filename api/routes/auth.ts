import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { verifyKey, type Principal } from '../actions/access/keys.ts'
import { closeSession, openSession, verifySession } from '../actions/access/sessions.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import type { Scope } from '../domain/words.ts'
import type { Env } from './openapi.ts'

const COOKIE = 'allclear_session'

/** Lets a request pass whose key or session has the scope, and says whose it is. */
export function requireScope(deps: Deps, scope: Scope): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async function authorise(c, next) {
    const principal = await authenticate(deps, c)
    if (!principal)
      throw new DomainError(
        'unauthenticated',
        'send Authorization: Bearer key_id.secret with a key that is known, neither expired nor revoked',
      )
    if (!principal.scopes.includes(scope))
      throw new DomainError('forbidden', `this key lacks the scope ${scope}`)
    c.set('actor', { id: principal.keyId, requestId: c.get('requestId') ?? null })
    c.set('scopes', principal.scopes)
    c.set('keyName', principal.name)
    await next()
  })
}

/** Whose request it is: by key, or by console session where the request comes from our own pages. */
export async function authenticate(deps: Deps, c: Context<Env>): Promise<Principal | null> {
  const bearer = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (bearer !== undefined) return verifyKey(deps, bearer)
  const token = getCookie(c, COOKIE)
  if (token === undefined) return null
  const principal = await verifySession(deps, token)
  if (principal) requireSameOrigin(deps, c)
  return principal
}

/** Refuses a change that another site's page made the browser ask for (CSRF). */
export function requireSameOrigin(deps: Deps, c: Context<Env>): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) return
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  const isOurs =
    site === undefined
      ? origin === new URL(deps.publicUrl).origin || origin === new URL(c.req.url).origin
      : site === 'same-origin' || site === 'none'
  if (!isOurs) throw new DomainError('forbidden', 'this request comes from a page of another site')
}

/** Signs in with a key; null when it is not accepted. */
export async function signIn(deps: Deps, c: Context<Env>, key: string): Promise<Principal | null> {
  requireSameOrigin(deps, c)
  const session = await openSession(deps, key, c.get('requestId') ?? null)
  if (!session) return null
  setCookie(c, COOKIE, session.token, {
    ...attributes(deps),
    maxAge: (session.expiresAt - deps.clock.now()) / 1000,
  })
  return session.principal
}

export async function signOut(deps: Deps, c: Context<Env>): Promise<void> {
  requireSameOrigin(deps, c)
  const token = getCookie(c, COOKIE)
  if (token !== undefined) await closeSession(deps, token)
  deleteCookie(c, COOKIE, attributes(deps))
}

function attributes(deps: Deps) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: deps.publicUrl.startsWith('https:'),
  } as const
}
