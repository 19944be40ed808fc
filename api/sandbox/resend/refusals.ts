import type { Wording } from '../disturb.ts'

/** An error in Resend's shape. */
export function refuse(status: number, name: string, message: string, headers = {}): Response {
  return Response.json({ statusCode: status, name, message }, { status, headers })
}

const failed = () => refuse(500, 'application_error', 'An unexpected error occurred.')

export const resendWording = {
  rate_limited: () =>
    refuse(429, 'rate_limit_exceeded', 'Too many requests.', { 'retry-after': '1' }),
  auth_refused: () => refuse(403, 'invalid_api_key', 'The API key is not valid.'),
  quota_exceeded: () => refuse(429, 'daily_quota_exceeded', 'The daily sending quota is used up.'),
  error_before: failed,
  error_after: failed,
} satisfies Wording
