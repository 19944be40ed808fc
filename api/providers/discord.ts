import { z } from 'zod'
import type { Outcome } from '../domain/delivery.ts'
import { parseJson } from './http.ts'
import { LONGEST_WAIT, posting, type Answer, type PostingSettings } from './posting.ts'
import { accepted, judgeRefusal, tooFast, unreadable } from './posting-answers.ts'
import type { Provider } from './provider.ts'

const message = z.object({ id: z.string().regex(/^\d{1,20}$/) })
const refusal = z.object({ code: z.int(), message: z.string() })
const limit = z.object({ retry_after: z.number().nonnegative() })

/** Discord's webhooks. They know no idempotency. */
export function discord(settings: PostingSettings): Provider {
  return posting(
    { channel: 'discord', idempotent: false, readBytes: 64 * 1024, address, judge },
    settings,
  )
}

/**
 * `wait` makes Discord answer when the message is there instead of before. Only with a version are times in seconds: the
 * oldest one, which counts in milliseconds, is what a URL without a version means.
 */
function address({ to }: { to: string }) {
  const url = new URL(to)
  url.pathname = url.pathname.replace(/^\/api\/webhooks\//, '/api/v10/webhooks/')
  url.searchParams.set('wait', 'true')
  return { url: url.href }
}

function judge(answer: Answer): Outcome {
  const { status } = answer
  const json = parseJson(answer.text)
  if (status === 204) return accepted(null)
  if (answer.ok) {
    const posted = message.safeParse(json)
    return posted.success
      ? accepted(posted.data.id)
      : unreadable(answer, 'the answer is not a message of Discord')
  }
  if (status === 429) return judgeLimit(answer, json)
  const said = refusal.safeParse(json)
  return judgeRefusal(
    answer,
    said.success
      ? { code: String(said.data.code), reason: said.data.message.slice(0, 200) }
      : { code: null, reason: `Discord answered ${status}` },
  )
}

/** Its body is more precise than its header, but comes from Discord alone and not from the network in front of it. */
function judgeLimit(answer: Answer, json: unknown): Outcome {
  const own = limit.safeParse(json)
  const wait = own.success
    ? Math.min(Math.ceil(own.data.retry_after * 1000), LONGEST_WAIT)
    : answer.wait
  return tooFast({
    code: 'http_429',
    reason: 'Discord asks us to be slower',
    retry_after_ms: wait,
  })
}
