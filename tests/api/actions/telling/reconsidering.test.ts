import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { openIncident } from '../../../../api/actions/incidents/incidents.ts'
import { confirmByToken } from '../../../../api/actions/subscribers/confirming.ts'
import { askAgain } from '../../../../api/actions/subscribers/reactivating.ts'
import { changePreferences, type Change } from '../../../../api/actions/subscribers/subscription.ts'
import { expandAnnouncements, writeTo } from '../../../../api/actions/telling/announcements.ts'
import { sumUpDue } from '../../../../api/actions/telling/digests.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { Preferences } from '../../../../api/domain/subscription.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { announcements, deliveries, suppressions } from '../../../../db/schema.ts'
import { shop, shopWorld, subscribePeople } from '../../../support/shop.ts'
import {
  ask,
  letters,
  subscribingWorld,
  theSubscriber,
  tokensOf,
} from '../../../support/subscribing.ts'
import { openTrouble, operator, trouble } from '../../../support/telling.ts'
import { testClock } from '../../../support/world.ts'

/** Half past eleven in Berlin. */
const night = Date.parse('2026-11-21T22:30:00Z')
const quiet = { from: '22:00', until: '07:00' }
const seven = Date.parse('2026-11-22T06:00:00Z')
const nine = Date.parse('2026-11-22T08:00:00Z')

/** One person to whom a minor incident is to be told. */
async function told(preferences: Partial<Preferences>) {
  const on = await shopWorld({ clock: testClock(night) })
  await subscribePeople(on.deps, 1, 'email', preferences)
  on.clock.advance(MINUTE)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  return on
}

async function choose(deps: Deps, change: Change): Promise<void> {
  const { manage } = await tokensOf(deps, await theSubscriber(deps))
  await changePreferences(deps, manage, change, null)
}

function news(deps: Deps) {
  return deps.db
    .select({ state: deliveries.state, heldUntil: deliveries.heldUntil, code: deliveries.code })
    .from(deliveries)
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .where(eq(announcements.kind, 'incident_opened'))
    .orderBy(deliveries.id)
}

const pending = { state: 'pending', heldUntil: null, code: null }
const dropped = { state: 'skipped', code: 'unwanted' }

test.each<[string, Partial<Preferences>, Change, object]>([
  ['only critical news drops what waits', {}, { min_impact: 'critical' }, dropped],
  ['other components drops what waits', {}, { components: ['search'] }, dropped],
  ['no incidents drops what sleeps', { quiet }, { events: ['maintenance'] }, dropped],
  ['only the end keeps the beginning', {}, { updates: 'start_and_end' }, pending],
  ['the same as before keeps what waits', {}, {}, pending],
  ['the same quiet hours keeps what sleeps', { quiet }, {}, { state: 'held', heldUntil: seven }],
  [
    'longer quiet hours lets it sleep on',
    { quiet },
    { quiet: { from: '22:00', until: '09:00' } },
    { state: 'held', heldUntil: nine },
  ],
  ['quiet hours lets what waits sleep', {}, { quiet }, { state: 'held', heldUntil: seven }],
  ['no quiet hours hands on what sleeps', { quiet }, { quiet: null }, pending],
  ['another zone hands on what sleeps', { quiet }, { time_zone: 'America/New_York' }, pending],
  ['a daily digest leaves it to that', {}, { digest_at: '08:00' }, { code: 'digest' }],
])('choosing %s', async (_, before, change, expected) => {
  await using on = await told(before)
  await choose(on.deps, change)
  expect(await news(on.deps)).toMatchObject([expected])
})

test('what is in a request already stays as it is', async () => {
  await using on = await told({})
  await on.deps.db.update(deliveries).set({ state: 'sending', batchId: 'b' })
  await choose(on.deps, { min_impact: 'critical', quiet })
  expect(await news(on.deps)).toMatchObject([{ state: 'sending', heldUntil: null }])
})

test('what waits for others stays as it is', async () => {
  await using on = await shopWorld({ clock: testClock(night) })
  await subscribePeople(on.deps, 2)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  await choose(on.deps, { min_impact: 'critical' })
  expect(await news(on.deps)).toMatchObject([pending, dropped])
})

test('a slip is made good by choosing again', async () => {
  await using on = await told({ quiet })
  await choose(on.deps, { min_impact: 'critical' })
  await choose(on.deps, { min_impact: 'none' })
  expect(await news(on.deps)).toEqual([{ state: 'held', heldUntil: seven, code: null }])
  await choose(on.deps, { min_impact: 'critical' })
  await choose(on.deps, { min_impact: 'none', quiet: null })
  expect(await news(on.deps)).toEqual([pending])
})

