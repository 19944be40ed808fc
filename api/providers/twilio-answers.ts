import { z } from 'zod'
import type { Outcome, Result } from '../domain/delivery.ts'
import { lost, refusesEveryone, retryAfter } from './http.ts'
import { Refusal } from './twilio-messages.ts'

/** https://www.twilio.com/docs/api/errors */
const invalidNumber = new Set([21211, 21614, 21635])
const optedOut = 21610
const thisRecipient = new Set([...invalidNumber, optedOut, 21408, 21608, 21612])
/** Account, sender or callback URL, and the limit of messages per day. */
const wholeAccount = new Set([
  20003, 20005, 21212, 21603, 21606, 21609, 21659, 21660, 21703, 21705, 30002, 63038,
])
const queueFull = new Set([21611, 30001])

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
  return { kind: 'answered', results: [refused(errorCode ?? 0, errorMessage ?? status)] }
}

/** What a failed request means. Without an answer nobody knows; with a code Twilio says that nothing was accepted. */
export function judgeFailure(error: unknown, signal: AbortSignal): Outcome {
  if (!(error instanceof Refusal)) return lost(error, signal)
  const { status, headers } = error
  const { code, message, title } = refusal.parse(error.body)
  const said = { code: String(code || `http_${status}`), reason: message ?? title ?? error.message }
  const wait = retryAfter(headers)
  if (thisRecipient.has(code)) {
    return { kind: 'answered', results: [refused(code, said.reason)] }
  }
  if (wholeAccount.has(code)) return { kind: 'closed', ...said, retry_after_ms: wait }
  if (queueFull.has(code)) return { kind: 'throttled', ...said, retry_after_ms: wait ?? 60_000 }
  if (status === 429) return { kind: 'throttled', ...said, retry_after_ms: wait ?? 1_000 }
  if (status >= 500 || status === 408 || status === 409) {
    return { kind: 'uncertain', ...said, retry_after_ms: wait }
  }
  return refusesEveryone(status) ? { kind: 'closed', ...said } : { kind: 'refused', ...said }
}

function refused(code: number, reason: string): Result {
  return { kind: 'refused', code: String(code), reason, suppress: suppression(code) }
}

/** Whether an error of Twilio's says that this number should be left alone from now on. */
export function suppression(code: number): 'stop' | 'invalid' | undefined {
  if (code === optedOut) return 'stop'
  return invalidNumber.has(code) || code === 30005 || code === 30006 ? 'invalid' : undefined
}
