import { z } from 'zod'
import type { Outcome } from '../domain/delivery.ts'
import { posting, type Answer, type PostingSettings } from './posting.ts'
import { accepted, judgeRefusal, unreadable } from './posting-answers.ts'
import type { Provider } from './provider.ts'

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: one word says what is wrong. */
const word = z.string().regex(/^[a-z_]{2,60}$/)
/** No message will ever be taken again, whatever the status beside it. */
const gone = new Set([
  'action_prohibited',
  'channel_is_archived',
  'channel_not_found',
  'invalid_token',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'posting_to_general_channel_denied',
  'team_disabled',
  'user_not_found',
])

/** Slack's incoming webhooks. They know no idempotency, and nobody can look what was posted. */
export function slack(settings: PostingSettings): Provider {
  return posting(
    {
      channel: 'slack',
      idempotent: false,
      readBytes: 1024,
      address: ({ to }) => ({ url: to }),
      judge,
    },
    settings,
  )
}

function judge(answer: Answer): Outcome {
  const text = answer.text.trim()
  if (answer.ok) {
    if (text === 'ok') return accepted(null)
    return unreadable(answer, 'the answer is not Slack’s')
  }
  const said = word.safeParse(text)
  if (!said.success)
    return judgeRefusal(answer, { code: null, reason: `Slack answered ${answer.status}` })
  const reason = `Slack answered ${said.data}`
  return judgeRefusal(answer, { code: said.data, reason, gone: gone.has(said.data) })
}
