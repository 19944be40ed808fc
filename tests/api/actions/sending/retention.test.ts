import { asc, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { forgetOld } from '../../../../api/actions/sending/retention.ts'
import { recordEvents } from '../../../../api/actions/sending/receipts.ts'
import { writeTo } from '../../../../api/actions/telling/announcements.ts'
import type { Deps } from '../../../../api/deps.ts'
import { DAY, HOUR, SECOND } from '../../../../api/domain/time.ts'
import type { DeliveryState } from '../../../../api/domain/words.ts'
import { duties } from '../../../../api/heartbeat.ts'
import {
  announcements,
  batches,
  deliveries,
  deliveryCounts,
  renderings,
  smsUsage,
  subscribers,
  webhookEvents,
} from '../../../../db/schema.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { allClear } from '../../../support/deliveries.ts'
import { shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator, tellingWorld, tick } from '../../../support/telling.ts'
import { world, type World } from '../../../support/world.ts'

/** A confirmation to each of three people, as it stands now, with the words it was told in. */
async function letters(...states: DeliveryState[]): Promise<World> {
  const on = await shopWorld()
  await subscribePeople(on.deps, states.length)
  for (const person of await on.deps.db.select().from(subscribers))
    await on.deps.db.write(writeTo(on.deps, person, 'confirmation'))
  await on.deps.db.run(sql`
    INSERT INTO ${renderings} SELECT id, 'email', 'en', 'Subject', 'Html', 'Text', 0 FROM ${announcements}`)
  for (const [i, state] of states.entries())
    await on.deps.db.run(sql`UPDATE ${deliveries} SET state = ${state} WHERE id = ${i + 1}`)
  return on
}

async function counts({ db }: Deps) {
  return {
    announcements: await db.$count(announcements),
    deliveries: await db.$count(deliveries),
    renderings: await db.$count(renderings),
  }
}

test('letters to one subscriber are forgotten entirely after 90 days', async () => {
  await using on = await letters('delivered', 'failed', 'pending')
  on.clock.advance(90 * DAY)
  await forgetOld(on.deps)
  expect(await counts(on.deps)).toMatchObject({ announcements: 3, deliveries: 3 })
  on.clock.advance(SECOND)
  await forgetOld(on.deps)
  expect(await counts(on.deps)).toEqual({ announcements: 0, deliveries: 0, renderings: 0 })
  expect(await on.deps.db.$count(deliveryCounts)).toBe(0)
})

test('a letter that is under way after all this time stays until it has ended', async () => {
  await using on = await letters('delivered', 'sending')
  on.clock.advance(91 * DAY)
  await forgetOld(on.deps)
  expect(await counts(on.deps)).toEqual({ announcements: 1, deliveries: 1, renderings: 1 })
})

test('words are forgotten a week after nobody is told them any more', async () => {
  await using on = await letters('delivered', 'pending', 'held', 'sending', 'unknown')
  on.clock.advance(8 * DAY - SECOND)
  await forgetOld(on.deps)
  expect(await counts(on.deps)).toMatchObject({ renderings: 5 })
  on.clock.advance(SECOND)
  await forgetOld(on.deps)
  expect(await counts(on.deps)).toEqual({ announcements: 5, deliveries: 5, renderings: 3 })
})

test('words of one channel go while the other is still told', async () => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 1)
  await subscribePeople(on.deps, 1, 'sms')
  await openTrouble(on.deps)
  await duties.expand!.run(on.deps, () => false)
  await on.deps.db.run(sql`
    INSERT INTO ${renderings} SELECT a.id, c.value, 'en', 'Subject', 'Html', 'Text', 0
    FROM ${announcements} a, json_each('["email","sms"]') c`)
  await on.deps.db.run(
    sql`UPDATE ${deliveries} SET state = iif(channel = 'sms', 'sending', 'delivered')`,
  )
  on.clock.advance(9 * DAY)
  await forgetOld(on.deps)
  expect(await on.deps.db.select().from(renderings)).toMatchObject([{ channel: 'sms' }])
})

test('requests are forgotten after 90 days, unless they are open or somebody in them can be looked up', async () => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 1)
  await openTrouble(on.deps)
  await duties.expand!.run(on.deps, () => false)
  const now = on.clock.now()
  const request = {
    provider: 'resend',
    channel: 'email' as const,
    priority: 1,
    notBefore: now,
    createdAt: now,
    updatedAt: now,
  }
  await on.deps.db.insert(batches).values([
    { ...request, id: 'done', state: 'done' },
    { ...request, id: 'open', state: 'open' },
    { ...request, id: 'sending', state: 'unknown' },
    { ...request, id: 'younger', state: 'done', updatedAt: now + 1 },
    ...Array.from({ length: 120 }, (_, i) => ({
      ...request,
      id: `many${i}`,
      state: 'done' as const,
    })),
  ])
  await on.deps.db.update(deliveries).set({ batchId: 'sending', state: 'sending' })
  on.clock.advance(90 * DAY)
  await forgetOld(on.deps)
  expect(await on.deps.db.$count(batches)).toBe(124)
  on.clock.advance(1)
  await forgetOld(on.deps)
  const left = await on.deps.db.select({ id: batches.id }).from(batches).orderBy(asc(batches.id))
  expect(left.map(({ id }) => id)).toEqual(['open', 'sending', 'younger'])
})

