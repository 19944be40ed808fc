import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { forgetOld } from '../../../../api/actions/sending/retention.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { announcementProgress } from '../../../../api/actions/telling/progress.ts'
import type { Deps } from '../../../../api/deps.ts'
import { DAY, SECOND } from '../../../../api/domain/time.ts'
import { announcements, deliveries, deliveryCounts } from '../../../../db/schema.ts'
import { shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble } from '../../../support/telling.ts'
import { anotherProcess, killedAt, moments } from '../../../support/watching.ts'
import type { World } from '../../../support/world.ts'

/** Two announcements to 1,300 people by two channels, as they ended. */
async function longAgo(): Promise<World> {
  const on = await shopWorld()
  await subscribePeople(on.deps, 900)
  await subscribePeople(on.deps, 400, 'sms')
  for (const _ of [1, 2]) {
    await openTrouble(on.deps)
    on.clock.advance(SECOND)
  }
  await expandAnnouncements(on.deps)
  await on.deps.db.run(sql`
    UPDATE ${deliveries} SET state = CASE id % 7
      WHEN 0 THEN 'bounced' WHEN 1 THEN 'skipped' WHEN 2 THEN 'unknown' ELSE 'delivered' END`)
  on.clock.advance(90 * DAY + SECOND)
  return on
}

type Counts = Record<string, number>

/** How many of each announcement ended how on each channel, whether they are still rows or counted already. */
async function ledger({ db }: Deps): Promise<Counts> {
  const rows = await db.all<{ key: string; count: number }>(sql`
    SELECT announcement_id || ' ' || channel || ' ' || state AS key, sum(count) AS count FROM (
      SELECT announcement_id, channel, state, 1 AS count FROM ${deliveries}
      UNION ALL SELECT announcement_id, channel, state, count FROM ${deliveryCounts})
    GROUP BY 1 ORDER BY 1`)
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]))
}

async function isFolded({ db }: Deps): Promise<boolean> {
  const rows = await db.select().from(announcements)
  return (await db.$count(deliveries)) === 0 && rows.every(({ foldedAt }) => foldedAt !== null)
}

test('of deliveries of 90 days ago only their number is left', async () => {
  await using on = await longAgo()
  const before = await ledger(on.deps)
  await forgetOld(on.deps)
  expect(await isFolded(on.deps)).toBe(true)
  expect(await ledger(on.deps)).toEqual(before)
  expect(Object.values(before).reduce((sum, count) => sum + count)).toBe(2600)
  await forgetOld(on.deps)
  expect(await ledger(on.deps)).toEqual(before)
})

test('an operator sees as many told as before', async () => {
  await using on = await longAgo()
  const { id } = (await on.deps.db.select().from(announcements))[0]!
  const before = await announcementProgress(on.deps, id)
  await forgetOld(on.deps)
  on.clock.advance(DAY)
  const { total, told, states, done } = before
  expect(await announcementProgress(on.deps, id)).toMatchObject({ total, told, states, done })
})

test.each(moments)(
  'nobody is lost or counted twice by processes killed %s each use of the database',
  async (moment) => {
    await using on = await longAgo()
    const before = await ledger(on.deps)
    let deaths = 0
    for (let alive = false; !alive;) {
      const dying = await killedAt(on, deaths + 1, moment)
      try {
        await forgetOld(dying)
        alive = true
      } catch {
        deaths++
      }
      dying.db.close()
      expect(await ledger(on.deps)).toEqual(before)
    }
    expect(deaths).toBeGreaterThan(6)
    expect(await isFolded(on.deps)).toBe(true)
  },
)

test('nobody is counted twice by processes that fold at the same time', async () => {
  await using on = await longAgo()
  const before = await ledger(on.deps)
  const others = [await anotherProcess(on), await anotherProcess(on)]
  await Promise.all([on.deps, ...others].map((deps) => forgetOld(deps)))
  expect(await ledger(on.deps)).toEqual(before)
  expect(await isFolded(on.deps)).toBe(true)
  for (const { db } of others) db.close()
})

test('whoever is asked to stop in the middle goes on in the next round', async () => {
  await using on = await longAgo()
  const before = await ledger(on.deps)
  let asked = 0
  await forgetOld(on.deps, () => ++asked > 5)
  const left = await on.deps.db.$count(deliveries)
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThan(2600)
  expect(await ledger(on.deps)).toEqual(before)
  await forgetOld(on.deps)
  expect(await isFolded(on.deps)).toBe(true)
})

test('what was under way is left to whoever sends it, and folded when it has ended', async () => {
  await using on = await longAgo()
  await on.deps.db.run(sql`UPDATE ${deliveries} SET state = 'sending' WHERE id IN (1, 1300)`)
  await forgetOld(on.deps)
  expect(await on.deps.db.$count(deliveries)).toBe(2)
  expect(await isFolded(on.deps)).toBe(false)
  await on.deps.db.run(sql`UPDATE ${deliveries} SET state = 'unknown'`)
  await forgetOld(on.deps)
  expect(await isFolded(on.deps)).toBe(true)
  const counts = Object.values(await ledger(on.deps))
  expect(counts.reduce((sum, count) => sum + count)).toBe(2600)
})

test('whoever still waits for a provider that never came is counted as expired', async () => {
  await using on = await longAgo()
  await on.deps.db.run(sql`UPDATE ${deliveries} SET state = iif(id % 2, 'pending', 'held')`)
  await forgetOld(on.deps)
  expect(await isFolded(on.deps)).toBe(true)
  const rows = await on.deps.db.select().from(deliveryCounts)
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['expired']))
})

test.each<[string, Partial<typeof announcements.$inferInsert>]>([
  ['is younger', { createdAt: Date.parse('2026-11-22T12:00:00Z') }],
  ['is not expanded yet', { expandedAt: null }],
  ['was made to live on', { expiresAt: Date.parse('2027-12-01T12:00:00Z') }],
])('what %s is kept', async (_, change) => {
  await using on = await longAgo()
  await on.deps.db.update(announcements).set(change)
  await forgetOld(on.deps)
  expect(await on.deps.db.$count(deliveries)).toBe(2600)
  expect(await isFolded(on.deps)).toBe(false)
})
