import { describe, expect, test } from 'vitest'
import { runDueProbes } from '../../../../api/actions/probes/probing.ts'
import { updateProbe } from '../../../../api/actions/probes/probes.ts'
import { HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { alerts, auditLog, watches } from '../../../../db/schema.ts'
import { requestsTo } from '../../../support/asked.ts'
import {
  addProbe,
  broken,
  findProbe,
  historyOf,
  silent,
  slow,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'
import { watchedFrom } from '../../../support/regions.ts'
import { operator } from '../../../support/telling.ts'

const three = ['main', 'east', 'west']

async function watchedByThree(given: object = {}) {
  const on = await watchedFrom('east', 'west')
  await addProbe(on.deps, 'p', { regions: three, ...given })
  await on.pass(2)
  return on
}

type On = Awaited<ReturnType<typeof watchedByThree>>

function say(on: On, answer: typeof broken, ...regions: string[]) {
  for (const region of regions) on.regions[region]!.answers.set(urlOf('p'), answer)
}

const alertsOf = (on: On) => on.deps.db.select().from(alerts)

const statesOf = async (on: On) => {
  const rows = await on.deps.db.select().from(watches).orderBy(watches.region)
  return rows.map(({ region, state }) => `${region} ${state}`)
}

describe('three regions', () => {
  test('each look for themselves, and are one word', async () => {
    await using on = await watchedByThree()
    for (const region of three) expect(on.regions[region]!.asked.length).toBeGreaterThan(0)
    expect(await statesOf(on)).toEqual(['east up', 'main up', 'west up'])
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'up' })
    expect(await alertsOf(on)).toEqual([])
  })

  test('are not talked into an outage by one that lies', async () => {
    await using on = await watchedByThree()
    say(on, silent, 'west')
    expect(await on.pass(12)).toBe(0)
    expect(await statesOf(on)).toEqual(['east up', 'main up', 'west down'])
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'up' })
    expect(await statusOfComponent(on.deps)).toBe('operational')
    expect(await alertsOf(on)).toEqual([])
    expect(await on.deps.db.select().from(auditLog)).toEqual([])
  })

  test('are not moved by one that goes to and fro', async () => {
    await using on = await watchedByThree({ stableMs: 0 })
    for (let i = 0; i < 6; i++) {
      say(on, i % 2 === 0 ? broken : slow, 'west')
      expect(await on.pass(8)).toBe(0)
    }
    expect(await statusOfComponent(on.deps)).toBe('operational')
    expect(await alertsOf(on)).toEqual([])
  })

  test('call it down once two say so, since the second saw it, with one alert and one draft', async () => {
    await using on = await watchedByThree()
    say(on, broken, 'west')
    await on.pass(12)
    say(on, silent, 'main')
    const before = on.clock.now()
    expect(await on.pass(12)).toBe(1)
    const probe = await findProbe(on.deps, 'p')
    expect(probe.state).toBe('down')
    expect(probe.stateSince).toBeGreaterThanOrEqual(before)
    expect((await historyOf(on.deps, 0)).at(-1)).toBe(`major_outage ${probe.stateSince! / 1000}-`)
    expect(await alertsOf(on)).toMatchObject([
      {
        status: 'open',
        eventType: 'probe.down',
        title: 'Shop - Checkout answers with errors',
        detail: `main: ${silent.reason}; west: ${broken.reason}`,
      },
    ])
    expect(await on.deps.db.query.incidents.findMany()).toHaveLength(1)
  })

  test('call it up again when two are', async () => {
    await using on = await watchedByThree()
    say(on, broken, ...three)
    await on.pass(12)
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
    on.regions['east']!.answers.clear()
    expect(await on.pass(12)).toBe(0)
    on.regions['west']!.answers.clear()
    expect(await on.pass(12)).toBe(1)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    expect(await alertsOf(on)).toMatchObject([{ status: 'resolved' }])
  })

  test('are slow together as well', async () => {
    await using on = await watchedByThree()
    say(on, slow, 'east', 'west')
    expect(await on.pass(12)).toBe(1)
    expect(await statusOfComponent(on.deps)).toBe('degraded_performance')
    expect((await alertsOf(on))[0]!.detail).toBe('east: 3000 ms; west: 3000 ms')
  })

  test('that change their minds at the same moment do not overlook each other', async () => {
    await using on = await watchedByThree({ failureThreshold: 1 })
    say(on, broken, ...three)
    on.clock.advance(MINUTE)
    const rounds = await Promise.all(three.map((name) => runDueProbes(on.regions[name]!.deps)))
    expect(rounds.reduce((sum, { flipped }) => sum + flipped, 0)).toBe(1)
    expect(await statesOf(on)).toEqual(['east down', 'main down', 'west down'])
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'down' })
    expect(await alertsOf(on)).toHaveLength(1)
  })
})

describe('a region that is silent', () => {
  test('is no outage, and leaves no hole while others look', async () => {
    await using on = await watchedByThree()
    await on.pass(150, 'main', 'east')
    expect(await on.pass(6)).toBe(0)
    expect(await alertsOf(on)).toEqual([])
    expect(await historyOf(on.deps, 0)).toHaveLength(1)
  })

  test('has no say until it is heard again', async () => {
    await using on = await watchedByThree()
    say(on, broken, 'west')
    await on.pass(12)
    on.regions['east']!.answers.set(urlOf('p'), broken)
    on.clock.advance(5 * MINUTE)
    expect(await on.pass(12, 'main', 'east')).toBe(0)
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'up' })
    await on.pass(2)
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'down' })
  })

  test('beside all others is a hole in the history, once', async () => {
    await using on = await watchedByThree()
    on.clock.advance(HOUR)
    await on.pass(6)
    expect(await historyOf(on.deps, 0)).toHaveLength(2)
    expect(await alertsOf(on)).toEqual([])
  })
})

describe('other regions', () => {
  test('that join begin anew, and those that leave are forgotten with what they are asking', async () => {
    await using on = await watchedByThree()
    const { promise, resolve: answer } = Promise.withResolvers<typeof broken>()
    on.regions['west']!.answers.set(urlOf('p'), () => promise)
    on.clock.advance(30 * SECOND)
    const asking = runDueProbes(on.regions['west']!.deps)
    await expect.poll(() => on.regions['west']!.asked.length).toBeGreaterThan(1)
    await updateProbe(on.deps, operator, 'p', { regions: ['main', 'north'] })
    answer(broken)
    on.clock.advance(SECOND)
    await asking
    expect(await statesOf(on)).toEqual(['main up', 'north unknown'])
  })

  test('of which only one is left speak by it alone', async () => {
    await using on = await watchedByThree()
    say(on, broken, 'main')
    await on.pass(12)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    await updateProbe(on.deps, operator, 'p', { regions: [] })
    expect(await on.pass(1)).toBe(1)
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
  })
})

test('a probe with one region asks nobody for votes', async () => {
  await using on = await watchedFrom()
  await addProbe(on.deps, 'p')
  await on.pass(3)
  on.clock.advance(MINUTE)
  const requests = requestsTo(on.deps)
  await runDueProbes(on.deps)
  // Is anything due, its claim, and what came of it.
  expect(requests).toHaveLength(3)
})
