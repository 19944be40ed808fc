import { expect, test } from 'vitest'
import { discord } from '../../../api/providers/discord.ts'
import { listen } from '../../support/listen.ts'
import { messageTo, settingsAt } from '../../support/posting.ts'
import { testProvider, type Example } from '../../support/provider-contract.ts'
import { ofAChat, refused } from '../../support/provider-outcomes.ts'

const make = (baseUrl: string) => discord(settingsAt(baseUrl))
const message = (delivery: number) => messageTo('discord', { delivery })

const accepted = (provider_id: string | null) => ({
  kind: 'answered',
  results: [{ kind: 'accepted', provider_id }],
})
const error = (status: number, code: number, message: string) => ({
  status,
  body: { code, message },
})
const limited = (body: object, headers?: Record<string, string>) => ({
  status: 429,
  headers,
  body: { message: 'You are being rate limited.', ...body },
})

const answers: Example[] = [
  [
    'a message has its id',
    { status: 200, body: { id: '1310000000000000001', type: 0, content: 'x'.repeat(20_000) } },
    accepted('1310000000000000001'),
  ],
  ['no content is a yes', { status: 204, body: '' }, accepted(null)],
  ['an id that is none is uncertain', { status: 200, body: { id: 7 } }, { kind: 'uncertain' }],
  [
    'an unknown webhook is a goodbye',
    error(404, 10015, 'Unknown Webhook'),
    {
      kind: 'answered',
      results: [{ code: '10015', reason: 'Unknown Webhook', suppress: 'unreachable' }],
    },
  ],
  [
    'an unknown channel is a goodbye',
    error(404, 10003, 'Unknown Channel'),
    refused('10003', 'unreachable'),
  ],
  [
    'a wrong token is a goodbye',
    error(401, 50027, 'Invalid Webhook Token'),
    refused('50027', 'unreachable'),
  ],
  [
    'a missing permission is a goodbye',
    error(403, 50013, 'Missing Permissions'),
    refused('50013', 'unreachable'),
  ],
  ['an invalid form refuses the message', error(400, 50035, 'Invalid Form Body'), refused('50035')],
  [
    'an empty message is refused',
    error(400, 50006, 'Cannot send an empty message'),
    refused('50006'),
  ],
  [
    'too large a request is refused',
    error(413, 40005, 'Request entity too large'),
    refused('40005'),
  ],
  [
    'the limit of the webhook throttles until it has passed',
    limited({ retry_after: 1.337, global: false }, { 'retry-after': '2' }),
    { kind: 'throttled', retry_after_ms: 1_337 },
  ],
  [
    'a limit of a year throttles for a day',
    limited({ retry_after: 31_536_000 }),
    { kind: 'throttled', retry_after_ms: 86_400_000 },
  ],
  [
    'the limit of all throttles as well',
    limited({ retry_after: 64.57, global: true }),
    { kind: 'throttled', retry_after_ms: 64_570 },
  ],
  [
    'a limit in other words throttles for a second',
    limited({ retry_after: 'soon' }),
    { kind: 'throttled', retry_after_ms: 1_000 },
  ],
]

testProvider({ name: 'discord', make, message, outcomes: ofAChat, answers })

test.each([
  ['a webhook', '/api/webhooks/1/abc', '/api/v10/webhooks/1/abc?wait=true'],
  [
    'a thread',
    '/api/webhooks/1/abc?thread_id=42',
    '/api/v10/webhooks/1/abc?thread_id=42&wait=true',
  ],
])(
  '%s is asked to wait for the message, in a version whose times are seconds',
  async (_sentence, path, asked) => {
    const requests: [string, string][] = []
    const server = await listen(async (request) => {
      requests.push([request.url, await request.text()])
      return Response.json({ id: '1' })
    })
    const to = `https://discord.com${path}`
    const sent = messageTo('discord', { to })
    await make(server.url).send([sent], 'batch-7', AbortSignal.timeout(10_000))
    await server.close()
    expect(requests).toEqual([[server.url + asked, sent.text]])
  },
)
