import type { Saying } from './message.ts'

export const errorCodes = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'too_many',
  'unavailable',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** Where a value was wrong and what is allowed there, e.g. `{ path: 'components.0.status', message: '...' }`. */
export type FieldError = {
  path: string
  message: string
  /** The message for readers of other languages; where it can be seen on a public page. */
  say?: Saying
}

/** The one error that a caller is meant to read. Anything else that is thrown is a bug. */
export class DomainError extends Error {
  readonly code: ErrorCode
  readonly fields: FieldError[]
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined
  /** The message for readers of other languages; where it can be seen on a public page and no field says more. */
  readonly say: Saying | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { fields?: FieldError[]; retryAfter?: number; say?: Saying; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'DomainError'
    this.code = code
    this.fields = options.fields ?? []
    this.retryAfter = options.retryAfter
    this.say = options.say
  }
}
