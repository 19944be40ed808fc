import { urlExample, type UrlChannel } from '../../api/domain/url-address.ts'
import type { PostingSettings } from '../../api/providers/posting.ts'
import type { Message } from '../../api/providers/provider.ts'

/** A fetch for which the whole internet lies at one URL of loopback. */
export function fetchAt(baseUrl: string): typeof fetch {
  return (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input)
    return fetch(new URL(pathname + search, baseUrl), init)
  }
}

/** When the Standard Webhooks vector was signed. */
export const signedAt = 1_614_265_330_000

export function settingsAt(baseUrl: string): PostingSettings {
  return { fetch: fetchAt(baseUrl), userAgent: 'Allclear/1 (tests)', now: () => signedAt }
}

/** A message to the example URL of a channel. */
export function messageTo(channel: UrlChannel, change: Partial<Message> = {}): Message {
  return {
    delivery: 7,
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    to: urlExample[channel],
    subject: '',
    html: '',
    text: '{"test": 2432232314}',
    headers: {},
    secrets: channel === 'webhook' ? ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] : [],
    valid_for_s: 3_600,
    ...change,
  }
}
