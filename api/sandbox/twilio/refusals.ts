import type { Wording } from '../disturb.ts'

/** An error in Twilio's shape; https://www.twilio.com/docs/api/errors has the codes. */
export function refuse(status: number, code: number, message: string, headers = {}): Response {
  const more_info = `https://www.twilio.com/docs/errors/${code}`
  return Response.json({ code, message, more_info, status }, { status, headers })
}

const failed = () => refuse(500, 20500, 'An internal error occurred')

export const twilioWording = {
  rate_limited: () => refuse(429, 20429, 'Too many requests', { 'retry-after': '1' }),
  auth_refused: () => refuse(401, 20003, 'Authenticate'),
  quota_exceeded: () => refuse(429, 63038, 'The account exceeded its daily messages limit'),
  error_before: failed,
  error_after: failed,
} satisfies Wording
