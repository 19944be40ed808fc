import { expect, test } from 'vitest'
import { hearInbound } from '../../../../api/actions/subscribers/suppressions.ts'
import { subscribers, suppressions } from '../../../../db/schema.ts'
import { shopWorld, subscribePeople } from '../../../support/shop.ts'
import { testClock } from '../../../support/world.ts'

test('START gives back the subscription that STOP ended, however fast time goes', async () => {
  const clock = testClock()
  const still = clock.now
  let ticks = 0
  await using made = await shopWorld({ clock: { ...clock, now: () => still() + ticks++ } })
  const { deps } = made
  await subscribePeople(deps, 1, 'sms')
  const say = async (keyword: 'stop' | 'start') => {
    const inbound = { event_id: keyword, from: '+4915100000000', keyword, answered: true }
    await deps.db.write(await hearInbound(deps, 'sms', inbound))
    return deps.db.select().from(subscribers)
  }
  expect(await say('stop')).toMatchObject([{ state: 'unsubscribed' }])
  expect(await say('start')).toMatchObject([{ state: 'active', unsubscribedAt: null }])
  expect(await deps.db.select().from(suppressions)).toEqual([])
})
