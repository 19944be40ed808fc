import { and, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { foldSamples, rollUpSamples } from '../../../../api/actions/probes/samples.ts'
import { bucketOf } from '../../../../api/domain/latency.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { Sample } from '../../../../api/probers/prober.ts'
import { sampleBuckets } from '../../../../db/schema.ts'
import { addProbe, broken, ok, probedShop } from '../../../support/probed.ts'

const bucketsOf = (deps: Deps, probeId: string, resolution: number) =>
  deps.db
    .select()
    .from(sampleBuckets)
    .where(and(eq(sampleBuckets.probeId, probeId), eq(sampleBuckets.resolution, resolution)))
    .orderBy(sampleBuckets.startedAt)

async function sampled(deps: Deps, probeId: string, samples: [at: number, sample: Sample][]) {
  await deps.db.write(
    samples.flatMap(([at, sample]) =>
      foldSamples(deps, [{ probeId, region: 'main', version: 0, at, bucket: bucketOf(sample) }]),
    ),
  )
}

test('samples of the same 5 minutes share a bucket', async () => {
  await using on = await probedShop()
  const { id } = await addProbe(on.deps, 'p')
  const noon = on.clock.now()
  await sampled(on.deps, id, [
    [noon, { ...ok, latency_ms: 5 }],
    [noon + 1, { ...ok, latency_ms: 120 }],
    [noon + 2, { ...ok, latency_ms: 8 }],
    [noon + 5 * MINUTE - 1, broken],
    [noon + 5 * MINUTE, { ...ok, latency_ms: 20_000 }],
  ])
  expect(await bucketsOf(on.deps, id, 300)).toMatchObject([
    { startedAt: noon, ok: 3, failed: 1, latencySum: 133, latencyMax: 120, histogram: '2,0,0,0,1' },
    {
      startedAt: noon + 5 * MINUTE,
      ok: 1,
      latencyMax: 20_000,
      histogram: '0,0,0,0,0,0,0,0,0,0,0,0,0,0,1',
    },
  ])
})

test('a sample of a probe that somebody else holds by now is left out', async () => {
  await using on = await probedShop()
  const { id } = await addProbe(on.deps, 'p')
  const sample = {
    probeId: id,
    region: 'main',
    version: 1,
    at: on.clock.now(),
    bucket: bucketOf(ok),
  }
  await on.deps.db.write(foldSamples(on.deps, [sample]))
  expect(await bucketsOf(on.deps, id, 300)).toEqual([])
})

test('a week of samples adds up in hours and days, whoever folds it and however often', async () => {
  await using on = await probedShop()
  const ids = [(await addProbe(on.deps, 'p')).id, (await addProbe(on.deps, 'q')).id]
  const start = on.clock.now() - (on.clock.now() % DAY)
  on.clock.advance(start - on.clock.now())
  for (let hour = 0; hour < 24 * 4; hour++) {
    for (const id of ids)
      // The process sleeps for a night.
      if (hour < 30 || hour > 40)
        await sampled(on.deps, id, [
          [on.clock.now() + 7 * MINUTE, { ...ok, latency_ms: hour * 10 }],
          [on.clock.now() + 52 * MINUTE, hour % 2 ? broken : ok],
        ])
    on.clock.advance(HOUR)
    if (hour % 5 === 0) await Promise.all([rollUpSamples(on.deps), rollUpSamples(on.deps)])
  }
  on.clock.advance(10 * MINUTE)
  await rollUpSamples(on.deps)
  await rollUpSamples(on.deps)
  for (const id of ids) {
    const hours = await bucketsOf(on.deps, id, 3600)
    expect(hours).toHaveLength(24 * 4 - 11)
    expect(hours[3]).toMatchObject({ ok: 1, failed: 1, latencySum: 30, latencyMax: 30 })
    const days = await bucketsOf(on.deps, id, 86_400)
    expect(days.map(({ startedAt }) => (startedAt - start) / DAY)).toEqual([0, 1, 2, 3])
    expect(days.map(({ ok, failed }) => [ok, failed])).toEqual([
      [36, 12],
      [19, 7],
      [36, 12],
      [36, 12],
    ])
    expect(days[3]!.latencyMax).toBe(950)
    const fine = await bucketsOf(on.deps, id, 300)
    // They go by whole hours.
    expect(fine[0]!.startedAt).toBeGreaterThanOrEqual(on.clock.now() - 49 * HOUR)
  }
})

test('a fold that was cut off goes on where it was', async () => {
  await using on = await probedShop()
  const ids: string[] = []
  const start = on.clock.now()
  for (let i = 0; i < 3; i++) {
    const { id } = await addProbe(on.deps, `p${i}`)
    ids.push(id)
    for (const hour of [0, 1, 2]) await sampled(on.deps, id, [[start + hour * HOUR, ok]])
  }
  // As if the process had died after the first probe of the second hour.
  const whole = { resolution: 3600, ok: 1, failed: 0, latencySum: 120, latencyMax: 120 }
  await on.deps.db
    .insert(sampleBuckets)
    .values([
      ...ids.map((probeId) => ({ probeId, startedAt: start, histogram: '0,0,0,0,1', ...whole })),
      { probeId: ids[0]!, startedAt: start + HOUR, histogram: '0,0,0,0,1', ...whole },
    ])
  on.clock.advance(3 * HOUR + 10 * MINUTE)
  await rollUpSamples(on.deps)
  for (const id of ids) expect(await bucketsOf(on.deps, id, 3600)).toHaveLength(3)
})

test('an hour is folded only when its last answers are in', async () => {
  await using on = await probedShop()
  const { id } = await addProbe(on.deps, 'p')
  await sampled(on.deps, id, [[on.clock.now(), ok]])
  on.clock.advance(HOUR + 9 * MINUTE)
  await rollUpSamples(on.deps)
  expect(await bucketsOf(on.deps, id, 3600)).toEqual([])
  on.clock.advance(MINUTE)
  await rollUpSamples(on.deps)
  expect(await bucketsOf(on.deps, id, 3600)).toHaveLength(1)
})

test('fine buckets live 48 hours, hours 90 days, days for ever', async () => {
  await using on = await probedShop()
  const { id } = await addProbe(on.deps, 'p')
  await sampled(on.deps, id, [[on.clock.now(), ok]])
  const left = async () =>
    Promise.all([300, 3600, 86_400].map(async (r) => (await bucketsOf(on.deps, id, r)).length))
  on.clock.advance(47 * HOUR)
  await rollUpSamples(on.deps)
  expect(await left()).toEqual([1, 1, 1])
  on.clock.advance(2 * HOUR)
  await rollUpSamples(on.deps)
  expect(await left()).toEqual([0, 1, 1])
  on.clock.advance(90 * DAY)
  await rollUpSamples(on.deps)
  expect(await left()).toEqual([0, 0, 1])
})
