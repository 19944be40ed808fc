import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditLog, probes } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'

let served: Administered
let send: Administered['send']

beforeEach(async () => {
  served = await administered()
  send = served.send
})
afterEach(() => served[Symbol.asyncDispose]())

const url = 'https://shop.example/health'
const regionNames = 'must be at most 10 different names such as eu-west: a-z, 0-9 and -'
const quorumRange = 'must be 1 to the number of regions, or null for more than half of those heard'
const health = { key: 'health', component: 'checkout', url }

describe('what is refused, and where', () => {
  test.each([
    ['no key', { key: undefined }, 'key'],
    ['a key of capitals', { key: 'Health' }, 'key'],
    ['no component', { component: undefined }, 'component'],
    ['an unknown component', { component: 'till' }, 'component'],
    ['no URL', { url: undefined }, 'url'],
    ['an unknown kind', { kind: 'smtp' }, 'kind'],
    ['an unknown field', { intervall_ms: 1000 }, 'intervall_ms'],
  ])('of a new probe, %s: 422', async (_, given, path) => {
    const answer = await send('POST', 'probes', { ...health, ...given })
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid' } })
    expect(answer.json.errors.map((error: { path: string }) => error.path)).toContain(path)
    expect(await served.deps.db.$count(probes)).toBe(0)
  })

  test.each([
    ['url', 'ftp://shop.example', 'must be an http or https URL'],
    ['url', 'shop', 'must be an http or https URL'],
    ['url', 'https://me:pw@shop.example', 'must not hold a user name or password: use a header'],
    ['interval_ms', 999, 'must be 1000 to 86400000'],
    ['interval_ms', 1500.5, 'must be a whole number of milliseconds'],
    ['interval_ms', '30s', 'must be a whole number of milliseconds'],
    ['recheck_ms', 30_001, 'must be at least 100 and at most interval_ms'],
    ['timeout_ms', 30_001, 'must be at least 100, at most 60000 and at most interval_ms'],
    ['failure_threshold', 0, 'must be at least 1'],
    ['success_threshold', 0, 'must be at least 1'],
    ['degraded_ms', 0, 'must be above 0, or null for never'],
    ['latency_percentile', 0, 'must be above 0 and at most 1, such as 0.6'],
    ['latency_percentile', 95, 'must be above 0 and at most 1, such as 0.6'],
    ['latency_percentile', 'p95', 'must be a number'],
    ['latency_window', 0, 'must be 1 to 20 answers'],
    ['latency_window', 21, 'must be 1 to 20 answers'],
    ['latency_window', 2.5, 'must be a whole number'],
    ['confirm_ms', -1, 'must be 0 to 3600000'],
    ['confirm_ms', 3_600_001, 'must be 0 to 3600000'],
    ['stable_ms', -1, 'must be 0 to 3600000; 0 lets it flap'],
    ['stable_ms', '5m', 'must be a whole number of milliseconds'],
    ['regions', ['main', 'main'], regionNames],
    ['regions', ['EU'], regionNames],
    ['regions', Array.from({ length: 11 }, (_, i) => `r${i}`), regionNames],
    ['quorum', 0, quorumRange],
    ['quorum', 2, quorumRange],
    ['quorum', 1.5, 'must be a whole number'],
    ['severity', 'P7', 'must be one of SEV-1, or null for none'],
    ['component', 'till', 'there is no component "till"; keys are checkout, search'],
  ])('%s %j is told: %s', async (path, value, message) => {
    await send('POST', 'probes', health)
    const refused = {
      status: 422,
      json: { errors: expect.arrayContaining([{ path, message }]) },
    }
    const other = { ...health, key: 'other', [path]: value }
    expect(await send('POST', 'probes', other)).toMatchObject(refused)
    expect(await send('PATCH', 'probes/health', { [path]: value })).toMatchObject(refused)
    expect(await served.deps.db.$count(auditLog)).toBe(1)
  })

  test.each([
    ['an operational outage', { status_when_down: 'operational' }, 'status_when_down'],
    ['a status that HTTP has not', { expect_status: [200, 20] }, 'expect_status.1'],
    ['a header of two lines', { headers: { 'x-a': 'a\r\nx-b: b' } }, 'headers.x-a'],
    ['a header name with a blank', { headers: { 'x a': 'a' } }, 'headers.x a'],
    ['a method that HTTP has not', { method: 'FETCH' }, 'method'],
    ['a word for a flag', { paused: 'yes' }, 'paused'],
    ['another key', { key: 'other' }, 'key'],
    ['another kind', { kind: 'http' }, 'kind'],
    ['nothing at all', {}, ''],
  ])('of a change, %s: 422', async (_, change, path) => {
    const made = await send('POST', 'probes', health)
    const answer = await send('PATCH', 'probes/health', change)
    expect(answer.status).toBe(422)
    expect(answer.json.errors.map((error: { path: string }) => error.path)).toContain(path)
    expect((await send('GET', 'probes/health')).json).toEqual(made.json)
  })

  test('what is not there: 404', async () => {
    expect((await send('GET', 'probes/nobody')).status).toBe(404)
    expect((await send('PATCH', 'probes/nobody', { paused: true })).status).toBe(404)
  })

  test.each([
    ['GET', 'probes', undefined, 'components:write', 'read'],
    ['POST', 'probes', health, 'components:write', 'probes:write'],
    ['PATCH', 'probes/health', { paused: true }, 'read', 'probes:write'],
  ] as const)('%s %s needs its scope', async (method, path, body, scope, needed) => {
    expect(await send(method, path, body, await served.keyWith(scope))).toMatchObject({
      status: 403,
      json: { detail: `this key lacks the scope ${needed}` },
    })
  })
})
