import type { Context } from 'hono'
import { localeOfLink } from '../actions/subscribers/links.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { nearestLocale } from '../domain/message.ts'
import type { Fields } from './forms.ts'
import { statusOf, type Env } from './openapi.ts'

/** What became of a form, for the page that answers it (see site/result.ts). */
export type Result = { kind: string } & Record<string, unknown>

/** What is told on the manage page itself. */
const onManagePage = new Set(['saved', 'asked_again', 'rotated', 'refused'])

/**
 * Shows what came of a form, or what was wrong with it and what had been typed; null is a look at the manage page. In the
 * language that the form chose, else in that of the link's owner, else in the page's.
 */
export async function answer(
  deps: Deps,
  c: Context<Env>,
  form: Fields,
  act: () => Promise<Result | Response | null>,
): Promise<Response> {
  const chosen = chosenLocale(form)
  try {
    const result = await act()
    if (result instanceof Response) return result
    const status = result?.['wrong'] === true ? 422 : 200
    return await show(deps, c, result && { ...result, ...chosen }, status)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
    const status = statusOf[error.code]
    const locale = chosen?.locale ?? (await localeOfLink(deps, c.req.path, tokenOf(c)))
    const reader = locale ? { locale } : {}
    if (error.code === 'not_found')
      return show(deps, c, { kind: 'link_expired', ...reader }, status)
    const { message, say, fields, retryAfter } = error
    const refused = {
      kind: 'refused',
      message,
      ...(say && { say }),
      fields,
      values: form,
      ...reader,
    }
    return show(deps, c, refused, status, retryAfter)
  }
}

function chosenLocale(form: Fields): { locale: string } | undefined {
  const { locale: wish } = form
  const locale = typeof wish === 'string' ? nearestLocale(wish) : undefined
  return locale === undefined ? undefined : { locale }
}

async function show(
  deps: Deps,
  c: Context<Env>,
  result: Result | null,
  status: number,
  retryAfter?: number,
): Promise<Response> {
  const stays = result === null || onManagePage.has(result.kind)
  const path =
    c.req.path === '/subscriptions/manage' && stays
      ? `/subscriptions/manage?token=${encodeURIComponent(tokenOf(c))}`
      : '/subscriptions/result'
  const page = await deps.render(path, result ? { result } : {})
  const headers = new Headers(page.headers)
  headers.set('cache-control', 'no-store')
  // The address of this page holds the token.
  headers.set('referrer-policy', 'no-referrer')
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter))
  return new Response(page.body, { status, headers })
}

export function tokenOf(c: Context<Env>): string {
  return c.req.query('token') ?? ''
}

export function requestIdOf(c: Context<Env>): string | null {
  return c.get('requestId') ?? null
}
