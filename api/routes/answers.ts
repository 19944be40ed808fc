import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import type { Fields } from './forms.ts'
import { statusOf, type Env } from './openapi.ts'

/** What became of a form, for the page that answers it (see site/result.ts). */
export type Result = { kind: string } & Record<string, unknown>

/** What is told on the manage page itself. */
const onManagePage = new Set(['saved', 'asked_again', 'rotated', 'refused'])

/** Shows what came of a form, or what was wrong with it and what had been typed; null is a look at the manage page. */
export async function answer(
  deps: Deps,
  c: Context<Env>,
  form: Fields,
  act: () => Promise<Result | Response | null>,
): Promise<Response> {
  try {
    const result = await act()
    if (result instanceof Response) return result
    return await show(deps, c, result, result?.['wrong'] === true ? 422 : 200)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
    const status = statusOf[error.code]
    if (error.code === 'not_found') return show(deps, c, { kind: 'link_expired' }, status)
    const { message, fields, retryAfter } = error
    const refused = { kind: 'refused', message, fields, values: form }
    return show(deps, c, refused, status, retryAfter)
  }
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
