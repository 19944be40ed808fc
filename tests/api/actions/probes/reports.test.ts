import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { hookUrls, rotateToken } from '../../../../api/actions/probes/report-tokens.ts'
import { hear, hearValue } from '../../../../api/actions/probes/reports.ts'
import { pauseProbe } from '../../../../api/actions/probes/probes.ts'
import { runDueProbes } from '../../../../api/actions/probes/probing.ts'
import type { Deps } from '../../../../api/deps.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { alerts, probeReports, probes, sampleBuckets } from '../../../../db/schema.ts'
import {
  addProbe,
  findProbe,
  historyOf,
  probedShop,
  statusOfComponent,
} from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'

const operator = { id: 'op', requestId: null }
type On = Awaited<ReturnType<typeof probedShop>>

async function tokenOf(deps: Deps, key: string) {
  const urls = await hookUrls(deps, [await findProbe(deps, key)])
  return [...urls.values()][0]!.split('/').at(-1)!
}

/** A job that calls every hour, at most five minutes late. */
async function watchJob(given: object = {}) {
  const on = await probedShop()
  const question = { every_ms: HOUR, grace_ms: 5 * MINUTE }
  await addProbe(on.deps, 'job', { kind: 'heartbeat', question, opensIncident: 'no', ...given })
  const token = await tokenOf(on.deps, 'job')
  const call = (news: Parameters<typeof hear>[3] = {}) => hear(on.deps, 'heartbeat', token, news)
  return Object.assign(on, { call, token })
}

/** Time passes, and twice a minute somebody looks. */
async function pass(on: On, ms: number) {
  for (let left = ms; left > 0; left -= 30 * SECOND) {
    on.clock.advance(Math.min(left, 30 * SECOND))
    await runDueProbes(on.deps)
  }
}

describe('a job that calls', () => {
  test('is up from its first call, and stays so while it calls', async () => {
    await using on = await watchJob()
    await pass(on, 10 * MINUTE)
    expect(await findProbe(on.deps, 'job')).toMatchObject({
      state: 'unknown',
      lastReason: 'waiting for its first call',
    })
    for (let hour = 0; hour < 3; hour++) {
      await on.call()
      await pass(on, HOUR)
    }
    expect(await findProbe(on.deps, 'job')).toMatchObject({ state: 'up', lastLatencyMs: null })
    const buckets = await on.deps.db.select().from(sampleBuckets)
    expect(buckets.reduce((sum, { ok }) => sum + ok, 0)).toBe(3)
    expect(buckets.every(({ failed, histogram }) => failed === 0 && histogram === '')).toBe(true)
  })

  test('is down once its call is missing, and up with the next one', async () => {
    await using on = await watchJob()
    await on.call()
    await pass(on, HOUR + 4 * MINUTE)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    await pass(on, 2 * MINUTE)
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
    const named = `${(await on.deps.db.select().from(alerts))[0]!.title}`
    expect(named).toContain('has not reported in time')
    await on.call()
    on.clock.advance(SECOND)
    await runDueProbes(on.deps)
    expect(await statusOfComponent(on.deps)).toBe('operational')
  })

  test('is down at once when it says that it failed', async () => {
    await using on = await watchJob()
    await on.call()
    await pass(on, MINUTE)
    await on.call({ isGood: false, message: 'no space left' })
    on.clock.advance(SECOND)
    await runDueProbes(on.deps)
    expect(await findProbe(on.deps, 'job')).toMatchObject({
      state: 'down',
      lastReason: 'the job says that it failed: no space left',
    })
  })

  test('is not blamed for calls that nobody was there to hear', async () => {
    await using on = await watchJob()
    await on.call()
    await pass(on, 50 * MINUTE)
    const asleep = on.clock.now()
    on.clock.advance(DAY)
    await pass(on, 30 * MINUTE)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    expect((await historyOf(on.deps, asleep)).length).toBeGreaterThan(1)
    await pass(on, 40 * MINUTE)
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
  })

  test('begins anew when it is resumed', async () => {
    await using on = await watchJob()
    await on.call()
    await pass(on, MINUTE)
    const { id } = await findProbe(on.deps, 'job')
    await pauseProbe(on.deps, operator, id, true)
    on.clock.advance(DAY)
    await pauseProbe(on.deps, operator, id, false)
    await pass(on, HOUR)
    expect(await findProbe(on.deps, 'job')).toMatchObject({ state: 'unknown' })
    await pass(on, 10 * MINUTE)
    expect(await findProbe(on.deps, 'job')).toMatchObject({ state: 'down' })
  })
})

