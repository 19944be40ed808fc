import { expect, test } from 'vitest'
import { foldSamples, rollUpSamples } from '../../../../api/actions/probes/samples.ts'
import {
  loadResponseTimes,
  type ProbeTimes,
} from '../../../../api/actions/uptime/response-times.ts'
import type { History } from '../../../../api/actions/uptime/intervals.ts'
import type { Deps } from '../../../../api/deps.ts'
import { bucketOf } from '../../../../api/domain/latency.ts'
import { spanNames } from '../../../../api/domain/response-times.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { addProbe, broken, ok, probedShop } from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'

const nothing: History = { since: 0, intervals: [] }
const at = (probeId: string, at: number, sample = ok) => ({
  probeId,
  region: 'main',
  version: 0,
  at,
  bucket: bucketOf(sample),
})
const taking = (latency_ms: number) => ({ ...ok, latency_ms })

async function timesOf(deps: Deps, history = nothing) {
  const [times, ...others] = await loadResponseTimes(deps, shop.checkout, history)
  const spans = Object.fromEntries(times!.spans.map((span) => [span.span, span]))
  return { probe: times!.probe, others, spans: spans as Record<string, ProbeTimes['spans'][0]> }
}

test('a point lasts five minutes of a day, an hour of a week, four of 30 days, half a day of 90, and a day of a year', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'first')
  const { spans } = await timesOf(on.deps)
  expect(spanNames.map((name) => [name, spans[name]!.step_s, spans[name]!.p50_ms.length])).toEqual([
    ['24h', 300, 288],
    ['7d', 3600, 168],
    ['30d', 14_400, 180],
    ['90d', 86_400, 90],
    ['365d', 86_400, 365],
  ])
})

test('what was answered and what failed is told for each point and for the whole span', async () => {
  await using on = await probedShop()
  const { id } = await addProbe(on.deps, 'first')
  on.clock.advance(DAY)
  const now = on.clock.now()
  await on.deps.db.write(
    foldSamples(on.deps, [
      at(id, now - 25 * HOUR, taking(9000)),
      at(id, now - HOUR, taking(100)),
      at(id, now - HOUR + 5 * MINUTE, broken),
    ]),
  )
  const day = (await timesOf(on.deps)).spans['24h']!
  expect(day.until).toBe(new Date(now + 5 * MINUTE).toISOString())
  expect(day.p50_ms.map((value, index) => [index, value]).filter(([, value]) => value)).toEqual([
    [275, 100],
  ])
  expect([day.error_rate[275], day.error_rate[276], day.error_rate[277]]).toEqual([0, 100, null])
  expect(day.total).toEqual({
    checks: 2,
    failed: 1,
    p50_ms: 100,
    p95_ms: 100,
    p99_ms: 100,
    error_rate: 50,
  })
  expect(day.rows).toEqual([{ at: new Date(now - HOUR).toISOString(), ...day.total }])
})

test('however far its samples are folded, a span tells the same', async () => {
  await using on = await probedShop()
  const { id } = await addProbe(on.deps, 'first')
  // From the first moment of a day, so that nothing falls out of a span meanwhile.
  on.clock.advance(12 * HOUR)
  const begin = on.clock.now()
  const samples = Array.from({ length: 40 }, (_, hour) =>
    at(id, begin + hour * HOUR, hour % 7 === 0 ? broken : taking(50 + 40 * (hour % 9))),
  )
  await on.deps.db.write(foldSamples(on.deps, samples))
  on.clock.advance(47 * HOUR)
  const before = await timesOf(on.deps)
  await rollUpSamples(on.deps)
  const after = await timesOf(on.deps)
  for (const span of ['7d', '30d', '90d', '365d']) {
    expect(before.spans[span]!.total.checks).toBeGreaterThan(0)
    expect(after.spans[span]!.total.checks).toBe(40)
  }
  expect(after.spans['7d']!.total).toEqual(after.spans['365d']!.total)
})

test('the probe that was made first is told before the others, each by name; who reports is not asked', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'job', {
    kind: 'heartbeat',
    question: { every_ms: HOUR },
  })
  on.clock.advance(1)
  await addProbe(on.deps, 'page')
  on.clock.advance(1)
  const second = await addProbe(on.deps, 'api')
  await on.deps.db.write(foldSamples(on.deps, [at(second.id, on.clock.now(), taking(9000))]))
  const { probe, others, spans } = await timesOf(on.deps)
  expect(probe).toBe('page')
  expect(spans['24h']!.total).toMatchObject({ checks: 0, p50_ms: null, error_rate: null })
  expect(others.map((other) => other.probe)).toEqual(['api'])
  expect(others[0]!.spans[0]!.total).toMatchObject({ checks: 1, p50_ms: 9000 })
  expect(await loadResponseTimes(on.deps, shop.search, nothing)).toEqual([])
})

test('what the component went through meanwhile is told in whole steps', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'first')
  const now = on.clock.now()
  const history: History = {
    since: 0,
    intervals: [
      { status: 'operational', startedAt: now - DAY, endedAt: now - HOUR - 1 },
      { status: 'major_outage', startedAt: now - HOUR - 1, endedAt: now - 50 * MINUTE },
      { status: 'under_maintenance', startedAt: now - 50 * MINUTE, endedAt: null },
    ],
  }
  const { spans } = await timesOf(on.deps, history)
  const minutes = (from: string) => (Date.parse(from) - now) / MINUTE
  expect(
    spans['24h']!.disruptions.map((one) => [one.status, minutes(one.from), minutes(one.until)]),
  ).toEqual([
    ['major_outage', -65, -50],
    ['under_maintenance', -50, 0],
  ])
  expect(spans['365d']!.disruptions.map(({ status }) => status)).toEqual(['major_outage'])
})
