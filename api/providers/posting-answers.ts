import type { Outcome } from '../domain/delivery.ts'
import type { Answer } from './posting.ts'
import { refusedAt } from './posting-failures.ts'

/** What the service of a chat said of a message that it did not take. */
export type Refusal = {
  /** In the service's own words; null when a stranger between us and it seems to speak. */
  code: string | null
  reason: string
  /** Its own words say that it takes nothing from us any more. */
  gone?: boolean
}

/**
 * What it means that a chat did not take a message. A webhook that is missing stays missing; that we are not allowed is
 * believed only in the service's own words, for firewalls say so, too.
 */
export function judgeRefusal(answer: Answer, { code, reason, gone = false }: Refusal): Outcome {
  const { status, wait } = answer
  const said = { code: code ?? `http_${status}`, reason }
  if (status === 504) return { kind: 'uncertain', ...said, retry_after_ms: wait }
  if (status === 429) return tooFast({ ...said, retry_after_ms: wait })
  if (status < 400 || status >= 500 || [408, 425].includes(status))
    return { kind: 'deferred', ...said, retry_after_ms: wait }
  if (status === 401 || status === 403)
    return code === null ? { kind: 'deferred', ...said } : refusedAt(said.code, reason, true)
  return refusedAt(said.code, reason, gone || status === 404 || status === 410)
}

/** Whoever asks to be told more slowly is well. */
export function tooFast(said: { code: string; reason: string; retry_after_ms?: number }): Outcome {
  return { kind: 'throttled', ...said, retry_after_ms: said.retry_after_ms ?? 1_000 }
}

/** A good status with an answer that the service does not give. */
export function unreadable(answer: Answer, reason: string): Outcome {
  return answer.broken ?? { kind: 'uncertain', code: 'unreadable', reason }
}

export function accepted(providerId: string | null): Outcome {
  return { kind: 'answered', results: [{ kind: 'accepted', provider_id: providerId }] }
}
