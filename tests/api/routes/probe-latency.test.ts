import { afterAll, beforeAll, expect, test } from 'vitest'
import { rollUpSamples } from '../../../api/actions/probes/samples.ts'
import { DAY, HOUR, MINUTE } from '../../../api/domain/time.ts'
import { sampleBuckets } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { addProbe } from '../../support/probed.ts'

let served: Administered
let id: string

beforeAll(async () => {
  served = await administered()
  id = (await addProbe(served.deps, 'p')).id
})
afterAll(() => served[Symbol.asyncDispose]())

type Row = Partial<typeof sampleBuckets.$inferInsert>

const bucket = (ago: number, row: Row = {}) => ({
  probeId: id,
  resolution: 300,
  startedAt: served.clock.now() - ago,
  ok: 10,
  latencySum: 1000,
  latencyMax: 200,
  histogram: '0,0,0,10',
  ...row,
})
const recent = async (ids = id) =>
  (await served.send('GET', `probe-latency?ids=${ids}`)).json.probes

test('a probe without samples has no points, and nobody else’s', async () => {
  expect(await recent(`${id},nobody`)).toEqual([
    { id, points: [] },
    { id: 'nobody', points: [] },
  ])
})

test('a day is told by the hour, and its newest part by 5 minutes', async () => {
  const buckets = Array.from({ length: (30 * HOUR) / (5 * MINUTE) }, (_, i) =>
    bucket((i + 1) * 5 * MINUTE),
  )
  await served.deps.db.insert(sampleBuckets).values(buckets)
  await rollUpSamples(served.deps)
  const [{ points }] = await recent()
  const times = points.map(({ at }: { at: string }) => served.clock.now() - Date.parse(at))
  expect(Math.max(...times)).toBe(DAY)
  expect(times).toEqual(times.toSorted((a: number, b: number) => b - a))
  expect(points.length).toBeLessThan(60)
  const told = points.reduce((sum: number, { ok }: { ok: number }) => sum + ok, 0)
  expect(told).toBe((DAY / (5 * MINUTE)) * 10)
  expect(points[0]).toMatchObject({ average_ms: 100, ok: 120, failed: 0 })
})

test('a time with failures alone has no latency', async () => {
  await served.deps.db.delete(sampleBuckets)
  await served.deps.db
    .insert(sampleBuckets)
    .values([bucket(5 * MINUTE, { ok: 0, failed: 3, latencySum: 0, histogram: '' })])
  const [{ points }] = await recent()
  expect(points).toMatchObject([{ average_ms: null, ok: 0, failed: 3 }])
})
