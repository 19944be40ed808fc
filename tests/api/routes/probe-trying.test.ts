import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeProbers } from '../../../api/node/probers.ts'
import { auditLog, probes } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { listenRaw, type Listening } from '../../support/listen.ts'
import { broken, scripted, silent, slow } from '../../support/probed.ts'

let served: Administered
let script: ReturnType<typeof scripted>

beforeEach(async () => {
  served = await administered()
  script = scripted()
  served.deps.probers = script.probers
})
afterEach(() => served[Symbol.asyncDispose]())

const url = 'https://shop.example/health'
const attempt = (body: object, headers = {}) => served.send('POST', 'probes/try', body, headers)

describe('a question that is tried', () => {
  test.each([
    ['well', undefined, { outcome: 'ok', status: 200, latency_ms: 120, reason: '' }],
    ['slow', slow, { outcome: 'slow', latency_ms: 3000 }],
    ['broken', broken, { outcome: 'failed', status: 503, reason: 'answered 503 instead of 2xx' }],
    ['silent', silent, { outcome: 'failed', status: null }],
  ])('says that the target is %s, and keeps nothing', async (_, sample, shown) => {
    if (sample) script.answers.set(url, sample)
    const { status, json } = await attempt({ url, degraded_ms: 1000 })
    expect(status).toBe(200)
    expect(json).toMatchObject({ target: url, ...shown })
    expect(await served.deps.db.$count(probes)).toBe(0)
    const log = await served.deps.db.select().from(auditLog)
    expect(log).toMatchObject([{ action: 'probe.try', actor: 'tester', detail: { target: url } }])
  })

  test('of a probe takes what is kept for it where nothing is given, secrets too', async () => {
    const headers = { authorization: 'Bearer hush' }
    await served.send('POST', 'probes', { key: 'p', component: 'checkout', url, headers })
    const { json } = await attempt({ probe: 'p', method: 'HEAD' })
    expect(json).toMatchObject({ outcome: 'ok', target: url })
    expect(JSON.stringify(json)).not.toContain('hush')
    expect(script.asked).toMatchObject([{ url, method: 'HEAD', headers, timeout_ms: 10_000 }])
    expect((await served.send('GET', 'probes/p')).json).toMatchObject({ method: 'GET' })
  })

  test.each<[string, object, number, string | undefined]>([
    ['without a target', {}, 422, 'url'],
    ['with a password in its URL', { url: 'https://a:b@shop.example/' }, 422, 'url'],
    ['that waits for ever', { url, timeout_ms: 120_000 }, 422, 'timeout_ms'],
    ['with a field of another kind', { url, port: 1 }, 422, 'port'],
    ['that is told', { kind: 'heartbeat', every_ms: 60_000 }, 409, undefined],
    ['of a probe that is not there', { probe: 'nobody' }, 404, undefined],
  ])('%s is refused', async (_, body, status, path) => {
    const answer = await attempt(body)
    expect(answer.status).toBe(status)
    expect(answer.json.errors?.[0].path).toBe(path)
    expect(script.asked).toEqual([])
  })

  test('needs the right to change probes', async () => {
    const reader = await served.keyWith('read')
    expect((await attempt({ url }, reader)).status).toBe(403)
  })

  test('is asked at the pace of its key', async () => {
    const other = await served.keyWith('probes:write')
    for (let asked = 0; asked < 10; asked++) expect((await attempt({ url })).status).toBe(200)
    expect((await attempt({ url })).status).toBe(429)
    expect((await attempt({ url }, other)).status).toBe(200)
    served.clock.advance(2000)
    expect((await attempt({ url })).status).toBe(200)
  })
})

describe('on the real network', () => {
  let target: Listening
  afterEach(() => target.close())

  test.each([
    ['the address of', (url: string) => url],
    ['a name for', (url: string) => url.replace('127.0.0.1', 'localhost')],
  ])('%s a private machine is not asked', async (_, named) => {
    let asked = 0
    target = await listenRaw((_, answer) => {
      asked++
      answer.end('secret')
    })
    served.deps.probers = nodeProbers({ allow: [], reaching: (others) => others, userAgent: 't' })
    const { json } = await attempt({ url: named(target.url) })
    expect(json).toMatchObject({ outcome: 'refused', status: null })
    expect(json.reason).toContain('allowed')
    expect(asked).toBe(0)
  })

  test('the answer itself is not passed on', async () => {
    target = await listenRaw((_, answer) => answer.end('the inside of the house'))
    const allow = ['127.0.0.0/8']
    served.deps.probers = nodeProbers({ allow, reaching: (others) => others, userAgent: 't' })
    const { json } = await attempt({ url: target.url, expect_text: 'outside' })
    expect(json).toMatchObject({ outcome: 'failed', status: 200 })
    expect(JSON.stringify(json)).not.toContain('inside')
  })
})