test('what providers said is forgotten after 30 days, thousands in parts', async () => {
  await using on = await world()
  await on.deps.db.insert(webhookEvents).values(
    Array.from({ length: 2500 }, (_, i) => ({
      provider: 'resend',
      eventId: `event${i}`,
      receivedAt: on.clock.now() + (i < 2300 ? 0 : 1),
    })),
  )
  on.clock.advance(30 * DAY + 1)
  await forgetOld(on.deps)
  expect(await on.deps.db.$count(webhookEvents)).toBe(200)
})

test('what SMS cost is forgotten after 400 days', async () => {
  await using on = await world()
  const days = ['2025-10-16', '2025-10-17', '2026-11-21']
  await on.deps.db.insert(smsUsage).values(days.map((day) => ({ day, country: 'DE' })))
  await forgetOld(on.deps)
  const left = await on.deps.db.select({ day: smsUsage.day }).from(smsUsage)
  expect(left.map(({ day }) => day)).toEqual(days.slice(1))
})

const PEOPLE = 200
const WEEKS = 60
/** What 90 days hold, and a week more. */
const KEPT_WEEKS = 14

test('after a year of weekly troubles the database is as small as after a quarter', async () => {
  await using told = await tellingWorld()
  const { deps, clock } = told
  await subscribePeople(deps, PEOPLE)
  const [person] = await deps.db.select().from(subscribers)
  const quarter: Record<string, number> = {}
  for (let week = 1; week <= WEEKS; week++) {
    const id = await openTrouble(deps)
    await deps.db.write(writeTo(deps, person!, 'already_subscribed'))
    await deps.db.insert(smsUsage).values({
      day: new Date(clock.now()).toISOString().slice(0, 10),
      country: 'DE',
    })
    await tick(deps)
    await hear(deps)
    clock.advance(HOUR)
    await giveAllClear(deps, operator, id, allClear, false)
    await tick(deps)
    clock.advance(7 * DAY - HOUR)
    await duties.purge!.run(deps, () => false)
    if (week === KEPT_WEEKS) Object.assign(quarter, await sizes(deps))
  }
  const year = await sizes(deps)
  const { announcements: told_of, delivery_counts, sms_usage, ...bounded } = year
  for (const [table, rows] of Object.entries(bounded))
    expect({ table, rows, isBounded: rows <= quarter[table]! }).toMatchObject({ isBounded: true })
  expect(bounded).toMatchObject({ renderings: 2, webhook_events: 20 })
  // A row per announcement, channel and end is all that a week leaves behind for ever.
  expect(told_of).toBeLessThanOrEqual(WEEKS + KEPT_WEEKS)
  expect(delivery_counts).toBeLessThanOrEqual(2 * WEEKS)
  expect(sms_usage).toBeLessThanOrEqual(Math.ceil(401 / 7))
  const counted = await deps.db
    .select({ sum: sql<number>`sum(${deliveryCounts.count})` })
    .from(deliveryCounts)
  const folded = await deps.db.$count(announcements, sql`folded_at IS NOT NULL`)
  expect(counted[0]!.sum).toBe(folded * PEOPLE)
}, 120_000)

/** A receipt for some of those told last. */
async function hear(deps: Deps): Promise<void> {
  const [resend] = deps.providers
  const last = await deps.db
    .select()
    .from(deliveries)
    .where(sql`state = 'accepted'`)
    .orderBy(sql`id DESC`)
    .limit(5)
  await recordEvents(deps, resend!, {
    inbound: [],
    receipts: last.map(({ id, providerId }) => ({
      event_id: `event${id}-${deps.clock.now()}`,
      delivery: id,
      provider_id: providerId,
      state: 'delivered',
    })),
  })
}

async function sizes(deps: Deps): Promise<Record<string, number>> {
  const names = await deps.db.all<{ name: string }>(sql`
    SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (
      'announcements', 'deliveries', 'delivery_counts', 'renderings', 'batches', 'webhook_events', 'sms_usage',
      'idempotency_keys', 'provider_gates', 'duties')`)
  const sizes: Record<string, number> = {}
  for (const { name } of names)
    sizes[name] = (
      await deps.db.all<{ n: number }>(sql`SELECT count(*) AS n FROM ${sql.identifier(name)}`)
    )[0]!.n
  return sizes
}
