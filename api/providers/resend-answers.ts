import type { ErrorResponse, Response as SdkResponse } from 'resend'
import { z } from 'zod'
import type { Limits, Outcome, Result } from '../domain/delivery.ts'
import { refusesEveryone, retryAfter } from './http.ts'

const acceptance = z.object({
  data: z.array(z.object({ id: z.string().min(1) })),
  errors: z.array(z.object({ index: z.int().min(0), message: z.string() })).nullish(),
})

const refusal = z
  .object({
    name: z.string().catch('unnamed'),
    message: z.string().catch('Resend gave no reason'),
  })
  .catch({ name: 'unreadable', message: 'the answer is not in Resend’s form' })

/** The body of an error in the SDK's shape, with the status of HTTP instead of the one that the body claims. */
export function toError(status: number, body: unknown): ErrorResponse {
  return { ...refusal.parse(body), statusCode: status } as ErrorResponse
}

/** What Resend's answer to a batch of `count` mails means for each of them. */
export function judge(answer: SdkResponse<unknown>, count: number): Outcome {
  const headers = new Headers(answer.headers ?? {})
  const limits = readLimits(headers)
  if (answer.error !== null) return refuse(answer.error, headers, limits)
  const accepted = acceptance.safeParse(answer.data)
  const results = accepted.success ? align(accepted.data, count) : null
  if (results !== null) return { kind: 'answered', results, limits }
  return { kind: 'uncertain', code: 'unreadable', reason: 'the answer does not fit the batch' }
}

/** Ids come for the accepted mails only, in order; the refused ones are named by their index. */
function align(accepted: z.infer<typeof acceptance>, count: number): Result[] | null {
  const refused = new Map(accepted.errors?.map((error) => [error.index, error.message]))
  const ids = accepted.data.map((mail) => mail.id)
  if (ids.length + refused.size !== count) return null
  if ([...refused.keys()].some((index) => index >= count)) return null
  const id = ids.values()
  return Array.from({ length: count }, (_, index): Result => {
    const reason = refused.get(index)
    if (reason === undefined) return { kind: 'accepted', provider_id: id.next().value ?? '' }
    const suppress = reason.includes('`to`') ? 'invalid' : undefined
    return { kind: 'refused', code: 'validation_error', reason, suppress }
  })
}

/** By Resend's name where it says more than the status does; an unknown refusal is final, an unknown failure is not. */
function refuse(error: ErrorResponse, headers: Headers, limits: Limits | undefined): Outcome {
  const said = { code: error.name as string, reason: error.message }
  const wait = retryAfter(headers)
  const status = error.statusCode ?? 0
  switch (said.code) {
    case 'invalid_idempotent_request':
      return { kind: 'drifted', ...said }
    case 'invalid_from_address':
    case 'daily_quota_exceeded':
    case 'monthly_quota_exceeded':
      return { kind: 'closed', ...said, retry_after_ms: wait }
  }
  if (status === 409) return { kind: 'uncertain', ...said, retry_after_ms: wait ?? 2_000 }
  if (status === 429) {
    return { kind: 'throttled', ...said, retry_after_ms: wait ?? limits?.reset_ms ?? 1_000, limits }
  }
  if (status >= 500 || status === 408) return { kind: 'uncertain', ...said, retry_after_ms: wait }
  return refusesEveryone(status) ? { kind: 'closed', ...said } : { kind: 'refused', ...said }
}

/** draft-ietf-httpapi-ratelimit-headers-06, with seconds. */
function readLimits(headers: Headers): Limits | undefined {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers.get(`ratelimit-${name}`)?.match(/^\d+/)?.[0] ?? Number.NaN),
  ) as [number, number, number]
  if (!Number.isFinite(limit) || !Number.isFinite(remaining)) return undefined
  return { limit, remaining, reset_ms: Number.isFinite(reset) ? reset * 1000 : 1_000 }
}
