import { asc, eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import type { Deps } from '../../../../api/deps.ts'
import { announcements, deliveries, subscribers } from '../../../../db/schema.ts'
import { states } from '../../../support/deliveries.ts'
import { shop, shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble, siesta } from '../../../support/telling.ts'
import { anotherProcess, killedAt, moments } from '../../../support/watching.ts'
import { testClock, type World } from '../../../support/world.ts'

/** 1,600 who hear at once, 400 in the evening and 600 who never asked for it, all in three chunks. */
async function crowd(clock = testClock()): Promise<World> {
  const on = await shopWorld({ clock })
  await subscribePeople(on.deps, 1600)
  await subscribePeople(on.deps, 400, 'sms', { quiet: siesta })
  await subscribePeople(on.deps, 600, 'webhook', { components: [shop.search] })
  // Not in the order in which they came.
  await on.deps.db.run(sql`
    UPDATE ${subscribers} SET seq = 10000 + seq * 7919 % 2600 WHERE seq <= 2600`)
  return on
}

const everybody = { pending: 1600, held: 400 }

async function progress(deps: Deps) {
  const [row] = await deps.db.select().from(announcements)
  return { cursor: row!.expandCursor, done: row!.expandedAt !== null }
}

describe('an announcement', () => {
  test('reaches each of thousands once, and nobody who did not ask for it', async () => {
    await using on = await crowd()
    await openTrouble(on.deps)
    expect(await expandAnnouncements(on.deps)).toBe(2000)
    expect(await states(on.deps)).toEqual(everybody)
    expect(await expandAnnouncements(on.deps)).toBe(0)
    const wrong = await on.deps.db.all(sql`
      SELECT 1 FROM ${deliveries} d JOIN ${subscribers} s ON s.seq = d.subscriber_seq
      WHERE d.channel <> s.channel OR d.channel = 'webhook' OR (d.channel = 'sms') <> (d.state = 'held')
        OR (d.held_until IS NULL) <> (d.state = 'pending')`)
    expect(wrong).toEqual([])
  })

  test.each(moments)(
    'is expanded to the last by processes killed %s each use of the database',
    async (moment) => {
      await using on = await crowd()
      await openTrouble(on.deps)
      let deaths = 0
      for (let alive = false; !alive;) {
        const dying = await killedAt(on, deaths + 1, moment)
        try {
          await expandAnnouncements(dying)
          alive = true
        } catch {
          deaths++
        }
        dying.db.close()
      }
      expect(deaths).toBeGreaterThan(3)
      expect(await states(on.deps)).toEqual(everybody)
      expect(await progress(on.deps)).toMatchObject({ done: true })
    },
  )

  test('is expanded once by processes that do it at the same time', async () => {
    await using on = await crowd()
    await openTrouble(on.deps)
    const others = [await anotherProcess(on), await anotherProcess(on)]
    await Promise.all([on.deps, ...others].map((deps) => expandAnnouncements(deps)))
    expect(await states(on.deps)).toEqual(everybody)
    for (const { db } of others) db.close()
  })

  test('goes on where it was when the process was asked to stop', async () => {
    await using on = await crowd()
    await openTrouble(on.deps)
    let asked = 0
    expect(await expandAnnouncements(on.deps, () => ++asked > 1)).toBeGreaterThan(0)
    const { cursor, done } = await progress(on.deps)
    expect({ done, isAhead: cursor > 10_000 }).toEqual({ done: false, isAhead: true })
    await expandAnnouncements(on.deps)
    expect(await states(on.deps)).toEqual(everybody)
  })

  test('passes over thousands who are gone', async () => {
    await using on = await crowd()
    const [last] = await on.deps.db
      .select({ seq: sql<number>`max(${subscribers.seq})` })
      .from(subscribers)
      .where(sql`channel = 'email'`)
    await on.deps.db
      .update(subscribers)
      .set({ state: 'unsubscribed' })
      .where(sql`seq <> ${last!.seq}`)
    await openTrouble(on.deps)
    expect(await expandAnnouncements(on.deps)).toBe(1)
    expect(await states(on.deps)).toEqual({ pending: 1 })
  })

  test('is not for whoever came after it, nor for whoever leaves while it is expanded', async () => {
    await using on = await crowd()
    await openTrouble(on.deps)
    await on.deps.db.run(sql`
      UPDATE ${subscribers} SET seq = 90000 WHERE seq = (
        SELECT seq FROM ${subscribers} WHERE channel = 'email' ORDER BY seq LIMIT 1)`)
    const [leaving] = await on.deps.db
      .select({ seq: subscribers.seq })
      .from(subscribers)
      .where(eq(subscribers.channel, 'email'))
      .orderBy(asc(subscribers.seq))
      .limit(1)
    let uses = 0
    const expanding = await anotherProcess(on, {
      after: async () => {
        // The first chunk has been read, and nobody been told.
        if (++uses === 3)
          await on.deps.db
            .update(subscribers)
            .set({ state: 'unsubscribed' })
            .where(eq(subscribers.seq, leaving!.seq))
      },
    })
    await expandAnnouncements(expanding)
    expanding.db.close()
    expect(await states(on.deps)).toEqual({ ...everybody, pending: 1598 })
  })
})
