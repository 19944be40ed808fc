import type { Context } from 'hono'
import { parseAccept } from 'hono/utils/accept'
import type { Deps } from '../deps.ts'
import { isForPeople } from '../domain/documents.ts'
import type { DomainError } from '../domain/error.ts'
import { inLanguage, languageIn } from '../domain/languages.ts'
import { nearestLocale } from '../domain/message.ts'
import { problemOf, type Env } from './openapi.ts'

/** Nothing is there: a page for people in a language that they read, a problem for programs. */
export async function missing(deps: Deps, c: Context<Env>, error: DomainError): Promise<Response> {
  const elsewhere = await movedTo(deps, c)
  if (elsewhere) return c.redirect(elsewhere + new URL(c.req.url).search, 308)
  const wantsPage = c.req.header('accept')?.includes('text/html')
  return (wantsPage && (await missingPage(deps, c))) || problemOf(error, c.get('requestId'))
}

/**
 * Where what was asked for lies: without its prefix in the page's own language, with the slash at the end of a language.
 * The store knows, so that this too needs no database.
 */
async function movedTo(deps: Deps, c: Context<Env>): Promise<string | null> {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return null
  const path = c.req.path
  const { locale, bare } = languageIn(languageIn(path).locale ? path : `${path}/`)
  if (!locale || !isForPeople(bare)) return null
  const own = (await missingIn(deps, c, null))?.headers.get('content-language')
  if (own === locale) return bare
  const isLanguage = bare === '/' && path !== inLanguage(locale, bare)
  return isLanguage && (await missingIn(deps, c, locale)) ? inLanguage(locale, bare) : null
}

/** In the language that the path names; where it names none that is published, in the one that the reader likes best. */
async function missingPage(deps: Deps, c: Context<Env>): Promise<Response | null> {
  const { locale } = languageIn(c.req.path)
  const named = locale && (await missingIn(deps, c, locale))
  if (named) return named
  const own = await missingIn(deps, c, null)
  if (!own) return null
  const page = (await liked(deps, c, own.headers.get('content-language'))) ?? own
  const answer = new Response(page.body, page)
  answer.headers.append('vary', 'accept-language')
  return answer
}

/** The first published language of those that the reader asks for; null where that is the page's own, or none is. */
async function liked(deps: Deps, c: Context<Env>, own: string | null): Promise<Response | null> {
  for (const { type, q } of parseAccept(c.req.header('accept-language') ?? '')) {
    const locale = q > 0 ? nearestLocale(type.toLowerCase()) : undefined
    if (locale === own) return null
    const page = locale && (await missingIn(deps, c, locale))
    if (page) return page
  }
  return null
}

async function missingIn(deps: Deps, c: Context<Env>, locale: string | null) {
  const path = locale === null ? '/404' : inLanguage(locale, '/404')
  return deps.store.serve(c.req.raw, { path, status: 404 })
}