test('a slip that is made good too late brings back no old news', async () => {
  await using on = await told({})
  await choose(on.deps, { min_impact: 'critical' })
  on.clock.advance(25 * HOUR)
  await choose(on.deps, { min_impact: 'none' })
  expect(await news(on.deps)).toMatchObject([dropped])
})

test('whoever leaves waiting news to their digest reads it there, once', async () => {
  await using on = await told({ quiet })
  await choose(on.deps, { digest_at: '08:00' })
  on.clock.advance(7.5 * HOUR)
  expect(await releaseHeld(on.deps)).toBe(0)
  on.clock.advance(HOUR)
  expect(await sumUpDue(on.deps)).toBe(1)
  await choose(on.deps, { digest_at: null })
  on.clock.advance(2 * MINUTE)
  expect(await sumUpDue(on.deps)).toBe(0)
  expect(await news(on.deps)).toMatchObject([{ state: 'skipped' }])
})

test('whoever gives up that digest before it came gets the rest of it now', async () => {
  await using on = await told({})
  await choose(on.deps, { digest_at: '08:00' })
  await choose(on.deps, { digest_at: null })
  expect(await sumUpDue(on.deps)).toBe(1)
  expect(await news(on.deps)).toMatchObject([{ state: 'skipped' }])
})

test('longer quiet hours than news lives keep it alive', async () => {
  await using on = await told({ quiet })
  await on.deps.db.update(announcements).set({ expiresAt: seven + MINUTE })
  await choose(on.deps, { quiet: { from: '22:00', until: '09:00' } })
  on.clock.advance(nine - night)
  expect(await releaseHeld(on.deps)).toBe(1)
})

test('grave news is not held by new quiet hours', async () => {
  await using on = await shopWorld({ clock: testClock(night) })
  await subscribePeople(on.deps, 1)
  const components = [{ id: shop.checkout, status: 'major_outage' as const }]
  await openIncident(on.deps, operator, { ...trouble, components })
  await expandAnnouncements(on.deps)
  await choose(on.deps, { quiet })
  expect(await news(on.deps)).toEqual([pending])
})

test('a letter about the subscription waits for no choice', async () => {
  await using on = await told({})
  await on.deps.db.write(writeTo(on.deps, await theSubscriber(on.deps), 'already_subscribed'))
  await choose(on.deps, { quiet, events: ['postmortem'] })
  expect(await letters(on.deps)).toMatchObject([{ state: 'skipped' }, { state: 'pending' }])
})

test('whoever is asked anew, chooses otherwise and confirms is told by the new choice', async () => {
  await using on = await subscribingWorld()
  const noon = { from: '12:00', until: '20:00' }
  await subscribePeople(on.deps, 1, 'email', { quiet: noon })
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const { id, channel, addressHash } = await theSubscriber(on.deps)
  await on.deps.db
    .insert(suppressions)
    .values({ channel, addressHash, reason: 'bounce', createdAt: 0 })
  await askAgain(on.deps, operator, id)
  await ask(on.deps, { address: 'person0@example.com', components: ['search'], quiet: noon })
  expect(await news(on.deps)).toMatchObject([{ state: 'held' }])
  const { confirm } = await tokensOf(on.deps, await theSubscriber(on.deps))
  await confirmByToken(on.deps, confirm, null)
  expect(await news(on.deps)).toMatchObject([dropped])
})

test('whoever is asked anew, chooses a digest and confirms reads there what waited', async () => {
  await using on = await subscribingWorld()
  const noon = { from: '12:00', until: '20:00' }
  await subscribePeople(on.deps, 1, 'email', { quiet: noon })
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const { id, channel, addressHash } = await theSubscriber(on.deps)
  await on.deps.db
    .insert(suppressions)
    .values({ channel, addressHash, reason: 'bounce', createdAt: 0 })
  on.clock.advance(HOUR)
  await askAgain(on.deps, operator, id)
  await ask(on.deps, { address: 'person0@example.com', digest_at: '08:00' })
  const { confirm } = await tokensOf(on.deps, await theSubscriber(on.deps))
  await confirmByToken(on.deps, confirm, null)
  expect(await news(on.deps)).toMatchObject([{ state: 'skipped', code: 'digest' }])
  on.clock.advance(24 * HOUR)
  expect(await sumUpDue(on.deps)).toBe(1)
  on.clock.advance(24 * HOUR)
  expect(await sumUpDue(on.deps)).toBe(0)
})

test('both or neither are saved: the choice and what it means for what waits', async () => {
  await using on = await told({})
  const { write } = on.deps.db
  on.deps.db.write = async (statements) => {
    on.deps.db.write = write
    return write([...statements, on.deps.db.update(deliveries).set({ id: null as never })])
  }
  await expect(choose(on.deps, { min_impact: 'critical' })).rejects.toThrow()
  expect(await news(on.deps)).toEqual([pending])
  expect((await theSubscriber(on.deps)).preferences.min_impact).toBe('none')
})
