import { describe, expect, test } from 'vitest'
import type { AgentReport, AgentRound } from '../../../api/domain/agent.ts'
import { questionOf } from '../../../api/domain/question.ts'
import { MINUTE, SECOND } from '../../../api/domain/time.ts'
import { createLog } from '../../../api/log.ts'
import { startAgent } from '../../../api/node/agent.ts'
import { ok, scripted, silent } from '../../support/probed.ts'
import { testClock } from '../../support/world.ts'

const NOON = Date.parse('2026-11-21T12:00:00Z')

/** An agent, and a service that says and hears what a test wants. */
function agentOf(serve: (path: string) => Response | null) {
  const clock = testClock(0)
  const { probers, answers, asked } = scripted()
  const log: string[] = []
  const reports: AgentReport[] = []
  const requests: { path: string; at: number }[] = []
  const call = (async (url: string, { body }: RequestInit) => {
    const path = new URL(url).pathname
    requests.push({ path, at: clock.now() })
    const answer = serve(path)
    if (!answer) throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })
    if (typeof body === 'string' && answer.ok) reports.push(JSON.parse(body) as AgentReport)
    return answer
  }) as typeof fetch
  const agent = startAgent({
    url: 'http://status.example',
    key: 'k',
    fetch: call,
    probers,
    clock,
    random: () => 0.5,
    log: createLog((line) => log.push(line), clock.now),
  })
  return {
    agent,
    answers,
    asked,
    log,
    reports,
    requests,
    /** Time passes, in steps of 50 ms. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 50) {
        await new Promise((resolve) => setImmediate(resolve))
        clock.advance(50)
      }
      await new Promise((resolve) => setImmediate(resolve))
    },
    async end() {
      const stopped = agent.stop()
      await this.pass(MINUTE)
      await stopped
    },
  }
}

function round(given: Partial<AgentRound> = {}): AgentRound {
  return { region: 'office', now: NOON, ask_again_ms: 2000, canaries: [], questions: [], ...given }
}

function asks(url: string, due = NOON): AgentRound['questions'][number] {
  const { question } = questionOf('http', { url })
  return { id: url, lease: 7, due_at: due, timeout_ms: 1000, question }
}

/** The service has these to ask once, and takes every answer. */
function once(...questions: AgentRound['questions']) {
  let isFirst = true
  return (path: string) => {
    if (path === '/api/agent/answers') return Response.json({ accepted: 1, ignored: [] })
    const mine = isFirst ? questions : []
    isFirst = false
    return Response.json(round({ questions: mine, canaries: ['https://canary.example/'] }))
  }
}

describe('an agent', () => {
  test('asks on the dot by the clock of the service, and tells when it did', async () => {
    const on = agentOf(once(asks('https://a.example/', NOON + SECOND)))
    await on.pass(900)
    expect(on.asked).toEqual([])
    await on.pass(700)
    expect(on.reports).toEqual([
      { answers: [{ id: 'https://a.example/', lease: 7, asked_at: NOON + SECOND, sample: ok }] },
    ])
    await on.end()
  })

  test('tells of a silence together with what the canaries say', async () => {
    const on = agentOf(once(asks('https://a.example/')))
    on.answers.set('https://a.example/', silent)
    await on.pass(SECOND)
    expect(on.reports).toMatchObject([
      {
        answers: [{ sample: silent }],
        hearing: { canaries: [{ host: 'canary.example', sample: ok }] },
      },
    ])
    await on.end()
  })

  test('asks 50 at once at most', async () => {
    const urls = Array.from({ length: 120 }, (_, i) => `https://a${i}.example/`)
    const on = agentOf(once(...urls.map((url) => asks(url))))
    let [asking, most] = [0, 0]
    for (const url of urls)
      on.answers.set(url, async () => {
        most = Math.max(most, ++asking)
        await new Promise((resolve) => setImmediate(resolve))
        asking--
        return ok
      })
    await on.pass(5 * SECOND)
    expect(most).toBe(50)
    expect(on.reports.flatMap(({ answers }) => answers)).toHaveLength(120)
    await on.end()
  })

  test('comes back later and later while the service is away, and says so once', async () => {
    const on = agentOf(() => null)
    await on.pass(3 * MINUTE)
    const times = on.requests.map(({ at }) => at)
    const pauses = times.slice(1).map((at, i) => Math.round((at - times[i]!) / 100) / 10)
    expect(pauses.slice(0, 8)).toEqual([0.8, 1.5, 3, 6, 12, 22.5, 22.5, 22.5])
    expect(on.log).toHaveLength(1)
    expect(on.log[0]).toContain('fetch failed: connect ECONNREFUSED')
    await on.end()
  })

  test('keeps what it heard until the service is back, unless it is too old by then', async () => {
    const serve = once(asks('https://a.example/'))
    let isAway = false
    const on = agentOf((path) => (isAway ? null : serve(path)))
    on.answers.set('https://a.example/', () => {
      isAway = true
      return Promise.resolve(ok)
    })
    await on.pass(MINUTE)
    expect(on.reports).toEqual([])
    isAway = false
    await on.pass(MINUTE)
    expect(on.reports).toHaveLength(1)
    expect(on.log.at(-1)).toContain('the service is back')
    await on.end()
  })

  test('says nothing of what is more than five minutes ago', async () => {
    const serve = once(asks('https://a.example/'))
    let isAway = false
    const on = agentOf((path) => (isAway ? null : serve(path)))
    on.answers.set('https://a.example/', () => {
      isAway = true
      return Promise.resolve(ok)
    })
    await on.pass(6 * MINUTE)
    isAway = false
    await on.pass(2 * MINUTE)
    expect(on.reports).toEqual([])
    await on.end()
  })

  test('reports what is under way before it ends, and begins nothing new', async () => {
    const { promise, resolve: answer } = Promise.withResolvers<typeof ok>()
    const on = agentOf(once(asks('https://a.example/'), asks('https://b.example/', NOON + MINUTE)))
    on.answers.set('https://a.example/', () => promise)
    await on.pass(500)
    const stopped = on.agent.stop()
    answer(ok)
    await on.pass(3 * SECOND)
    await on.pass(MINUTE)
    await stopped
    expect(on.reports.flatMap(({ answers }) => answers.map(({ id }) => id))).toEqual([
      'https://a.example/',
    ])
    expect(on.asked.map(({ url }) => url)).toEqual(['https://a.example/'])
  })

  test('drops what the service cannot read rather than send it for ever', async () => {
    const serve = once(asks('https://a.example/'))
    const on = agentOf((path) =>
      path === '/api/agent/answers' ? new Response('{}', { status: 422 }) : serve(path),
    )
    await on.pass(10 * SECOND)
    expect(on.requests.filter(({ path }) => path === '/api/agent/answers')).toHaveLength(1)
    await on.end()
  })

  test('waits as long as the service asks it to', async () => {
    const busy = { status: 503, headers: { 'retry-after': '20' } }
    const on = agentOf(() => new Response('', busy))
    await on.pass(50 * SECOND)
    expect(on.requests.map(({ at }) => Math.round(at / SECOND))).toEqual([0, 20, 40])
    await on.end()
  })
})
