import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import {
  announcementProgress,
  countDeliveries,
  progressOf,
} from '../../../../api/actions/telling/progress.ts'
import { troublesAfter } from '../../../../api/actions/telling/reasons.ts'
import { SECOND } from '../../../../api/domain/time.ts'
import { announcements, deliveries, deliveryCounts } from '../../../../db/schema.ts'
import { endAs, lastAnnouncement } from '../../../support/ledger.ts'
import { shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble } from '../../../support/telling.ts'

/** A shop that has announced something to people by mail and SMS. */
async function telling(mails: number, texts: number) {
  const made = await shopWorld()
  await subscribePeople(made.deps, mails)
  await subscribePeople(made.deps, texts, 'sms')
  const incident = await openTrouble(made.deps)
  await expandAnnouncements(made.deps)
  const { id } = await lastAnnouncement(made.deps)
  return Object.assign(made, { incident, id })
}

test('what was told is counted by channel, and the channels add up', async () => {
  await using on = await telling(6, 2)
  await endAs(on.deps, on.id, [
    ['delivered'],
    ['accepted'],
    ['complained'],
    ['bounced', 'General'],
    ['dead', 'spend_limit'],
  ])
  const progress = await announcementProgress(on.deps, on.id)
  expect(progress).toMatchObject({
    incident_id: on.incident,
    incident_name: 'Checkout is slow',
    total: 8,
    told: 4,
    done: false,
    stopped_at: null,
    replay_refusal: null,
  })
  const [email, sms] = progress.channels
  expect(email).toEqual({
    channel: 'email',
    total: 6,
    told: 4,
    delivered: 2,
    failed: 2,
    waiting: 1,
    states: { delivered: 1, accepted: 1, complained: 1, bounced: 1, dead: 1, pending: 1 },
    per_second: null,
    remaining_ms: null,
    done: false,
  })
  expect(sms).toMatchObject({ channel: 'sms', total: 2, waiting: 2, done: false })
})

test('who is held is waited for, and nobody knows how long', async () => {
  await using on = await telling(2, 0)
  await endAs(on.deps, on.id, [['held'], ['accepted']])
  const [email] = (await announcementProgress(on.deps, on.id)).channels
  expect(email).toMatchObject({ waiting: 1, remaining_ms: null, per_second: null, done: false })
  await endAs(on.deps, on.id, [['delivered']])
  on.clock.advance(SECOND)
  const [ended] = (await announcementProgress(on.deps, on.id)).channels
  expect(ended).toMatchObject({ waiting: 0, remaining_ms: 0, done: true })
})

test('why people were not told is grouped, the most frequent first, with what was said last', async () => {
  await using on = await telling(7, 1)
  await endAs(on.deps, on.id, [
    ['dead', 'timeout', 'no answer within 10 s'],
    ['failed', 'validation_error', 'Invalid `to` field'],
    ['failed', 'validation_error', 'The `to` field is empty'],
    ['unknown', 'too_late'],
    ['delivered'],
    ['failed', 'validation_error', 'Invalid `to`'],
    ['suppressed'],
  ])
  const { reasons } = await announcementProgress(on.deps, on.id)
  expect(reasons).toEqual([
    {
      channel: 'email',
      state: 'failed',
      code: 'validation_error',
      reason: 'Invalid `to`',
      count: 3,
    },
    { channel: 'email', state: 'dead', code: 'timeout', reason: 'no answer within 10 s', count: 1 },
    { channel: 'email', state: 'unknown', code: 'too_late', reason: null, count: 1 },
    { channel: 'email', state: 'suppressed', code: null, reason: null, count: 1 },
  ])
})

test('at most fifty kinds of trouble are named', async () => {
  await using on = await telling(60, 0)
  await on.deps.db.update(deliveries).set({ state: 'failed', code: sql`'code ' || id` })
  expect((await announcementProgress(on.deps, on.id)).reasons).toHaveLength(50)
})

test('what was forgotten is remembered by its counts, whatever is left beside them', async () => {
  await using on = await telling(4, 0)
  await endAs(on.deps, on.id, [['delivered'], ['delivered'], ['dead'], ['delivered']])
  const [first] = await on.deps.db.select().from(deliveries)
  await on.deps.db.delete(deliveries).where(eq(deliveries.id, first!.id))
  const counts = { announcementId: on.id, channel: 'email' as const }
  await on.deps.db.insert(deliveryCounts).values({ ...counts, state: 'delivered', count: 1 })
  await on.deps.db.update(announcements).set({ foldedAt: on.deps.clock.now() })
  expect(await announcementProgress(on.deps, on.id)).toMatchObject({
    total: 4,
    told: 3,
    states: { delivered: 3, dead: 1 },
    done: true,
    replay_refusal: expect.stringContaining('so old'),
  })
})

test('many who look within a second cost one question', async () => {
  await using on = await telling(1, 0)
  const ask = async () => (await progressOf(on.deps, [on.incident])).get(on.incident)![0]!.told
  expect(await ask()).toBe(0)
  await endAs(on.deps, on.id, [['delivered']])
  expect(await ask()).toBe(0)
  on.clock.advance(SECOND)
  expect(await ask()).toBe(1)
})

test('counts come from the index alone, and trouble from those who have it', async () => {
  await using on = await telling(1, 0)
  const plan = async (query: { getSQL(): ReturnType<typeof sql> }) =>
    (await on.deps.db.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query.getSQL()}`)).map(
      ({ detail }) => detail,
    )
  expect(await plan(countDeliveries(on.deps, [on.id]) as never)).toEqual([
    'SEARCH deliveries USING COVERING INDEX deliveries_tally (announcement_id=?)',
  ])
  const dead = { channel: 'email', state: 'dead' } as const
  expect(await plan(troublesAfter(on.deps, on.id, dead, 0) as never)).toEqual([
    'SEARCH deliveries USING INDEX deliveries_tally (announcement_id=? AND channel=? AND state=? AND rowid>?)',
  ])
})
