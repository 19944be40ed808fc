import { expect, test } from 'vitest'
import { urlExample } from '../../../api/domain/url-address.ts'
import { teams } from '../../../api/providers/teams.ts'
import { listen } from '../../support/listen.ts'
import { messageTo, settingsAt } from '../../support/posting.ts'
import { testProvider, type Example } from '../../support/provider-contract.ts'
import { ofAChat, refused } from '../../support/provider-outcomes.ts'

const make = (baseUrl: string) => teams(settingsAt(baseUrl))
const message = (delivery: number) => messageTo('teams', { delivery })

const accepted = { kind: 'answered', results: [{ kind: 'accepted', provider_id: null }] }
const error = (status: number, code: string) => ({
  status,
  body: { error: { code, message: 'The trigger has a secret name.' } },
})
const connector = (text: string) => ({ status: 200, body: text })
const failed = (status: number) =>
  connector(
    `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status} with ContextId tcid=0,server=msgapi-production,cv=abc..`,
  )

const answers: Example[] = [
  ['a workflow that was started is a yes', { status: 202, body: '' }, accepted],
  ['a workflow that answers in its own words is a yes', { status: 201, body: { a: 1 } }, accepted],
  ['a connector’s 1 is a yes', connector('1'), accepted],
  [
    'a workflow that is off or deleted is a goodbye',
    error(400, 'WorkflowTriggerIsNotEnabled'),
    {
      kind: 'answered',
      results: [{ reason: 'Teams answered WorkflowTriggerIsNotEnabled', suppress: 'unreachable' }],
    },
  ],
  [
    'an unknown workflow is a goodbye',
    error(404, 'WorkflowNotFound'),
    refused('WorkflowNotFound', 'unreachable'),
  ],
  [
    'a workflow for members only is a goodbye',
    error(401, 'DirectApiAuthorizationRequired'),
    refused('DirectApiAuthorizationRequired', 'unreachable'),
  ],
  [
    'a forbidden workflow is a goodbye',
    error(403, 'Forbidden'),
    refused('Forbidden', 'unreachable'),
  ],
  [
    'a body that does not fit is refused',
    error(400, 'TriggerInputSchemaMismatch'),
    refused('TriggerInputSchemaMismatch'),
  ],
  [
    'a removed connector is a goodbye',
    { status: 410, body: 'gone' },
    refused('http_410', 'unreachable'),
  ],
  ['too large a card is refused', { status: 413, body: '' }, refused('http_413')],
  [
    'too many requests throttle',
    { ...error(429, 'WorkflowRunThrottled'), headers: { 'retry-after': '12' } },
    { kind: 'throttled', code: 'WorkflowRunThrottled', retry_after_ms: 12_000 },
  ],
  ['a 429 behind a connector throttles', failed(429), { kind: 'throttled', code: 'http_429' }],
  ['a 500 behind a connector defers', failed(500), { kind: 'deferred', code: 'http_500' }],
  ['a 504 behind a connector is uncertain', failed(504), { kind: 'uncertain' }],
  ['a 400 behind a connector is refused', failed(400), refused('http_400')],
  ['a 413 behind a connector is refused', failed(413), refused('http_413')],
  ['a 403 behind a connector is a goodbye', failed(403), refused('http_403', 'unreachable')],
  ['a 404 behind a connector is a goodbye', failed(404), refused('http_404', 'unreachable')],
  [
    'a connector in fewer words is understood',
    connector('Microsoft Teams endpoint returned HTTP error 429 with ContextId 1.'),
    { kind: 'throttled', code: 'http_429' },
  ],
  [
    'a connector that cannot reach Teams defers',
    connector(
      'Webhook message delivery failed with error: Error contacting Microsoft Teams endpoint',
    ),
    { kind: 'deferred' },
  ],
  [
    'an exception of a connector defers',
    connector('System.Net.Http.HttpRequestException: Error while copying content to a stream.'),
    { kind: 'deferred' },
  ],
]

/** What a workflow answers is up to its maker. */
const outcomes = {
  ...ofAChat,
  'a 200 with garbage': accepted,
  'a 200 with nothing': accepted,
  'a 200 with other JSON': accepted,
  'a 200 with null': accepted,
  'an answer that never ends': accepted,
}

testProvider({ name: 'teams', make, message, outcomes, answers })

test('a workflow is asked with its whole query, which holds its key', async () => {
  const requests: [string, string][] = []
  const server = await listen(async (request) => {
    requests.push([request.url, await request.text()])
    return new Response(null, { status: 202 })
  })
  await make(server.url).send([message(7)], 'batch-7', AbortSignal.timeout(10_000))
  await server.close()
  const { pathname, search } = new URL(urlExample.teams)
  expect(requests).toEqual([[server.url + pathname + search, message(7).text]])
})
