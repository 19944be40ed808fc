import { expect, test } from 'vitest'
import { slack } from '../../../api/providers/slack.ts'
import { listen } from '../../support/listen.ts'
import { messageTo, settingsAt } from '../../support/posting.ts'
import { testProvider, type Example } from '../../support/provider-contract.ts'
import { ofAChat, refused } from '../../support/provider-outcomes.ts'

const make = (baseUrl: string) => slack(settingsAt(baseUrl))
const message = (delivery: number) => messageTo('slack', { delivery })

const says = (status: number, body: string, suppress?: 'unreachable'): Example => [
  `${status} ${body} ${suppress ? 'is a goodbye' : 'refuses the message'}`,
  { status, body },
  refused(body, suppress),
]

const answers: Example[] = [
  [
    'ok is a yes',
    { status: 200, body: 'ok' },
    { kind: 'answered', results: [{ kind: 'accepted', provider_id: null }] },
  ],
  says(400, 'invalid_payload'),
  says(400, 'no_text'),
  says(400, 'too_many_attachments'),
  says(400, 'invalid_blocks'),
  says(413, 'too_large'),
  says(400, 'user_not_found', 'unreachable'),
  says(400, 'posting_to_general_channel_denied', 'unreachable'),
  says(400, 'no_service', 'unreachable'),
  says(403, 'action_prohibited', 'unreachable'),
  says(403, 'invalid_token', 'unreachable'),
  says(403, 'team_disabled', 'unreachable'),
  says(404, 'channel_not_found', 'unreachable'),
  says(404, 'no_service', 'unreachable'),
  says(404, 'no_active_hooks', 'unreachable'),
  says(404, 'a_word_of_tomorrow', 'unreachable'),
  says(410, 'channel_is_archived', 'unreachable'),
  [
    'too many requests throttle',
    { status: 429, headers: { 'retry-after': '30' }, body: 'rate_limited' },
    { kind: 'throttled', code: 'rate_limited', retry_after_ms: 30_000 },
  ],
  ['an error of Slack defers', { status: 500, body: 'rollup_error' }, { kind: 'deferred' }],
  [
    'an ok with something else is uncertain',
    { status: 200, body: 'okay' },
    { kind: 'uncertain', code: 'unreadable' },
  ],
  ['another good status is uncertain', { status: 202, body: '' }, { kind: 'uncertain' }],
]

testProvider({ name: 'slack', make, message, outcomes: ofAChat, answers })

test('Slack gets the message as it is, at the URL that it gave', async () => {
  const requests: [string, string, string | null][] = []
  const server = await listen(async (request) => {
    requests.push([request.url, await request.text(), request.headers.get('content-type')])
    return new Response('ok')
  })
  await make(server.url).send([message(7)], 'batch-7', AbortSignal.timeout(10_000))
  await server.close()
  const url = `${server.url}/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX`
  expect(requests).toEqual([[url, message(7).text, 'application/json']])
})
