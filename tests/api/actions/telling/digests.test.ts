import { asc, eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { sumUpDue } from '../../../../api/actions/telling/digests.ts'
import { addUpdate, giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import type { Deps } from '../../../../api/deps.ts'
import { digestDue } from '../../../../api/domain/audience.ts'
import { everything, type Preferences } from '../../../../api/domain/subscription.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { announcements, deliveries, subscribers } from '../../../../db/schema.ts'
import { allClear, awaitDigests } from '../../../support/following.ts'
import { shop, shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator } from '../../../support/telling.ts'
import type { World } from '../../../support/world.ts'

/** It is 13:00 in Berlin; the digest comes at 8 in the morning. */
async function readers(count = 1, preferences: Partial<Preferences> = {}): Promise<World> {
  const on = await shopWorld()
  await subscribePeople(on.deps, count, 'email', { digest_at: '08:00', ...preferences })
  await awaitDigests(on.deps)
  on.clock.advance(1)
  return on
}

/** What was told of an incident up to now. */
async function news(deps: Deps, change = {}): Promise<string> {
  const id = await openTrouble(deps, change)
  await expandAnnouncements(deps)
  return id
}

/** The digests that were made, the oldest first, with how many get each. */
function digests(deps: Deps) {
  return deps.db
    .select({
      contents: announcements.contents,
      readers: sql<number>`(SELECT count(*) FROM ${deliveries} WHERE announcement_id = ${announcements}.id)`,
    })
    .from(announcements)
    .where(eq(announcements.kind, 'digest'))
    .orderBy(asc(announcements.createdAt), asc(announcements.id))
}

async function told(deps: Deps): Promise<string[]> {
  const rows = await deps.db
    .select({ id: announcements.id })
    .from(announcements)
    .where(sql`${announcements.incidentId} IS NOT NULL`)
    .orderBy(asc(announcements.createdAt), asc(announcements.id))
  return rows.map(({ id }) => id)
}

const morning = Date.parse('2026-11-22T07:00:00Z')

async function until(on: World, at: number): Promise<number> {
  on.clock.advance(at - on.clock.now())
  return sumUpDue(on.deps)
}

describe('a daily digest', () => {
  test('is one mail in the morning instead of many, shared by all who hear the same', async () => {
    await using on = await readers(3)
    const id = await news(on.deps)
    on.clock.advance(HOUR)
    await giveAllClear(on.deps, operator, id, allClear, true)
    await expandAnnouncements(on.deps)
    expect(await on.deps.db.$count(deliveries)).toBe(0)
    expect(await until(on, morning - 1)).toBe(0)
    expect(await until(on, morning)).toBe(3)
    expect(await digests(on.deps)).toEqual([{ contents: await told(on.deps), readers: 3 }])
    const one = { state: 'pending', priority: 9, channel: 'email', timeZone: 'Europe/Berlin' }
    expect(await on.deps.db.select().from(deliveries)).toMatchObject([one, one, one])
  })

  test('is not written when nothing happened', async () => {
    await using on = await readers()
    expect(await until(on, morning)).toBe(0)
    expect(await digests(on.deps)).toEqual([])
    expect((await on.deps.db.select().from(subscribers))[0]!.digestDueAt).toBe(morning + DAY)
  })

  test('repeats nothing', async () => {
    await using on = await readers()
    const id = await news(on.deps)
    await until(on, morning)
    await giveAllClear(on.deps, operator, id, allClear, true)
    await expandAnnouncements(on.deps)
    await until(on, morning + DAY)
    await until(on, morning + 2 * DAY)
    const [opened, resolved] = await told(on.deps)
    expect(await digests(on.deps)).toEqual([
      { contents: [opened], readers: 1 },
      { contents: [resolved], readers: 1 },
    ])
  })

  test('is one after three days asleep, with all of them', async () => {
    await using on = await readers()
    const id = await news(on.deps)
    for (const days of [0, 1]) {
      on.clock.advance(morning + days * DAY + HOUR - on.clock.now())
      const words = { status: 'identified' as const, body: 'Still slow.', notify: true }
      await addUpdate(on.deps, operator, id, { ...words, components: [], nextUpdateAt: null })
      await expandAnnouncements(on.deps)
    }
    expect(await until(on, morning + 3 * DAY - MINUTE)).toBe(1)
    expect(await until(on, morning + 3 * DAY)).toBe(0)
    expect(await digests(on.deps)).toEqual([{ contents: await told(on.deps), readers: 1 }])
  })

  test('is made once by two processes at once', async () => {
    await using on = await readers(450)
    await news(on.deps)
    on.clock.advance(morning - on.clock.now())
    const made = await Promise.all([sumUpDue(on.deps), sumUpDue(on.deps), sumUpDue(on.deps)])
    expect(made.reduce((a, b) => a + b)).toBe(450)
    expect(await on.deps.db.$count(deliveries)).toBe(450)
  })

  test('holds what concerns its reader', async () => {
    await using on = await readers(1, { components: [shop.search] })
    await news(on.deps)
    expect(await until(on, morning)).toBe(0)
  })

  test('holds nothing from before they confirmed', async () => {
    await using on = await shopWorld()
    await news(on.deps)
    await subscribePeople(on.deps, 1, 'email', { digest_at: '08:00' })
    await awaitDigests(on.deps)
    expect(await until(on, morning)).toBe(0)
  })

  test('leaves what is still being told for the next', async () => {
    await using on = await readers()
    await openTrouble(on.deps)
    expect(await until(on, morning)).toBe(0)
    await expandAnnouncements(on.deps)
    expect(await until(on, morning + DAY)).toBe(1)
  })

  test('goes to nobody who has left', async () => {
    await using on = await readers()
    await news(on.deps)
    await on.deps.db.update(subscribers).set({ state: 'unsubscribed' })
    expect(await until(on, morning)).toBe(0)
    expect((await on.deps.db.select().from(subscribers))[0]!.digestDueAt).toBeNull()
  })
})

const change = (on: World, preferences: Partial<Preferences>) => {
  const chosen = { ...everything, ...preferences }
  const [now, zone] = [on.clock.now(), 'Europe/Berlin']
  return on.deps.db.update(subscribers).set({
    preferences: chosen,
    digestDueAt: sql`CASE WHEN digest_due_at IS NULL
      THEN ${digestDue(chosen, zone, now)} ELSE ${digestDue(chosen, zone, now, now)} END`,
  })
}

describe('who changes their mind', () => {
  test('and wants a digest is not told again what they were told at once', async () => {
    await using on = await readers(1, { digest_at: null })
    await news(on.deps)
    await change(on, { digest_at: '08:00' })
    on.clock.advance(1)
    await news(on.deps, { name: 'Another' })
    expect(await until(on, morning)).toBe(1)
    expect(await digests(on.deps)).toEqual([{ contents: [(await told(on.deps))[1]], readers: 1 }])
  })

  test('and wants no digest any more gets the rest of it now', async () => {
    await using on = await readers()
    await news(on.deps)
    await change(on, { digest_at: null })
    expect(await sumUpDue(on.deps)).toBe(1)
    expect((await on.deps.db.select().from(subscribers))[0]!.digestDueAt).toBeNull()
  })

  test('while the others are still being told loses nothing', async () => {
    await using on = await readers()
    await news(on.deps)
    await on.deps.db.update(announcements).set({ expandedAt: null })
    await change(on, { digest_at: null })
    expect(await sumUpDue(on.deps)).toBe(0)
    await expandAnnouncements(on.deps)
    on.clock.advance(MINUTE)
    expect(await sumUpDue(on.deps)).toBe(1)
    expect((await on.deps.db.select().from(subscribers))[0]!.digestDueAt).toBeNull()
    expect(await on.deps.db.$count(deliveries)).toBe(1)
  })

  test.each(['06:00', '09:00', '20:00', '14:00'])(
    'and wants it at %s loses nothing and hears nothing twice',
    async (digest_at) => {
      await using on = await readers()
      await news(on.deps)
      await until(on, morning)
      on.clock.advance(HOUR)
      await news(on.deps, { name: 'Second' })
      on.clock.advance(HOUR)
      await change(on, { digest_at })
      on.clock.advance(1)
      await news(on.deps, { name: 'Third' })
      for (let hour = 0; hour < 60; hour++) {
        on.clock.advance(HOUR)
        await sumUpDue(on.deps)
      }
      const heard = (await digests(on.deps)).flatMap(({ contents }) => contents!)
      expect(heard).toEqual(await told(on.deps))
    },
  )
})
