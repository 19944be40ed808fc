import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Actor } from '../actions/save.ts'
import { DomainError, type ErrorCode, type FieldError } from '../domain/error.ts'
import { isMessageKey } from '../domain/message.ts'
import { wrongField } from '../domain/refusal.ts'
import type { Scope } from '../domain/words.ts'

export type Env = {
  /** Handed in by the entry file; absent where the runtime cannot tell. */
  Bindings: { clientIp?: string | undefined; internal?: boolean }
  Variables: {
    requestId: string
    /** Set by `requireScope`. */
    actor: Actor
    scopes: Scope[]
    keyName: string
  }
}

/** A router whose routes answer what their schemas refuse with field paths. */
export function routes(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({
    defaultHook(result) {
      if (!result.success) throw refusal(result.error)
    },
  })
}

/** A value that arrived outside a declared route, such as a form, against its schema. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw refusal(parsed.error)
  return parsed.data
}

/** The error of a value that a schema refused; schemas of public forms give the key of a sentence as their message. */
export function refusal(error: { issues: z.core.$ZodIssue[] }): DomainError {
  const fields = error.issues.flatMap(fieldErrors)
  const [first, ...others] = fields.map(({ path, message }) =>
    path === '' ? message : `${path}: ${message}`,
  )
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  return new DomainError('invalid', `${first}${more}`, { fields })
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: 'is not known here',
    }))
  return [
    isMessageKey(issue.message)
      ? wrongField(path.join('.'), { key: issue.message, values: valuesOf(issue) })
      : { path: path.join('.'), message: issue.message },
  ]
}

/** What a sentence may tell of a limit. */
function valuesOf(issue: z.core.$ZodIssue): Record<string, string | number> {
  if (issue.code === 'invalid_value') return { allowed: issue.values.map(String).join(', ') }
  if (issue.code === 'too_big') return { most: Number(issue.maximum) }
  return {}
}

/** The one table of codes and statuses. */
export const statusOf = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>

/** RFC 9457. */
export const problem = z
  .object({
    type: z.string().openapi({ example: 'about:blank' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().openapi({ description: 'Stable; decide on this one.', example: 'invalid' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ example: [{ path: 'components.0.status', message: 'Invalid option' }] }),
    request_id: z.string().optional(),
  })
  .openapi('Problem')

const meanings: Record<ErrorCode, string> = {
  invalid: 'Something in the request is not allowed; `errors` says where and what is.',
  unauthenticated: 'No key or session, or one that is not known.',
  forbidden: 'The key lacks the scope.',
  not_found: 'There is no such thing.',
  conflict: 'It contradicts the present state.',
  too_large: 'The request is too large.',
  too_many: 'Too many requests; `Retry-After` says when to try again.',
  unavailable: 'The database does not answer; `Retry-After` says when to try again.',
}

type Declared<C extends ErrorCode> = {
  [K in C as (typeof statusOf)[K]]: {
    description: string
    content: { 'application/problem+json': { schema: typeof problem } }
  }
}

/** The refusals that a route declares: `responses: { 201: ..., ...problems('invalid', 'conflict') }`. */
export function problems<C extends ErrorCode>(...codes: C[]): Declared<C> {
  return Object.fromEntries(
    codes.map((code) => [
      statusOf[code],
      {
        description: meanings[code],
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  ) as Declared<C>
}

/** The refusals of every operator's route. */
export const operatorProblems = problems('unauthenticated', 'forbidden', 'invalid', 'unavailable')

/** What an operator's route accepts as proof; the schemes are registered where the document is made. */
export const operatorSecurity: Record<string, string[]>[] = [{ key: [] }, { session: [] }]

/** How an error reads on the wire. */
export function problemOf(error: DomainError, requestId: string | undefined): Response {
  const status = statusOf[error.code]
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (error.retryAfter !== undefined) headers.set('retry-after', String(error.retryAfter))
  if (error.code === 'unauthenticated') headers.set('www-authenticate', 'Bearer')
  const body: z.input<typeof problem> = {
    type: 'about:blank',
    title: error.code.replaceAll('_', ' '),
    status,
    detail: error.message,
    code: error.code,
    ...(error.fields.length > 0
      ? { errors: error.fields.map(({ path, message }) => ({ path, message })) }
      : {}),
    ...(requestId ? { request_id: requestId } : {}),
  }
  return new Response(JSON.stringify(body), { status, headers })
}
