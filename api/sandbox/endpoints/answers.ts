import type { Wording } from '../disturb.ts'
import type { PostChannel } from '../mailbox.ts'
import { discordAnswer, discordWording } from './discord.ts'
import { isObject, objectIn } from './json.ts'
import { slackAnswer, slackWording } from './slack.ts'
import { teamsAnswer, teamsWording } from './teams.ts'

/** How each answers what is posted to it: 2xx when it was taken. */
type Endpoint = { answer(body: string, url: URL, id: string): Response; wording: Wording }

const failed = () => new Response('Internal Server Error', { status: 500 })

export const answers: Record<PostChannel, Endpoint> = {
  slack: { answer: slackAnswer, wording: slackWording },
  teams: { answer: teamsAnswer, wording: teamsWording },
  discord: { answer: discordAnswer, wording: discordWording },
  webhook: {
    answer: webhookAnswer,
    wording: {
      rate_limited: () =>
        new Response('Too Many Requests', { status: 429, headers: { 'retry-after': '1' } }),
      gone: () => new Response('Gone', { status: 410 }),
      error_before: failed,
      error_after: failed,
    },
  },
}

/** Takes everything; one with `/echo` in its path answers challenges by itself. */
function webhookAnswer(body: string, url: URL): Response {
  const data = objectIn(body)?.['data']
  const challenge = isObject(data) ? data['challenge'] : undefined
  return typeof challenge === 'string' && url.pathname.includes('/echo')
    ? Response.json({ challenge })
    : new Response('ok')
}
