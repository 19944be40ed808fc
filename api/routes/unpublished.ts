import type { Context } from 'hono'
import { parseAccept } from 'hono/utils/accept'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { languageIn } from '../domain/languages.ts'
import { nearestLocale } from '../domain/message.ts'
import { problemOf, type Env } from './openapi.ts'

/** What never lies in a store. */
const live = /^\/(api\/(?!v2\/|docs)|operator|hooks)/

/** Seconds that a first publication takes, generously. */
const SOON = 5

/**
 * Before anything is published there is nothing to miss: it is early, which a page says to people and a problem to
 * programs. Null once there are documents.
 */
export async function unpublished(deps: Deps, c: Context<Env>): Promise<Response | null> {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return null
  if (live.test(c.req.path)) return null
  if (await deps.store.serve(c.req.raw, { path: '/404', status: 404 })) return null
  const error = new DomainError('unavailable', 'nothing is published yet', { retryAfter: SOON })
  if (!c.req.header('accept')?.includes('text/html')) return problemOf(error, c.get('requestId'))
  const page = await deps.render('/unpublished', { locale: localeOf(c) })
  const headers = new Headers(page.headers)
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('retry-after', String(SOON))
  headers.set('vary', 'accept-language')
  return new Response(page.body, { status: 503, headers })
}

function localeOf(c: Context<Env>): string {
  const { locale } = languageIn(c.req.path)
  if (locale) return locale
  const liked = parseAccept(c.req.header('accept-language') ?? '')
    .filter(({ q }) => q > 0)
    .map(({ type }) => nearestLocale(type.toLowerCase()))
  return liked.find((locale) => locale !== undefined) ?? 'en'
}
