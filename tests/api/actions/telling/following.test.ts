import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { sumUpDue } from '../../../../api/actions/telling/digests.ts'
import { unfollowEnded } from '../../../../api/actions/telling/following.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { replay } from '../../../../api/actions/sending/replaying.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import { changePreferences } from '../../../../api/actions/subscribers/subscription.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { ReplayState } from '../../../../api/domain/replay.ts'
import type { Preferences } from '../../../../api/domain/subscription.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { announcements, auditLog, deliveries, subscribers } from '../../../../db/schema.ts'
import { allClear, awaitDigests } from '../../../support/following.ts'
import { lastAnnouncement } from '../../../support/ledger.ts'
import { shop, shopWorld, subscribePeople } from '../../../support/shop.ts'
import { tokensOf, theSubscriber } from '../../../support/subscribing.ts'
import { openTrouble, operator, siesta } from '../../../support/telling.ts'
import type { World } from '../../../support/world.ts'

/** People who follow an open incident, and how far it is told. */
async function followers(
  count: number,
  preferences: Partial<Preferences>,
): Promise<{ on: World; id: string }> {
  const on = await shopWorld()
  const id = await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  await subscribePeople(on.deps, count, 'email', { incidents: [id], ...preferences })
  await awaitDigests(on.deps)
  return { on, id }
}

async function end(on: World, id: string, notify = true): Promise<void> {
  on.clock.advance(MINUTE)
  await giveAllClear(on.deps, operator, id, allClear, notify)
  await expandAnnouncements(on.deps)
}

async function seen(deps: Deps) {
  const [row] = await deps.db.select().from(subscribers)
  return { state: row!.state, incidents: row!.preferences.incidents }
}

function settle(deps: Deps) {
  return deps.db
    .update(deliveries)
    .set({ state: 'delivered' })
    .where(eq(deliveries.state, 'pending'))
}

const endings = (deps: Deps) =>
  deps.db.select().from(auditLog).where(eq(auditLog.action, 'subscription.ended'))

