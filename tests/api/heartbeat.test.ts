import { expect, test } from 'vitest'
import { expandAnnouncements } from '../../api/actions/telling/announcements.ts'
import { HOUR, MINUTE } from '../../api/domain/time.ts'
import type { Preferences } from '../../api/domain/subscription.ts'
import { beat, duties } from '../../api/heartbeat.ts'
import { allAccepted, crowdWorld, secondsOf, tellCrowd } from '../support/crowd.ts'
import { states } from '../support/deliveries.ts'
import { awaitDigests } from '../support/following.ts'
import { loseAnswer, refuseWrites } from '../support/lost-answers.ts'
import { addProbe, probedShop } from '../support/probed.ts'
import { subscribePeople } from '../support/shop.ts'
import { openTrouble, tellingWorld } from '../support/telling.ts'

test.each<[string, Partial<Preferences>]>([
  ['the end of quiet hours', { quiet: { from: '12:00', until: '20:00' } }],
  ['the hour of the digest', { digest_at: '20:00' }],
])('%s is kept by the next beat, not by the one after it', async (_, preferences) => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1, 'email', preferences)
  await awaitDigests(told.deps)
  told.clock.advance(MINUTE)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  told.clock.advance(7 * HOUR)
  await beat(told.deps)
  expect(await states(told.deps)).toEqual({ accepted: 1 })
})

test('what a lost answer ended goes on in the same beat', async () => {
  await using on = await crowdWorld()
  await tellCrowd(on.deps, 300)
  const { lost } = loseAnswer(on.deps, 'provider_id = coalesce')
  await beat(on.deps)
  expect(lost()).toBe(1)
  expect(await states(on.deps)).toEqual({ accepted: 300 })
})

test('a beat waits no longer for the database than the next ones need', async () => {
  await using on = await crowdWorld()
  await tellCrowd(on.deps, 10)
  let isDown = false
  refuseWrites(on.deps, () => isDown)
  on.provider.send = (messages) => {
    isDown = true
    return Promise.resolve(allAccepted(messages))
  }
  const first = beat(on.deps)
  expect(await secondsOf(on, 110, first)).toBeNull()
  expect(await secondsOf(on, 600, first)).toBeUndefined()
})

test('one beat asks all that is due, however many they are after a pause', async () => {
  await using on = await probedShop()
  for (let i = 0; i < 210; i++) await addProbe(on.deps, `p${i}`)
  await duties['probe']!.run(on.deps, () => false)
  await on.settled()
  expect(on.asked).toHaveLength(210)
})
