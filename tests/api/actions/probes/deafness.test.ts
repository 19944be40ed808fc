import { expect, test } from 'vitest'
import { hookUrls } from '../../../../api/actions/probes/report-tokens.ts'
import { hear } from '../../../../api/actions/probes/reports.ts'
import { runDueProbes } from '../../../../api/actions/probes/probing.ts'
import type { Deps } from '../../../../api/deps.ts'
import { HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { addProbe, findProbe, probedShop } from '../../../support/probed.ts'

type On = Awaited<ReturnType<typeof probedShop>>

/** A job that calls every minute, at most ten seconds late, and a process that hears it only while it is awake. */
async function watchJob() {
  const on = await probedShop()
  on.deps.hearsOnlyWhileAwake = true
  const question = { every_ms: MINUTE, grace_ms: 10 * SECOND }
  await addProbe(on.deps, 'job', { kind: 'heartbeat', question, intervalMs: 5 * SECOND })
  const urls = await hookUrls(on.deps, [await findProbe(on.deps, 'job')])
  const token = [...urls.values()][0]!.split('/').at(-1)!
  await runDueProbes(on.deps)
  for (let i = 0; i < 3; i++) {
    await awake(on, 30 * SECOND)
    await hear(on.deps, 'heartbeat', token, {})
    await awake(on, 30 * SECOND)
  }
  expect((await findProbe(on.deps, 'job')).state).toBe('up')
  return Object.assign(on, { call: () => hear(on.deps, 'heartbeat', token, {}) })
}

/** Time in which a process looks every second. */
async function awake(on: On, ms: number, deps: Deps = on.deps) {
  for (let left = ms; left > 0; left -= SECOND) {
    on.clock.advance(SECOND)
    await runDueProbes(deps)
  }
}

const stateOf = async (on: On) => (await findProbe(on.deps, 'job')).state

test.each([
  ['forty seconds', 40 * SECOND],
  ['ninety seconds', 90 * SECOND],
  ['an hour', HOUR],
])('a job is not down for what it said while the process slept %s', async (_, ms) => {
  await using on = await watchJob()
  on.clock.advance(ms)
  await awake(on, 50 * SECOND)
  expect(await stateOf(on)).toBe('up')
  await on.call()
  await awake(on, 50 * SECOND)
  expect(await stateOf(on)).toBe('up')
})

test.each([
  ['five seconds', 35 * SECOND, 5 * SECOND],
  ['a minute', 0, MINUTE],
])(
  'a job is not down for what it said while the process was restarted, for %s',
  async (_, before, ms) => {
    await using on = await watchJob()
    await awake(on, before)
    on.clock.advance(ms)
    const successor = { ...on.deps }
    await awake(on, 50 * SECOND, successor)
    expect(await stateOf(on)).toBe('up')
  },
)

test('a job that stays silent once somebody listens again is down', async () => {
  await using on = await watchJob()
  on.clock.advance(HOUR)
  await awake(on, 80 * SECOND)
  expect(await stateOf(on)).toBe('down')
})

test('where somebody always listens a late look excuses nobody', async () => {
  await using on = await watchJob()
  on.deps.hearsOnlyWhileAwake = false
  on.clock.advance(80 * SECOND)
  await runDueProbes(on.deps)
  expect(await stateOf(on)).toBe('down')
})
