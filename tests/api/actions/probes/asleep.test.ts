import { expect, test } from 'vitest'
import { runDueProbes } from '../../../../api/actions/probes/probing.ts'
import { HOUR, SECOND } from '../../../../api/domain/time.ts'
import type { Sample } from '../../../../api/probers/prober.ts'
import { until } from '../../../support/listen.ts'
import {
  addProbe,
  checks,
  historyOf,
  ok,
  probedShop,
  scripted,
  urlOf,
} from '../../../support/probed.ts'

const slept: Sample = {
  outcome: 'refused',
  isOurs: true,
  status: null,
  latency_ms: HOUR,
  reason: 'this machine slept or was too busy to ask',
}

/** Each question is answered when its test says so. */
function answeredLater({ answers }: ReturnType<typeof scripted>, key: string) {
  const asked: ((sample: Sample) => void)[] = []
  answers.set(urlOf(key), () => new Promise((resolve) => asked.push(resolve)))
  return asked
}

test('an hour in which the process slept with a question under way is known by nobody', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'a')
  const since = on.clock.now()
  await checks(on, 3)
  const asked = answeredLater(on, 'a')
  // A second late, as any question may be.
  on.clock.advance(31 * SECOND)
  const before = runDueProbes(on.deps)
  await until(() => asked.length === 1)
  const asleep = (on.clock.now() - since) / SECOND
  on.clock.advance(HOUR)
  // Its lease is over: it is asked anew before the old question ends, and answered after it.
  const after = runDueProbes(on.deps)
  await until(() => asked.length === 2)
  asked[0]!(slept)
  await before
  asked[1]!(ok)
  await after
  const woke = asleep + HOUR / SECOND
  const [first, second, ...more] = await historyOf(on.deps, since)
  expect(second).toBe(`operational ${woke}-`)
  expect(Number(first!.split('-')[1])).toBeLessThanOrEqual(asleep)
  expect(more).toEqual([])
})
