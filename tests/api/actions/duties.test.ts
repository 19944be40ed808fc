import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { readiness, recordDuty } from '../../../api/actions/duties.ts'
import { expandAnnouncements } from '../../../api/actions/telling/announcements.ts'
import { HOUR, MINUTE, SECOND } from '../../../api/domain/time.ts'
import { beat, duties } from '../../../api/heartbeat.ts'
import { deliveries } from '../../../db/schema.ts'
import { openShop, shopWorld, subscribePeople } from '../../support/shop.ts'
import { openTrouble } from '../../support/telling.ts'
import { testClock, world } from '../../support/world.ts'

const cadence = { send: { every: SECOND } }

describe('the lag of a duty that comes round every second', () => {
  test('is none while it does, though it is written down every 15 seconds', async () => {
    await using on = await world()
    for (let second = 0; second < 40; second++) {
      await recordDuty(on.deps, 'send', SECOND, on.clock.now(), null)
      on.clock.advance(SECOND)
      const { duties, ready } = await readiness(on.deps, cadence)
      expect({ ready, ...duties[0] }).toMatchObject({
        ready: true,
        lag_ms: 0,
        last_started_ms_ago: SECOND,
      })
    }
  })

  test('is told to the second in the process that stopped', async () => {
    await using on = await world()
    await recordDuty(on.deps, 'send', SECOND, on.clock.now(), null)
    on.clock.advance(5 * SECOND)
    expect((await readiness(on.deps, cadence)).duties).toMatchObject([{ lag_ms: 4 * SECOND }])
  })

  test.each<[string, number, number]>([
    ['within the grace', 16 * SECOND, 0],
    ['beyond the grace', 20 * SECOND, 4 * SECOND],
  ])('is told %s of what another process wrote down', async (_, passed, lag_ms) => {
    await using on = await world()
    await recordDuty({ ...on.deps }, 'send', SECOND, on.clock.now(), null)
    on.clock.advance(passed)
    expect((await readiness(on.deps, cadence)).duties).toMatchObject([{ lag_ms }])
  })
})

test('who takes minutes to tell all of its audience is at work, and does not lag', async () => {
  const clock = testClock()
  const lags: (number | null)[] = []
  await using on = await world({
    clock: {
      ...clock,
      async sleep() {
        clock.advance(MINUTE)
        const { duties: reported } = await readiness(on.deps, duties)
        lags.push(reported.find(({ name }) => name === 'expand')!.lag_ms)
      },
    },
  })
  await openShop(on.deps)
  await subscribePeople(on.deps, 4500)
  await openTrouble(on.deps)
  await beat(on.deps)
  const meanwhile = lags.filter((lag) => lag !== null).slice(0, 2)
  expect(meanwhile).toEqual(Array(2).fill(MINUTE - SECOND))
})

test('what is pending is counted as far as it matters, and aged by what came first', async () => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 10_005)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  on.clock.advance(MINUTE)
  const answer = { pending_deliveries: 10_000, oldest_pending_delivery_ms: MINUTE }
  expect(await readiness(on.deps, {})).toMatchObject(answer)
  await on.deps.db.run(sql`UPDATE ${deliveries} SET state = 'accepted' WHERE id <> 7`)
  expect(await readiness(on.deps, {})).toMatchObject({ ...answer, pending_deliveries: 1 })
  await on.deps.db.run(sql`UPDATE ${deliveries} SET state = 'accepted'`)
  const none = { pending_deliveries: 0, oldest_pending_delivery_ms: null }
  expect(await readiness(on.deps, {})).toMatchObject(none)
})

test('what was held for the night is waited for from the morning on', async () => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 1)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  await on.deps.db.update(deliveries).set({ heldUntil: on.clock.now() + 8 * HOUR })
  on.clock.advance(8 * HOUR + SECOND)
  expect(await readiness(on.deps, {})).toMatchObject({ oldest_pending_delivery_ms: SECOND })
})
