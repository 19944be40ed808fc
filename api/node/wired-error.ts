import { DomainError, type ErrorCode } from '../domain/error.ts'

const kept = ['code', 'extendedCode', 'rawCode', 'retryAfter'] as const

export type WiredError = {
  name: string
  message: string
  stack?: string
  cause?: WiredError
} & Partial<Record<(typeof kept)[number], unknown>>

/** Threads hand errors on without what makes them ours. */
export function wiredError(error: unknown): WiredError {
  const { name, message, stack, cause, ...fields } =
    error instanceof Error ? error : new Error(String(error))
  const known = kept.filter((field) => field in fields)
  return {
    name,
    message,
    ...(stack ? { stack } : {}),
    ...Object.fromEntries(known.map((field) => [field, (fields as WiredError)[field]])),
    ...(cause === undefined ? {} : { cause: wiredError(cause) }),
  }
}

export function errorOf({ name, message, stack, cause, ...fields }: WiredError): Error {
  const options = cause ? { cause: errorOf(cause) } : {}
  if (name === 'DomainError')
    return new DomainError(fields.code as ErrorCode, message, {
      ...options,
      ...(typeof fields.retryAfter === 'number' ? { retryAfter: fields.retryAfter } : {}),
    })
  return Object.assign(new Error(message, options), { name, stack, ...fields })
}
