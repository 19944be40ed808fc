import { Webhook } from 'standardwebhooks'
import type { Outcome } from '../domain/delivery.ts'
import { HOUR, MINUTE, SECOND } from '../domain/time.ts'
import { posting, type Answer, type PostingSettings } from './posting.ts'
import { tooFast } from './posting-answers.ts'
import { refusedAt } from './posting-failures.ts'
import type { Message, Provider } from './provider.ts'

/** The schedule of Standard Webhooks, after the first attempt. */
const retries = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]

/** https://www.standardwebhooks.com: receivers check the signature and drop an id that they have seen. */
export function webhook(settings: PostingSettings): Provider {
  const address = (message: Message) => ({
    url: message.to,
    headers: signed(message, settings.now()),
  })
  return posting(
    { channel: 'webhook', idempotent: true, retries, readBytes: 1024, address, judge },
    settings,
  )
}

function signed({ id, text, secrets }: Message, now: number): Record<string, string> {
  if (secrets.length === 0) throw new Error('a webhook is never sent without a signature')
  const at = new Date(now)
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, text))
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': signatures.join(' '),
  }
}

/** Only the status counts; a receiver that fails now may be mended within the schedule. */
function judge({ status, ok, text, wait }: Answer): Outcome {
  if (ok)
    return { kind: 'answered', results: [{ kind: 'accepted', provider_id: null, said: text }] }
  if (status === 410) return refusedAt('http_410', 'the receiver says that it is gone', true)
  const said = { code: `http_${status}`, reason: `the receiver answered ${status}` }
  if (status === 429) return tooFast({ ...said, retry_after_ms: wait })
  return { kind: 'deferred', ...said, retry_after_ms: wait }
}
