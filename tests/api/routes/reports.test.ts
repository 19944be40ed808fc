import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { probeReports } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { scripted } from '../../support/probed.ts'

let served: Administered
let send: Administered['send']

beforeEach(async () => {
  served = await administered()
  send = served.send
  served.deps.probers = scripted().probers
})
afterEach(() => served[Symbol.asyncDispose]())

async function make(given: object): Promise<string> {
  const { json } = await send('POST', 'probes', { key: 'p', component: 'checkout', ...given })
  expect(json.hook_url).toMatch(
    /^http:\/\/status\.example\/hooks\/\w+\/[a-z0-9]{12}\.1\.[\w-]{22}$/,
  )
  return new URL(json.hook_url).pathname
}

const stored = async () => (await served.deps.db.select().from(probeReports))[0]!
/** Without any key. */
const visit = (path: string, init: RequestInit = {}) =>
  Promise.resolve(served.app.fetch(new Request(`http://status.example${path}`, init)))

const json = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

describe('a job', () => {
  const job = { kind: 'heartbeat', every_ms: 3_600_000 }

  test.each(['GET', 'HEAD', 'POST'])('calls by %s', async (method) => {
    const path = await make(job)
    expect((await visit(path, { method })).status).toBe(200)
    expect(await stored()).toMatchObject({ receivedAt: served.clock.now(), isGood: true })
  })

  test('says that it failed, and why', async () => {
    const path = await make(job)
    const query = '?status=failed&message=no%20space%20left'
    expect((await visit(`${path}${query}`, { method: 'POST' })).status).toBe(200)
    expect(await stored()).toMatchObject({ isGood: false, message: 'no space left' })
    expect((await visit(`${path}?status=broken`)).status).toBe(422)
  })

  test('is told where to call by a key that may change probes, and where else after that was changed', async () => {
    const path = await make(job)
    const reader = await served.keyWith('read')
    const seen = await send('GET', 'probes/p', undefined, reader)
    expect(seen.json).toMatchObject({ hook_url: null })
    const rotated = await send('POST', 'probes/p/rotate')
    const fresh = new URL(rotated.json.hook_url).pathname
    expect(fresh).not.toBe(path)
    expect((await visit(path)).status).toBe(404)
    expect((await visit(fresh)).status).toBe(200)
    expect((await send('POST', 'probes/p/rotate', undefined, reader)).status).toBe(403)
  })

  test('is not named in the log', async () => {
    const path = await make(job)
    await visit(path)
    expect(served.log.join('\n')).toContain('/hooks/heartbeat/…')
    expect(served.log.join('\n')).not.toContain(path)
  })
})

async function call(path: string, times: number) {
  const answers = await Promise.all(Array.from({ length: times }, () => visit(path)))
  return Map.groupBy(answers, ({ status }) => status)
}

describe('a sender that has run away', () => {
  const job = { kind: 'heartbeat', every_ms: 3_600_000 }
  test('is told to wait, and costs no more writes than its limit', async () => {
    const path = await make(job)
    const answers = await call(path, 1000)
    expect(answers.get(200)).toHaveLength(60)
    expect(answers.get(429)).toHaveLength(940)
    expect(answers.get(429)![0]!.headers.get('retry-after')).toBe('1')
    served.clock.advance(1000)
    expect((await call(path, 1000)).get(200)).toHaveLength(2)
    served.clock.advance(1000)
  })

  test('gets through at its pace though it never waits', async () => {
    const path = await make(job)
    await call(path, 100)
    const heard: number[] = []
    for (let step = 1; step <= 20; step++) {
      served.clock.advance(100)
      if ((await visit(path)).status === 200) heard.push(step * 100)
    }
    expect(heard).toEqual([500, 1000, 1500, 2000])
    served.clock.advance(1000)
  })

  test('is heard at once when its word changes, and once more when it changes back', async () => {
    const path = await make(job)
    await call(path, 100)
    expect((await visit(`${path}?status=failed&message=full`)).status).toBe(200)
    expect(await stored()).toMatchObject({ isGood: false, message: 'full' })
    served.clock.advance(1)
    expect((await visit(path)).status).toBe(429)
    expect(await stored()).toMatchObject({ isGood: false })
    served.clock.advance(1000)
    await served.settled()
    expect(await stored()).toMatchObject({ isGood: true, receivedAt: served.clock.now() })
  })

  test('cannot bring back what it said before its last word', async () => {
    const path = await make(job)
    await call(path, 100)
    await visit(`${path}?status=failed`)
    served.clock.advance(1000)
    await served.settled()
    expect(await stored()).toMatchObject({ isGood: false })
  })

  test('has its last value known', async () => {
    const path = await make({ kind: 'metric', down_above: 5 })
    for (let value = 1; value <= 100; value++) await visit(path, json({ value }))
    expect(await stored()).toMatchObject({ value: 60 })
    served.clock.advance(1000)
    await served.settled()
    expect(await stored()).toMatchObject({ value: 100 })
  })

  test('is no hindrance to another job', async () => {
    const path = await make(job)
    await call(path, 100)
    const other = await make({ ...job, key: 'other' })
    expect((await visit(other)).status).toBe(200)
    served.clock.advance(1000)
  })
})

describe('a value', () => {
  const errors = { kind: 'metric', down_above: 5 }
  test('is told under the address, or with a key', async () => {
    const path = await make(errors)
    expect((await visit(path, json({ value: 4.5 }))).status).toBe(200)
    expect(await stored()).toMatchObject({ value: 4.5, receivedAt: served.clock.now() })
    served.clock.advance(1000)
    const told = await send('POST', 'probes/p/metric', { value: 6, at: '2026-11-21T12:00:00.500Z' })
    expect(told.status).toBe(202)
    expect(await stored()).toMatchObject({
      value: 6,
      measuredAt: Date.parse('2026-11-21T12:00:00.500Z'),
    })
  })

  test.each<[string, unknown, string]>([
    ['no number', { value: 'many' }, 'value'],
    ['nothing', {}, 'value'],
    ['a time without an offset', { value: 1, at: '2026-11-21T12:00:00' }, 'at'],
    ['a time to come', { value: 1, at: '2027-01-01T00:00:00Z' }, 'at'],
  ])('that is %s is refused', async (_, body, path) => {
    const hook = await make(errors)
    const answer = await visit(hook, json(body))
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: [{ path }] })
    expect((await send('POST', 'probes/p/metric', body)).status).toBe(422)
    expect(await stored()).toMatchObject({ receivedAt: null })
  })

  test('of a probe that asks is a conflict, of one that is not there unknown', async () => {
    await send('POST', 'probes', {
      key: 'asks',
      component: 'checkout',
      url: 'https://shop.example/',
    })
    expect((await send('POST', 'probes/asks/metric', { value: 1 })).status).toBe(409)
    expect((await send('POST', 'probes/nobody/metric', { value: 1 })).status).toBe(404)
    const reader = await served.keyWith('read')
    expect((await send('POST', 'probes/asks/metric', { value: 1 }, reader)).status).toBe(403)
  })
})
