import { resolve as ask } from 'node:dns/promises'
import type { FieldError } from '../domain/error.ts'
import type { DnsQuestion } from '../domain/question.ts'

/** Asks the platform's own resolver, which speaks DNS over HTTPS. */
export function resolve(
  { name, record_type }: Pick<DnsQuestion, 'name' | 'record_type'>,
  signal: AbortSignal,
): Promise<unknown[]> {
  const ended = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error)),
  )
  const answered = ask(name, record_type).then((found: unknown) =>
    Array.isArray(found) ? found : [found],
  )
  return Promise.race([answered, ended])
}

export function complaintsAboutResolver({ resolver }: Pick<DnsQuestion, 'resolver'>): FieldError[] {
  if (resolver === null) return []
  return [{ path: 'resolver', message: 'must be null on Workers, which ask their own resolver' }]
}
