import { expect, test } from 'vitest'
import { alerts, page, sampleBuckets } from '../../../../db/schema.ts'
import {
  addProbe,
  broken,
  checks,
  findProbe,
  ok,
  probedShop,
  silent,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'

const canaries = ['https://one.example/', 'https://two.example/']

async function watched(keys = ['p'], given: Parameters<typeof addProbe>[2] = {}) {
  const on = await probedShop()
  await on.deps.db.write([on.deps.db.update(page).set({ canaries })])
  for (const key of keys) await addProbe(on.deps, key, given)
  await checks(on, keys.length)
  const fall = (urls: string[]) => {
    for (const url of urls) on.answers.set(url, silent)
  }
  const canariesAsked = () => on.asked.filter(({ url }) => canaries.includes(url)).length / 2
  return Object.assign(on, { fall, canariesAsked })
}

test('a target that falls silent with all canaries is not called down, and operators hear once', async () => {
  await using on = await watched()
  on.fall([urlOf('p'), ...canaries])
  await checks(on, 2)
  expect(on.canariesAsked()).toBe(0)
  const { failures, streakStartedAt } = await findProbe(on.deps, 'p')
  await checks(on, 20)
  expect(await findProbe(on.deps, 'p')).toMatchObject({
    state: 'up',
    failures,
    streakStartedAt,
    lastReason: `no verdict: the canaries are silent, too; ${silent.reason}`,
  })
  expect(await statusOfComponent(on.deps)).toBe('operational')
  expect(await on.deps.db.query.incidents.findMany()).toEqual([])
  expect(await on.deps.db.select().from(alerts)).toMatchObject([
    { title: 'A monitored target and all canaries fell silent at once', status: 'open' },
  ])
  const [bucket] = await on.deps.db.select().from(sampleBuckets)
  expect(bucket!.failed).toBe(2)

  on.answers.clear()
  await checks(on, 3)
  expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'up', failures: 0 })
  expect(await on.deps.db.select().from(alerts)).toMatchObject([{ status: 'resolved' }])
})

test('a target that is silent while a canary answers is down as fast as ever', async () => {
  await using on = await watched()
  on.fall([urlOf('p'), canaries[0]!])
  expect(await checks(on, 3)).toBe(1)
  expect((await findProbe(on.deps, 'p')).state).toBe('down')
  expect(on.asked.find(({ url }) => url === canaries[1])).toMatchObject({ timeout_ms: 5000 })
})

test('canaries are not asked about a target that answers with errors', async () => {
  await using on = await watched()
  on.answers.set(urlOf('p'), broken)
  expect(await checks(on, 3)).toBe(1)
  expect(on.canariesAsked()).toBe(0)
})

test('canaries are asked once in ten seconds, however many targets fall silent', async () => {
  await using on = await watched(['a', 'b', 'c'])
  on.fall(['a', 'b', 'c'].map(urlOf).concat(canaries))
  const start = on.clock.now()
  await checks(on, 60)
  expect(on.canariesAsked()).toBeGreaterThan(3)
  expect(on.canariesAsked()).toBeLessThanOrEqual((on.clock.now() - start) / 10_000 + 1)
})

test('what canaries said before a target fell silent is no word on it: they are asked again', async () => {
  await using on = await watched(['a', 'b'], { failureThreshold: 1, intervalMs: 8000 })
  on.fall([urlOf('a')])
  while ((await findProbe(on.deps, 'a')).state === 'up') await checks(on)
  on.fall([urlOf('b'), ...canaries])
  await checks(on, 12)
  expect((await findProbe(on.deps, 'b')).state).toBe('up')
  expect(on.canariesAsked()).toBeGreaterThan(1)
  for (const url of canaries) on.answers.set(url, ok)
  await checks(on, 12)
  expect((await findProbe(on.deps, 'b')).state).toBe('down')
})
