import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKey } from '../../../api/actions/access/keys.ts'
import { MINUTE, SECOND } from '../../../api/domain/time.ts'
import type { Scope } from '../../../api/domain/words.ts'
import { page, sampleBuckets, watches } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { operator } from '../../support/telling.ts'

let served: Administered
let office: { authorization: string }

beforeEach(async () => {
  served = await administered()
  office = await keyOf('office', 'probes:report')
})
afterEach(() => served[Symbol.asyncDispose]())

async function keyOf(name: string, ...scopes: Scope[]) {
  const { token } = await createKey(served.deps, operator, { name, scopes })
  return { authorization: `Bearer ${token}` }
}

async function questions(headers = office) {
  const answer = await served.api('/api/agent/questions', { headers })
  return { status: answer.status, json: await answer.json() }
}

async function answers(body: unknown, headers = office) {
  const answer = await served.api('/api/agent/answers', { method: 'POST', body, headers })
  return { status: answer.status, json: await answer.json() }
}

const watch = (key: string, given: object = {}) =>
  served.send('POST', 'probes', {
    key,
    component: 'checkout',
    url: `https://${key}.example/health`,
    headers: { 'x-token': 's3cret' },
    regions: ['office'],
    ...given,
  })

const ok = { outcome: 'ok', latency_ms: 80, status: 200, reason: '' }
const failed = { outcome: 'failed', latency_ms: 80, status: 503, reason: 'answered 503' }

/** What is asked, answered by the same sample, so long ago. */
async function answerAll(sample: object, ago = 0, headers = office) {
  const { json } = await questions(headers)
  const asked_at = served.clock.now() - ago
  return answers(
    {
      answers: json.questions.map(({ id, lease }: { id: string; lease: number }) => ({
        id,
        lease,
        asked_at,
        sample,
      })),
    },
    headers,
  )
}

const believed = async (key: string) => (await served.send('GET', `probes/${key}`)).json

describe('an agent is asked', () => {
  test('what is due in its region, once, with all that it needs and no more', async () => {
    const { json: probe } = await watch('intern')
    await watch('elsewhere', { regions: ['berlin'] })
    await watch('here', { regions: [] })
    await served.deps.db.update(page).set({ canaries: ['https://canary.example/'] })
    expect(await questions()).toEqual({
      status: 200,
      json: {
        region: 'office',
        now: served.clock.now(),
        ask_again_ms: 2000,
        canaries: ['https://canary.example/'],
        questions: [
          {
            id: probe.id,
            lease: 1,
            due_at: served.clock.now(),
            timeout_ms: 10_000,
            question: {
              kind: 'http',
              url: 'https://intern.example/health',
              method: 'GET',
              headers: { 'x-token': 's3cret' },
              body: '',
              expect_status: [],
              expect_text: '',
              forbid_text: '',
              expect_json: [],
              max_redirects: 3,
              tls_expiry_days: [21, 14, 7, 3, 1],
            },
          },
        ],
      },
    })
    expect((await questions()).json.questions).toEqual([])
  })

  test('again when it never answered, once its time is over', async () => {
    await watch('intern')
    await questions()
    served.clock.advance(MINUTE)
    expect((await questions()).json.questions).toEqual([])
    served.clock.advance(MINUTE)
    expect((await questions()).json.questions).toMatchObject([{ lease: 2 }])
  })

  test('nothing of a probe that is paused', async () => {
    await watch('intern')
    await served.send('PATCH', 'probes/intern', { paused: true })
    expect((await questions()).json.questions).toEqual([])
  })
})

