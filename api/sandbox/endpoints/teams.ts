import { objectIn } from './json.ts'

/** Power Automate words its failures as Azure does. */
const refuse = (status: number, code: string, message: string, headers = {}) =>
  Response.json({ error: { code, message } }, { status, headers })
const failed = () => refuse(500, 'InternalServerError', 'Encountered internal server error.')

export const teamsWording = {
  rate_limited: () =>
    refuse(429, 'WorkflowRunActionThrottled', 'Rate limit is exceeded. Try again in 1 seconds.', {
      'retry-after': '1',
    }),
  gone: () => refuse(404, 'WorkflowNotFound', 'The workflow could not be found.'),
  error_before: failed,
  error_after: failed,
}

/** Teams shows nothing longer. */
const longestMessage = 28 * 1024

/** A workflow accepts and looks at the card only later. */
export function teamsAnswer(body: string): Response {
  if (objectIn(body) === null)
    return refuse(400, 'InvalidRequestContent', 'The request content is not valid JSON.')
  if (new TextEncoder().encode(body).length > longestMessage)
    return refuse(413, 'RequestEntityTooLarge', 'The message is larger than 28 KB.')
  return new Response(null, { status: 202 })
}
