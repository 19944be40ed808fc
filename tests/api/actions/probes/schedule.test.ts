import { describe, expect, test } from 'vitest'
import { readiness } from '../../../../api/actions/duties.ts'
import { runDueProbes, startDueProbes } from '../../../../api/actions/probes/probing.ts'
import { updateProbe } from '../../../../api/actions/probes/probes.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { startHeartbeat } from '../../../../api/heartbeat.ts'
import { alerts, watches } from '../../../../db/schema.ts'
import { addProbe, findProbe, ok, probedShop, scripted } from '../../../support/probed.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator, tellingWorld, type Telling } from '../../../support/telling.ts'

const COUNT = 40

async function manyProbes() {
  const on = await probedShop()
  for (let i = 0; i < COUNT; i++) await addProbe(on.deps, `p${i}`)
  await beats(on, 90)
  on.asked.length = 0
  return on
}

type On = Awaited<ReturnType<typeof probedShop>>

/** A beat every second; how many were asked in each. */
async function beats(on: On, seconds: number): Promise<number[]> {
  const asked: number[] = []
  for (let i = 0; i < seconds; i++) {
    asked.push((await runDueProbes(on.deps)).checked)
    on.clock.advance(SECOND)
  }
  return asked
}

describe.each([
  ['set back by an hour', -HOUR],
  ['set ahead by an hour', HOUR],
  ['an hour later when the process wakes', HOUR],
])('a clock that is %s', (_, jump) => {
  test('makes every probe due once, not once per slot, and no outage', async () => {
    await using on = await manyProbes()
    on.clock.advance(jump)
    const [first, ...later] = await beats(on, 61)
    expect(first).toBe(COUNT)
    expect(later.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2 * COUNT)
    const perUrl = Map.groupBy(on.asked, ({ url }) => url)
    for (const asked of perUrl.values()) expect(asked.length).toBeLessThanOrEqual(3)
    expect(await on.deps.db.select().from(alerts)).toEqual([])
  })

  test('leaves each probe in its own slots, spread over the interval', async () => {
    await using on = await manyProbes()
    on.clock.advance(jump)
    await beats(on, 46)
    const most = Math.max(...(await beats(on, 30)))
    expect(most).toBeLessThan(COUNT / 4)
  })
})

describe('a clock that was set back', () => {
  test('while the process was away is seen when it begins', async () => {
    await using on = await manyProbes()
    on.clock.advance(-HOUR)
    expect((await runDueProbes({ ...on.deps })).checked).toBe(COUNT)
  })

  test('keeps no probe that a process held when it died', async () => {
    await using on = await manyProbes()
    on.clock.advance(MINUTE)
    await on.deps.db.update(watches).set({ leasedUntil: on.clock.now() + MINUTE })
    on.clock.advance(-HOUR)
    expect((await runDueProbes({ ...on.deps })).checked).toBe(COUNT)
  })

  test('by less than two intervals changes nothing', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'daily', { intervalMs: DAY })
    await beats(on, 2)
    const { nextAt } = await findProbe(on.deps, 'daily')
    on.clock.advance(-6 * HOUR)
    expect((await runDueProbes(on.deps)).checked).toBe(0)
    expect((await findProbe(on.deps, 'daily')).nextAt).toBe(nextAt)
  })
})

const seen = async (on: On) => (await readiness(on.deps, {})).probes

describe('how punctual probes are', () => {
  test('is shown by what came between dot and start, of the last minutes', async () => {
    await using on = await probedShop()
    expect(await seen(on)).toEqual({ due: 0, overdue: 0, lag_p50_ms: null, lag_p99_ms: null })
    for (let i = 0; i < COUNT; i++) await addProbe(on.deps, `p${i}`)
    expect(await seen(on)).toMatchObject({ due: COUNT, overdue: 0 })
    on.clock.advance(7)
    await runDueProbes(on.deps)
    expect(await seen(on)).toEqual({ due: 0, overdue: 0, lag_p50_ms: 7, lag_p99_ms: 7 })
    await addProbe(on.deps, 'late')
    on.clock.advance(900)
    await runDueProbes(on.deps)
    expect(await seen(on)).toMatchObject({ lag_p50_ms: 7, lag_p99_ms: 900 })
    on.clock.advance(6 * MINUTE)
    expect(await seen(on)).toMatchObject({ due: COUNT + 1, overdue: COUNT + 1, lag_p50_ms: null })
  })

  test('does not count what is under way, and names what nobody asks elsewhere', async () => {
    await using on = await probedShop()
    await addProbe(on.deps, 'p', { regions: ['main', 'office'] })
    const { promise, resolve } = Promise.withResolvers<typeof ok>()
    on.answers.set('https://p.example/health', () => promise)
    const { done } = await startDueProbes(on.deps)
    expect(await seen(on)).toMatchObject({ due: 0, overdue: 0 })
    resolve(ok)
    on.clock.advance(SECOND)
    await done
    on.clock.advance(2 * MINUTE)
    await runDueProbes(on.deps)
    expect(await seen(on)).toMatchObject({ due: 0, overdue: 1 })
    await updateProbe(on.deps, operator, 'p', { paused: true })
    expect(await seen(on)).toMatchObject({ due: 0, overdue: 0 })
  })
})

/** Lets time pass until something has happened. */
async function until(on: Telling, happened: () => boolean) {
  const look = () => {
    on.clock.advance(250)
    return happened()
  }
  await expect.poll(look, { timeout: 30_000, interval: 20 }).toBe(true)
}

async function ended(told: Telling, heartbeat: { stop(): Promise<void> }) {
  let isStopped = false
  void heartbeat.stop().then(() => (isStopped = true))
  told.clock.advance(HOUR)
  await until(told, () => isStopped)
}

describe('neither waits for the other', () => {
  test('probes are asked while a provider takes for ever', async () => {
    await using told = await tellingWorld()
    const { promise, resolve: release } = Promise.withResolvers<void>()
    const [email, ...others] = told.deps.providers
    let sending = 0
    const hanging: typeof email = {
      ...email!,
      async send(...given) {
        sending++
        await promise
        return email!.send(...given)
      },
    }
    const { probers, asked } = scripted()
    const deps = { ...told.deps, probers, providers: [hanging, ...others] }
    await subscribePeople(deps, 1, 'email')
    await openTrouble(deps)
    await expandAnnouncements(deps)
    await addProbe(deps, 'p', { intervalMs: SECOND })
    const heartbeat = startHeartbeat(deps)
    await until(told, () => sending > 0)
    await until(told, () => asked.length > 5)
    release()
    await ended(told, heartbeat)
  })

  test('people are told while all targets take for ever', async () => {
    await using told = await tellingWorld()
    const { promise, resolve: answer } = Promise.withResolvers<typeof ok>()
    const { probers, answers, asked } = scripted()
    const deps = { ...told.deps, probers }
    for (let i = 0; i < 60; i++) {
      await addProbe(deps, `p${i}`)
      answers.set(`https://p${i}.example/health`, () => promise)
    }
    await subscribePeople(deps, 1, 'email')
    const heartbeat = startHeartbeat(deps)
    await until(told, () => asked.length >= 50)
    await openTrouble(deps)
    let arrived = 0
    const look = setInterval(() => {
      void deps.db.query.deliveries.findMany().then((all) => {
        arrived = all.filter(({ state }) => state === 'accepted').length
      })
    }, 50)
    await until(told, () => arrived > 0)
    clearInterval(look)
    answer(ok)
    await ended(told, heartbeat)
  })
})
