import { DomainError, type ErrorCode, type FieldError } from './error.ts'
import { speak, type Saying } from './message.ts'

const english = speak('en')

/** A refusal that people read in their own language, and programs in English. */
export function refused(
  code: ErrorCode,
  say: Saying,
  { retryAfter }: { retryAfter?: number } = {},
): DomainError {
  const message = english(say.key, say.values)
  return new DomainError(code, message, retryAfter === undefined ? { say } : { say, retryAfter })
}

/** What is wrong with one field, for both. */
export function wrongField(path: string, say: Saying): FieldError {
  return { path, message: english(say.key, say.values), say }
}

/** The refusal of a request of which these fields, one at least, are wrong. */
export function refusedFields(fields: FieldError[]): DomainError {
  const [first] = fields
  return new DomainError('invalid', `${first!.path}: ${first!.message}`, { fields })
}
