import { expect, test } from 'vitest'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { SECOND } from '../../../../api/domain/time.ts'
import { allAccepted, crowdWorld, secondsOf, tellCrowd } from '../../../support/crowd.ts'
import { states } from '../../../support/deliveries.ts'
import { testClock } from '../../../support/world.ts'

test('what was lost is looked for and sent again while the others are still being told', async () => {
  const clock = testClock()
  const start = clock.now()
  const sentTo = new Map<number, number[]>()
  let looks = 0
  await using on = await crowdWorld({
    clock,
    idempotent: false,
    ratePerSecond: 1,
    batchSize: 1,
    answer(messages) {
      const isFirst = sentTo.size === 0
      const [{ delivery }] = messages as [(typeof messages)[0]]
      const seconds = (clock.now() - start) / SECOND
      sentTo.set(delivery, [...(sentTo.get(delivery) ?? []), seconds])
      return isFirst
        ? { kind: 'uncertain', code: 'timeout', reason: 'no answer' }
        : allAccepted(messages)
    },
    find: () => Promise.resolve((looks++, null)),
  })
  await tellCrowd(on.deps, 300)
  let isOver = false
  const beat = sendDue(on.deps, () => isOver)
  expect(await secondsOf(on, 80, beat)).toBeNull()
  isOver = true
  await secondsOf(on, 30, beat)
  expect((await states(on.deps))['pending']).toBeGreaterThan(200)
  const [first, again, ...more] = sentTo.get(1)!
  expect(again! - first!).toBeGreaterThanOrEqual(60)
  expect(more).toEqual([])
  expect(looks).toBe(2)
})
