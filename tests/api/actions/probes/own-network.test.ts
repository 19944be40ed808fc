import { expect, test } from 'vitest'
import { alerts } from '../../../../db/schema.ts'
import {
  addProbe,
  broken,
  checks,
  findProbe,
  historyOf,
  probedShop,
  silent,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'

const keys = ['a', 'b', 'c', 'd', 'e']

async function watchFive() {
  const on = await probedShop()
  for (const key of keys) await addProbe(on.deps, key)
  await checks(on, 20)
  return on
}

test('when all hosts fall silent at once nobody is called down, and operators are told once', async () => {
  await using on = await watchFive()
  const begun = on.clock.now()
  for (const key of keys) on.answers.set(urlOf(key), silent)
  await checks(on, 60)
  for (const key of keys)
    expect(await findProbe(on.deps, key)).toMatchObject({
      state: 'up',
      lastReason: `no verdict: most targets fell silent at once; ${silent.reason}`,
    })
  expect(await statusOfComponent(on.deps)).toBe('operational')
  expect(await on.deps.db.query.incidents.findMany()).toEqual([])
  expect(await on.deps.db.select().from(alerts)).toMatchObject([
    { eventType: 'own_network', status: 'open' },
  ])

  on.answers.clear()
  await checks(on, 20)
  for (const key of keys) expect((await findProbe(on.deps, key)).state).toBe('up')
  expect(await on.deps.db.select().from(alerts)).toMatchObject([{ status: 'resolved' }])
  // One hole while nothing was known, which begins no later than the third silence of the last to be asked.
  const history = await historyOf(on.deps, begun)
  expect(history.length).toBe(2)
  const [knownUntil, knownFrom] = history.map((one) => one.split(/ |(?<=\d)-/).map(Number))
  expect(knownUntil![2]).toBeLessThan(60)
  expect(knownFrom![1]).toBeGreaterThan(60)
})

test('of a target that our own side keeps us from asking nothing is known, and operators are told once', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'a')
  await checks(on, 3)
  const reason = 'our own name server does not answer'
  const ours = { outcome: 'refused', latency_ms: 1, status: null, reason, isOurs: true } as const
  on.answers.set(urlOf('a'), ours)
  await checks(on, 10)
  expect(await findProbe(on.deps, 'a')).toMatchObject({
    state: 'up',
    lastReason: `no verdict: our own side has failed; ${reason}`,
  })
  expect(await on.deps.db.select().from(alerts)).toMatchObject([
    { eventType: 'own_network', status: 'open' },
  ])
  on.answers.clear()
  await checks(on, 2)
  expect(await on.deps.db.select().from(alerts)).toMatchObject([{ status: 'resolved' }])
})

test('one silent host among five is down as fast as ever: its neighbours are heard in time', async () => {
  await using on = await watchFive()
  on.answers.set(urlOf('a'), silent)
  const before = on.clock.now()
  while ((await findProbe(on.deps, 'a')).state === 'up') await checks(on)
  const down = await findProbe(on.deps, 'a')
  expect(down.state).toBe('down')
  expect(on.clock.now() - down.stateSince!).toBe(20_000)
  expect(on.clock.now() - before).toBeLessThan(60_000)
})

test('the neighbours of a silent host are asked at once', async () => {
  await using on = await watchFive()
  on.answers.set(urlOf('a'), silent)
  while ((await findProbe(on.deps, 'a')).failures === 0) await checks(on)
  on.asked.length = 0
  await checks(on)
  const others = keys.filter((key) => key !== 'a').map(urlOf)
  expect(on.asked.map(({ url }) => url).toSorted()).toEqual(others)
})

test('hosts that answer with errors are reached: they are down, all of them', async () => {
  await using on = await watchFive()
  for (const key of keys) on.answers.set(urlOf(key), broken)
  await checks(on, 40)
  for (const key of keys) expect((await findProbe(on.deps, key)).state).toBe('down')
})
