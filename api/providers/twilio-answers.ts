import { z } from 'zod'
import type { Outcome } from '../domain/delivery.ts'
import { lost, refusesEveryone, retryAfter } from './http.ts'
import { judgeCode, refusedResult } from './twilio-errors.ts'
import { Refusal } from './twilio-messages.ts'

const created = z.object({
  sid: z.string().regex(/^(SM|MM)[0-9a-f]{32}$/),
  status: z.string(),
  errorCode: z.int().nullish().catch(null),
  errorMessage: z.string().nullish().catch(null),
})

const refusal = z
  .object({
    code: z.coerce.number().int().catch(0),
    message: z.string().optional().catch(undefined),
    title: z.string().optional().catch(undefined),
  })
  .catch({ code: 0 })

/** What a created message means; one that failed at birth gets no callback any more. */
export function judgeCreated(message: unknown): Outcome {
  const parsed = created.safeParse(message)
  if (!parsed.success) {
    return {
      kind: 'uncertain',
      code: 'unreadable',
      reason: 'the answer is not a message of Twilio',
    }
  }
  const { sid, status, errorCode, errorMessage } = parsed.data
  if (status !== 'failed' && status !== 'undelivered') {
    return { kind: 'answered', results: [{ kind: 'accepted', provider_id: sid }] }
  }
  const [code, reason] = [errorCode ?? 0, errorMessage ?? status]
  const judged = judgeCode(code, { code: String(code), reason })
  return judged ?? { kind: 'answered', results: [refusedResult(code, reason)] }
}

/** What a failed request means. Without an answer nobody knows; with a code Twilio says that nothing was accepted. */
export function judgeFailure(error: unknown, signal: AbortSignal): Outcome {
  if (!(error instanceof Refusal)) return lost(error, signal)
  const { status, headers } = error
  const { code, message, title } = refusal.parse(error.body)
  const said = { code: String(code || `http_${status}`), reason: message ?? title ?? error.message }
  const wait = retryAfter(headers)
  const judged = judgeCode(code, { ...said, retry_after_ms: wait })
  if (judged) return judged
  if (status === 429) return { kind: 'throttled', ...said, retry_after_ms: wait ?? 1_000 }
  if (status >= 500 || status === 408 || status === 409) {
    return { kind: 'uncertain', ...said, retry_after_ms: wait }
  }
  return refusesEveryone(status) ? { kind: 'closed', ...said } : { kind: 'refused', ...said }
}
