import { expect, test } from 'vitest'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import type { Deps } from '../../../../api/deps.ts'
import { SECOND } from '../../../../api/domain/time.ts'
import { allAccepted, crowdWorld, tellCrowd } from '../../../support/crowd.ts'
import { testClock, type TestClock } from '../../../support/world.ts'
import { random, seed } from '../../../faults/chance.ts'

/** Of the answer to a request. */
const LATENCY = 120

/** Lets time stand still while anything is computed: signatures are made in threads of their own. */
function watched(deps: Deps) {
  let signing = 0
  const { sign } = deps.secrets
  deps.secrets.sign = async (...text) => {
    signing++
    return sign(...text).finally(() => signing--)
  }
  return async function comeToRest(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet = signing > 0 ? 0 : quiet + 1)
      await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Whoever sleeps wakes somewhat late, as everywhere. */
function drowsy(clock: TestClock): TestClock {
  const chance = random(seed)
  return { ...clock, sleep: (ms) => clock.sleep(ms > 0 ? ms + Math.floor(chance() * 12) : ms) }
}

/** When requests were made in so many seconds by so many processes that share a database. */
async function requestsIn(
  seconds: number,
  ratePerSecond: number,
  processes: number,
  cost?: number,
) {
  const clock = drowsy(testClock())
  const begun: number[] = []
  await using on = await crowdWorld({
    clock,
    ratePerSecond,
    batchSize: 1,
    ...(cost ? { cost: () => cost } : {}),
    async answer(messages) {
      begun.push(clock.now())
      await clock.sleep(LATENCY)
      return allAccepted(messages)
    },
  })
  const comeToRest = watched(on.deps)
  await tellCrowd(on.deps, ratePerSecond * (seconds + 2))
  const start = clock.now()
  let over = false
  const workers = Array.from({ length: processes }, (_, i) =>
    sendDue({ ...on.deps, instance: `process ${i}` }, () => over),
  )
  while (clock.now() < start + seconds * SECOND) {
    await comeToRest()
    clock.advance(1)
  }
  const made = begun.length
  over = true
  const ended = Promise.all(workers).then(() => true)
  while (!(await Promise.race([ended, comeToRest().then(() => false)]))) clock.advance(10)
  return { begun: begun.slice(0, made), made }
}

function mostInASecond(times: number[]): number {
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + SECOND).length),
  )
}

test.each([
  [5, 1, 20],
  [5, 3, 20],
  [10, 1, 20],
  [10, 3, 20],
  [40, 1, 5],
])(
  'at %i requests a second %i processes use 95 % of them at least, and never more in any second',
  async (rate, processes, seconds) => {
    const { begun, made } = await requestsIn(seconds, rate, processes)
    expect(made).toBeGreaterThanOrEqual(0.95 * rate * seconds)
    expect(mostInASecond(begun)).toBeLessThanOrEqual(rate)
  },
  60_000,
)

test('a message that takes twice its share of the rate leaves half as many', async () => {
  const { made } = await requestsIn(20, 10, 1, 2)
  expect(made).toBeGreaterThanOrEqual(0.95 * 5 * 20)
  expect(made).toBeLessThanOrEqual(5 * 20 + 1)
}, 60_000)