describe('an address to report to', () => {
  test('is worth nothing with another signature, for another kind, or once it was changed', async () => {
    await using on = await watchJob()
    const nobody = { code: 'not_found', message: 'nobody listens under this address' }
    const forged = on.token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    for (const token of ['', 'x', forged, on.token.replace(/\.1\./, '.2.')])
      await expect(hear(on.deps, 'heartbeat', token, {})).rejects.toMatchObject(nobody)
    await expect(hear(on.deps, 'metric', on.token, { value: 1 })).rejects.toMatchObject(nobody)
    await rotateToken(on.deps, operator, 'job')
    await expect(on.call()).rejects.toMatchObject(nobody)
    await hear(on.deps, 'heartbeat', await tokenOf(on.deps, 'job'), {})
    expect(await on.deps.db.select().from(probeReports)).toMatchObject([
      { tokenVersion: 2, receivedAt: on.clock.now() },
    ])
  })

  test('is not given to probes that ask', async () => {
    await using on = await probedShop()
    const probe = await addProbe(on.deps, 'p')
    expect(await hookUrls(on.deps, [probe])).toEqual(new Map())
    await expect(rotateToken(on.deps, operator, 'p')).rejects.toMatchObject({ code: 'conflict' })
    await expect(hearValue(on.deps, probe, { value: 1 })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

describe('a figure that is told', () => {
  const question = { degraded_above: 5, down_above: 10, stale_after_ms: 10 * MINUTE }

  async function watchErrors() {
    const on = await probedShop()
    const probe = await addProbe(on.deps, 'errors', {
      kind: 'metric',
      question,
      opensIncident: 'no',
    })
    const tell = async (...values: number[]) => {
      for (const value of values) {
        await hearValue(on.deps, probe, { value })
        await pass(on, MINUTE)
      }
      return statusOfComponent(on.deps)
    }
    return Object.assign(on, { probe, tell })
  }

  test('is down after three bad values, degraded after three high ones, and each counts once', async () => {
    await using on = await watchErrors()
    expect(await on.tell(1, 12, 12)).toBe('operational')
    await pass(on, 5 * MINUTE)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    expect(await on.tell(13)).toBe('major_outage')
    expect(await on.tell(2, 2)).toBe('operational')
    expect(await on.tell(6, 6, 6)).toBe('degraded_performance')
    const [bucket] = await on.deps.db
      .select()
      .from(sampleBuckets)
      .where(eq(sampleBuckets.probeId, on.probe.id))
    expect(bucket!.ok + bucket!.failed).toBeLessThanOrEqual(5)
  })

  test('leaves all as it was when nobody tells it any more, and the history has a hole', async () => {
    await using on = await watchErrors()
    await on.tell(1)
    await pass(on, 30 * MINUTE)
    expect(await findProbe(on.deps, 'errors')).toMatchObject({
      state: 'up',
      lastReason: expect.stringMatching(
        /^no value for 3[01] minutes; none counts after 10 minutes$/,
      ),
    })
    const told = on.clock.now()
    await on.tell(1)
    expect((await historyOf(on.deps, told)).length).toBe(2)
  })

  test('is not replaced by what was measured before it', async () => {
    await using on = await watchErrors()
    const now = on.clock.now()
    await hearValue(on.deps, on.probe, { value: 3, measuredAt: now - MINUTE })
    await hearValue(on.deps, on.probe, { value: 30, measuredAt: now - 2 * MINUTE })
    expect(await on.deps.db.select().from(probeReports)).toMatchObject([{ value: 3 }])
    const tomorrow = { value: 3, measuredAt: now + DAY }
    await expect(hearValue(on.deps, on.probe, tomorrow)).rejects.toMatchObject({
      fields: [{ path: 'at', message: 'must not be in the future' }],
    })
  })
})

test('a probe that is told is no witness of our network', async () => {
  await using on = await watchJob({ componentId: shop.search })
  await on.call()
  await pass(on, MINUTE)
  expect(await on.deps.db.$count(probes, eq(probes.state, 'up'))).toBe(1)
  expect(await on.deps.db.select().from(alerts)).toEqual([])
})
