import { expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import { unsubscribe } from '../../../../api/actions/subscribers/subscription.ts'
import type { Deps } from '../../../../api/deps.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { announcements, deliveries } from '../../../../db/schema.ts'
import { allClear } from '../../../support/following.ts'
import { shop, shopWorld, subscribePeople } from '../../../support/shop.ts'
import { tokensOf, theSubscriber } from '../../../support/subscribing.ts'
import { openTrouble, operator } from '../../../support/telling.ts'
import { testClock } from '../../../support/world.ts'

/** Berlin sleeps from 22:00 to 07:00; it is half past eleven there. */
const night = Date.parse('2026-11-21T22:30:00Z')
const quiet = { from: '22:00', until: '07:00' }

async function sleepers(count = 2, now = night) {
  const on = await shopWorld({ clock: testClock(now) })
  await subscribePeople(on.deps, count, 'email', { quiet })
  return on
}

function states(deps: Deps) {
  return deps.db
    .select({ state: deliveries.state, heldUntil: deliveries.heldUntil })
    .from(deliveries)
    .orderBy(deliveries.id)
}

test('news of the night is told in the morning, and not before', async () => {
  await using on = await sleepers()
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const held = { state: 'held', heldUntil: Date.parse('2026-11-22T06:00:00Z') }
  expect(await states(on.deps)).toEqual([held, held])
  on.clock.advance(7.5 * HOUR - 1)
  expect(await releaseHeld(on.deps)).toBe(0)
  on.clock.advance(1)
  expect(await Promise.all([releaseHeld(on.deps), releaseHeld(on.deps)])).toContain(2)
  expect((await states(on.deps)).map(({ state }) => state)).toEqual(['pending', 'pending'])
})

test('what is critical wakes them', async () => {
  await using on = await sleepers()
  await openTrouble(on.deps, { components: [{ id: shop.checkout, status: 'major_outage' }] })
  await expandAnnouncements(on.deps)
  expect((await states(on.deps)).map(({ state }) => state)).toEqual(['pending', 'pending'])
})

test('of an incident that came and went in the night only the end is told', async () => {
  await using on = await sleepers(1)
  const id = await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  on.clock.advance(HOUR)
  await giveAllClear(on.deps, operator, id, allClear, true)
  await expandAnnouncements(on.deps)
  expect((await states(on.deps)).map(({ state }) => state)).toEqual(['superseded', 'held'])
  on.clock.advance(8 * HOUR)
  await releaseHeld(on.deps)
  expect((await states(on.deps)).map(({ state }) => state)).toEqual(['superseded', 'pending'])
})

test('what was superseded in the morning, before the sweep, does not get out', async () => {
  await using on = await sleepers(1)
  const id = await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  on.clock.advance(8 * HOUR)
  await giveAllClear(on.deps, operator, id, allClear, true)
  await releaseHeld(on.deps)
  expect((await states(on.deps)).map(({ state }) => state)).toEqual(['superseded'])
})

test('what nobody could send for a day does not get out', async () => {
  await using on = await sleepers(1)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  on.clock.advance(25 * HOUR)
  expect(await releaseHeld(on.deps)).toBe(0)
  expect((await states(on.deps)).map(({ state }) => state)).toEqual(['expired'])
})

test('quiet hours that last longer than news lives keep it alive', async () => {
  await using on = await shopWorld({ clock: testClock(Date.parse('2026-10-24T07:00:30Z')) })
  // Clocks are set back in the coming night: it is 24 hours and 59 minutes until 08:59.
  const all = { from: '09:00', until: '08:59' }
  await subscribePeople(on.deps, 1, 'email', { quiet: all })
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const heldUntil = (await states(on.deps))[0]!.heldUntil!
  expect(heldUntil - on.clock.now()).toBe(25 * HOUR - MINUTE - 30_000)
  on.clock.advance(heldUntil - on.clock.now())
  expect(await releaseHeld(on.deps)).toBe(1)
  const [announcement] = await on.deps.db.select().from(announcements)
  expect(announcement!.expiresAt - on.clock.now()).toBe(HOUR)
})

test('who leaves in the night is not told in the morning', async () => {
  await using on = await sleepers(1)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const { unsubscribe: token } = await tokensOf(on.deps, await theSubscriber(on.deps))
  await unsubscribe(on.deps, token, null)
  on.clock.advance(8 * HOUR)
  await releaseHeld(on.deps)
  expect((await states(on.deps)).map(({ state }) => state)).toEqual(['skipped'])
})

test('thousands wake up at once, and each is told', async () => {
  await using on = await sleepers(1200)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  on.clock.advance(8 * HOUR)
  expect(await releaseHeld(on.deps)).toBe(1200)
  expect(await releaseHeld(on.deps)).toBe(0)
})