describe('what an agent heard', () => {
  test('is judged here: down after three failures, with all that follows', async () => {
    await watch('intern')
    for (let i = 0; i < 3; i++) {
      expect(await answerAll(failed)).toEqual({ status: 200, json: { accepted: 1, ignored: [] } })
      served.clock.advance(10 * SECOND)
    }
    const since = new Date(served.clock.now() - 30 * SECOND).toISOString()
    expect(await believed('intern')).toMatchObject({
      state: 'down',
      state_since: since,
      regions: [{ region: 'office', state: 'down', since, latency_ms: 80, reason: 'answered 503' }],
    })
    expect((await served.send('GET', 'alerts?status=open')).json.alerts).toMatchObject([
      { event_type: 'probe.down' },
    ])
    await served.settled()
    expect(await served.published('/')).toContain('Major outage')
  })

  test('counts once, however often it is reported', async () => {
    await watch('intern')
    const { json } = await questions()
    const { id, lease } = json.questions[0]
    const answer = { id, lease, asked_at: served.clock.now(), sample: ok }
    const twice = await answers({ answers: [answer, answer] })
    expect(twice.json).toEqual({ accepted: 1, ignored: [{ id, reason: 'superseded' }] })
    expect((await answers({ answers: [answer] })).json).toEqual({
      accepted: 0,
      ignored: [{ id, reason: 'superseded' }],
    })
    const buckets = await served.deps.db.select().from(sampleBuckets)
    expect(buckets.map(({ ok, failed }) => [ok, failed])).toEqual([[1, 0]])
  })

  test.each<[string, number, string | null]>([
    ['of four minutes ago', 4 * MINUTE, null],
    ['of six minutes ago', 6 * MINUTE, 'late'],
    ['of a clock that is seconds ahead', -30 * SECOND, null],
    ['of a clock that is minutes ahead', -2 * MINUTE, 'future'],
  ])('%s is believed, or ignored with its reason', async (_, ago, reason) => {
    await watch('intern')
    const { json } = await answerAll(ok, ago)
    expect(json.accepted).toBe(reason ? 0 : 1)
    expect(json.ignored.map((one: { reason: string }) => one.reason)).toEqual(
      reason ? [reason] : [],
    )
    const at = Date.parse((await believed('intern')).last_checked_at ?? '') || null
    expect(at).toBe(reason ? null : served.clock.now() - Math.max(0, ago))
  })

  test('is ignored where the probe was changed meanwhile, paused, or is not its own', async () => {
    const { json: probe } = await watch('intern')
    await watch('berlin', { regions: ['berlin'] })
    const asked_at = served.clock.now()
    const { json } = await questions()
    const berlin = (await questions(await keyOf('berlin', 'probes:report'))).json.questions[0]
    await served.send('PATCH', 'probes/intern', { timeout_ms: 900 })
    const stale = { id: probe.id, lease: json.questions[0].lease, asked_at, sample: failed }
    const foreign = { id: berlin.id, lease: berlin.lease, asked_at, sample: failed }
    const unknown = { ...stale, id: 'nobody' }
    expect((await answers({ answers: [stale, foreign, unknown] })).json).toEqual({
      accepted: 0,
      ignored: [
        { id: probe.id, reason: 'superseded' },
        { id: berlin.id, reason: 'unknown' },
        { id: 'nobody', reason: 'unknown' },
      ],
    })
    await served.send('PATCH', 'probes/intern', { paused: true })
    expect((await answers({ answers: [stale] })).json.ignored).toMatchObject([
      { reason: 'unknown' },
    ])
    expect((await served.deps.db.select().from(watches)).map(({ failures }) => failures)).toEqual([
      0, 0,
    ])
  })

  test('of silence is no verdict while its canaries are silent, too', async () => {
    await watch('intern')
    await served.deps.db.update(page).set({ canaries: ['https://canary.example/'] })
    const silent = { ...failed, status: null, reason: 'no answer' }
    const hear = async (sample: object) => {
      const { json } = await questions()
      const asked_at = served.clock.now()
      const { id, lease } = json.questions[0]
      const hearing = { asked_at, canaries: [{ host: 'canary.example', sample }] }
      await answers({ answers: [{ id, lease, asked_at, sample: silent }], hearing })
      served.clock.advance(10 * SECOND)
    }
    for (let i = 0; i < 5; i++) await hear(silent)
    expect(await believed('intern')).toMatchObject({ state: 'unknown' })
    expect((await believed('intern')).last_reason).toContain('the canaries are silent, too')
    await hear(ok)
    expect(await believed('intern')).toMatchObject({ state: 'down' })
  })

  test('nothing at all is no outage, however long', async () => {
    await watch('intern')
    await answerAll(ok)
    served.clock.advance(60 * MINUTE)
    expect(await believed('intern')).toMatchObject({ state: 'up' })
    await answerAll(failed)
    expect(await believed('intern')).toMatchObject({ state: 'up' })
  })
})

describe('who may report', () => {
  test.each<[string, string, Scope, number, RegExp]>([
    ['a key without the scope', 'office', 'probes:write', 403, /lacks the scope probes:report/],
    ['a key whose name is no region', 'Büro Berlin', 'probes:report', 409, /"Büro Berlin".*a-z/],
    ['a key named as the service', 'main', 'probes:report', 409, /itself asks from main/],
  ])('not %s', async (_, name, scope, status, detail) => {
    const headers = await keyOf(name, scope)
    const asked = await questions(headers)
    expect(asked.status).toBe(status)
    expect(asked.json.detail).toMatch(detail)
    const told = await answers(
      { answers: [{ id: 'p', lease: 1, asked_at: 0, sample: ok }] },
      headers,
    )
    expect(told.status).toBe(status)
  })

  test('nobody without a key', async () => {
    expect((await questions({ authorization: 'Bearer nobody.0123456789abcdef' })).status).toBe(401)
  })
})

const answer = { id: 'p', lease: 1, asked_at: 0, sample: ok }

test.each([
  ['nothing', {}, 'answers'],
  ['no answers', { answers: [] }, 'answers'],
  ['too many', { answers: Array.from({ length: 501 }, () => answer) }, 'answers'],
  ['no lease', { answers: [{ ...answer, lease: undefined }] }, 'answers.0.lease'],
  ['a date in words', { answers: [{ ...answer, asked_at: 'now' }] }, 'answers.0.asked_at'],
  [
    'an outcome that nobody knows',
    { answers: [{ ...answer, sample: { ...ok, outcome: 'down' } }] },
    'answers.0.sample.outcome',
  ],
  [
    'time that ran backwards',
    { answers: [{ ...answer, sample: { ...ok, latency_ms: -1 } }] },
    'answers.0.sample.latency_ms',
  ],
  [
    'a verdict of its own',
    { answers: [{ ...answer, sample: { ...ok, state: 'down' } }] },
    'answers.0.sample.state',
  ],
])('a report with %s is refused with its place', async (_, body, path) => {
  const refused = await answers(body)
  expect(refused).toMatchObject({ status: 422, json: { code: 'invalid' } })
  expect(refused.json.errors.map((error: { path: string }) => error.path)).toContain(path)
})