describe('who follows an incident', () => {
  test('goes on with their other wishes when it is over', async () => {
    const { on, id } = await followers(1, {})
    await using _ = on
    expect(await unfollowEnded(on.deps)).toBe(0)
    await end(on, id)
    expect(await unfollowEnded(on.deps)).toBe(0)
    await settle(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(1)
    expect(await seen(on.deps)).toEqual({ state: 'active', incidents: [] })
    expect(await endings(on.deps)).toEqual([])
  })

  test('and nothing else hears of the end, and is a subscriber no more', async () => {
    const { on, id } = await followers(1, { only_incidents: true, components: [shop.search] })
    await using _ = on
    await end(on, id)
    expect(await on.deps.db.$count(deliveries)).toBe(1)
    expect(await unfollowEnded(on.deps)).toBe(0)
    expect(await seen(on.deps)).toEqual({ state: 'active', incidents: [id] })
    await settle(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(1)
    expect(await unfollowEnded(on.deps)).toBe(0)
    expect(await seen(on.deps)).toEqual({ state: 'unsubscribed', incidents: [] })
    expect(await endings(on.deps)).toMatchObject([
      { object: 'subscriber:email0000000', detail: { channel: 'email', by: 'incident_over' } },
    ])
  })

  test('ends quietly when it ends quietly', async () => {
    const { on, id } = await followers(1, { only_incidents: true })
    await using _ = on
    await end(on, id, false)
    await expandAnnouncements(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(1)
    expect(await seen(on.deps)).toEqual({ state: 'unsubscribed', incidents: [] })
  })

  test('keeps the other ones they follow', async () => {
    const { on, id } = await followers(1, {})
    await using _ = on
    const other = await openTrouble(on.deps, { name: 'Another' })
    const [row] = await on.deps.db.select().from(subscribers)
    const preferences = { ...row!.preferences, incidents: [id, other], only_incidents: true }
    await on.deps.db.update(subscribers).set({ preferences })
    await end(on, id)
    await settle(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(1)
    expect(await seen(on.deps)).toEqual({ state: 'active', incidents: [other] })
  })

  test('waits for the last word to be expanded', async () => {
    const { on, id } = await followers(1, {})
    await using _ = on
    await giveAllClear(on.deps, operator, id, allClear, true)
    expect(await unfollowEnded(on.deps)).toBe(0)
  })

  test('and sleeps hears of the end in the morning, and is let go then', async () => {
    const { on, id } = await followers(1, { only_incidents: true, quiet: siesta })
    await using _ = on
    await end(on, id)
    expect(await unfollowEnded(on.deps)).toBe(0)
    on.clock.advance(8 * HOUR)
    await releaseHeld(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(0)
    await settle(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(1)
  })

  test('and reads a digest hears of the end there, and is let go after it', async () => {
    const { on, id } = await followers(1, { only_incidents: true, digest_at: '20:00' })
    await using _ = on
    await end(on, id)
    for (let hour = 0; hour < 7; hour++) {
      on.clock.advance(HOUR)
      expect(await unfollowEnded(on.deps)).toBe(0)
    }
    expect(await sumUpDue(on.deps)).toBe(1)
    expect(await unfollowEnded(on.deps)).toBe(0)
    await settle(on.deps)
    on.clock.advance(DAY)
    await sumUpDue(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(1)
    expect(await seen(on.deps)).toEqual({ state: 'unsubscribed', incidents: [] })
  })

  test.each<[string, Partial<Preferences>]>([
    ['and nothing else', { only_incidents: true }],
    ['besides what is planned', { events: ['maintenance'] }],
  ])('%s moves the digest after the end, and still hears of it', async (_sentence, preferences) => {
    const { on, id } = await followers(1, { ...preferences, digest_at: '20:00' })
    await using _ = on
    await end(on, id)
    on.clock.advance(3 * HOUR)
    const { manage } = await tokensOf(on.deps, await theSubscriber(on.deps))
    await changePreferences(on.deps, manage, { digest_at: '15:59' }, null)
    expect(await unfollowEnded(on.deps)).toBe(0)
    on.clock.advance(DAY)
    expect(await sumUpDue(on.deps)).toBe(1)
    await settle(on.deps)
    on.clock.advance(DAY)
    await sumUpDue(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(1)
  })

  test.each<[string, ReplayState]>([
    ['was given up', 'dead'],
    ['came too late', 'expired'],
    ['may be lost', 'unknown'],
  ])('stays while the end can be sent again that %s', async (_sentence, state) => {
    const { on, id } = await followers(1, { only_incidents: true })
    await using _ = on
    await end(on, id)
    await on.deps.db.update(deliveries).set({ state })
    expect(await unfollowEnded(on.deps)).toBe(0)
    const last = await lastAnnouncement(on.deps)
    const again = await replay(on.deps, operator, last.id, { states: [state], evenIfTold: true })
    expect(again).toEqual({ replayed: 1, left: [] })
    expect(await unfollowEnded(on.deps)).toBe(0)
    await settle(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(1)
  })

  test('and reads digests stays while the one with the end can be sent again', async () => {
    const { on, id } = await followers(1, { only_incidents: true, digest_at: '20:00' })
    await using _ = on
    await end(on, id)
    on.clock.advance(7 * HOUR)
    await sumUpDue(on.deps)
    await on.deps.db.update(deliveries).set({ state: 'dead' })
    on.clock.advance(DAY)
    await sumUpDue(on.deps)
    expect(await unfollowEnded(on.deps)).toBe(0)
  })

  test('is let go when nobody had the end sent again for a day after it was too late', async () => {
    const { on, id } = await followers(1, { only_incidents: true })
    await using _ = on
    await end(on, id)
    await on.deps.db.update(deliveries).set({ state: 'dead' })
    on.clock.advance(2 * DAY - 1)
    expect(await unfollowEnded(on.deps)).toBe(0)
    on.clock.advance(1)
    expect(await unfollowEnded(on.deps)).toBe(1)
  })

  test('is let go though the opening was given up', async () => {
    const { on, id } = await followers(1, { only_incidents: true })
    await using _ = on
    const [opening] = await on.deps.db.select().from(announcements)
    await end(on, id)
    await settle(on.deps)
    const [last] = await on.deps.db.select().from(deliveries)
    const missed = { id: 99, announcementId: opening!.id, state: 'dead' as const }
    await on.deps.db.insert(deliveries).values({ ...last!, ...missed })
    expect(await unfollowEnded(on.deps)).toBe(1)
  })

  test('is let go once by two processes at once', async () => {
    const { on, id } = await followers(3, { only_incidents: true })
    await using _ = on
    await end(on, id, false)
    await Promise.all([unfollowEnded(on.deps), unfollowEnded(on.deps)])
    expect(await endings(on.deps)).toHaveLength(3)
  })

  test('and has not confirmed yet is let go when they do', async () => {
    const { on, id } = await followers(1, { only_incidents: true })
    await using _ = on
    await on.deps.db.update(subscribers).set({ state: 'pending' })
    await end(on, id, false)
    on.clock.advance(HOUR)
    expect(await unfollowEnded(on.deps)).toBe(0)
    await on.deps.db.update(subscribers).set({ state: 'active' })
    expect(await unfollowEnded(on.deps)).toBe(1)
  })
})

test('nobody is looked for again once all have been let go', async () => {
  const { on, id } = await followers(1, {})
  await using _ = on
  await end(on, id)
  await settle(on.deps)
  on.clock.advance(HOUR)
  await unfollowEnded(on.deps)
  await unfollowEnded(on.deps)
  const marks = await on.deps.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.action, 'incident.unfollowed'))
  expect(marks).toMatchObject([{ actor: 'heartbeat', object: `incidents/${id}` }])
})
