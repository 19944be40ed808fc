import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import type { Scope } from '../domain/words.ts'
import { authenticate, requireScope } from './auth.ts'
import { fieldsOf, type Fields } from './forms.ts'
import { statusOf, type Env } from './openapi.ts'
import { show } from './operator.ts'

/** Lets a page of the console be seen by whoever has the scope; nobody's session leads to the sign-in. */
export function visitor(deps: Deps, scope: Scope) {
  const authorise = requireScope(deps, scope)
  return createMiddleware<Env>(async function signInFirst(c, next) {
    if (!(await authenticate(deps, c))) return c.redirect('/operator/sign-in', 303)
    return authorise(c, next)
  })
}

/** A page of the console, with who looks at it; what its facts need, whoever sees it needs. */
export async function showPage(
  deps: Deps,
  c: Context<Env>,
  path: string,
  locals: object = {},
  status = 200,
  scope: Scope = 'read',
): Promise<Response> {
  const principal = await authenticate(deps, c)
  if (!principal?.scopes.includes(scope))
    throw new DomainError('forbidden', `this key lacks the scope ${scope}`)
  return show(deps, c, path, status, {
    form_key: deps.newId(),
    operator: { name: principal.name, scopes: principal.scopes },
    ...locals,
  })
}

/** Runs a form's verb and shows or goes to what it returns; a refusal shows its page again, with what was typed. */
export async function answerOn(
  deps: Deps,
  c: Context<Env>,
  path: string,
  act: (form: Fields) => Promise<string | Response>,
): Promise<Response> {
  const form = await fieldsOf(c)
  try {
    const next = await act(form)
    return next instanceof Response ? next : c.redirect(next, 303)
  } catch (error) {
    if (!(error instanceof DomainError) || ['unavailable', 'not_found'].includes(error.code))
      throw error
    const { message, fields, code } = error
    const { secret: _secret, ...values } = form
    const result = { kind: 'refused', message, fields, values }
    const form_action = new URL(c.req.url).pathname
    return showPage(deps, c, path, { result, form_action }, statusOf[code])
  }
}
