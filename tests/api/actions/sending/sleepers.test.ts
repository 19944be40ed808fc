import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { replay } from '../../../../api/actions/sending/replaying.ts'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { expandAnnouncements, writeTo } from '../../../../api/actions/telling/announcements.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { Outcome } from '../../../../api/domain/delivery.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import type { Message } from '../../../../api/providers/provider.ts'
import { announcements, deliveries, subscribers } from '../../../../db/schema.ts'
import { requestsTo } from '../../../support/asked.ts'
import { allAccepted, crowdWorld } from '../../../support/crowd.ts'
import { states } from '../../../support/deliveries.ts'
import { lastAnnouncement } from '../../../support/ledger.ts'
import { shop, subscribePeople } from '../../../support/shop.ts'
import { theSubscriber } from '../../../support/subscribing.ts'
import { openTrouble, operator, tick } from '../../../support/telling.ts'
import { testClock } from '../../../support/world.ts'

/** A minute before quiet hours begin in Berlin. */
const evening = Date.parse('2026-11-21T20:59:00Z')
const seven = Date.parse('2026-11-22T06:00:00Z')
const quiet = { from: '22:00', until: '07:00' }

async function bedtime(people: number, like: Parameters<typeof crowdWorld>[0] = {}) {
  const on = await crowdWorld({ clock: testClock(evening), ...like })
  await subscribePeople(on.deps, people, 'slack', { quiet })
  return on
}

type Bedtime = Awaited<ReturnType<typeof bedtime>>

function until(on: Bedtime, at: number): void {
  on.clock.advance(at - on.clock.now())
}

async function inTheMorning(on: Bedtime): Promise<void> {
  until(on, seven)
  await releaseHeld(on.deps)
  await tick(on.deps)
}

async function wakeOdd(deps: Deps): Promise<void> {
  const awake = sql`json_set(${subscribers.preferences}, '$.quiet', NULL)`
  await deps.db
    .update(subscribers)
    .set({ preferences: awake })
    .where(sql`seq % 2 = 1`)
}

test('whose quiet hours begin while they stand in the queue is told in the morning', async () => {
  await using on = await bedtime(25)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  expect(await states(on.deps)).toEqual({ pending: 25 })
  on.clock.advance(2 * MINUTE)
  expect(await sendDue(on.deps)).toBe(0)
  expect(await states(on.deps)).toEqual({ held: 25 })
  expect(on.sent).toEqual([])
  await inTheMorning(on)
  expect(await states(on.deps)).toEqual({ accepted: 25 })
})

test('who stands beside them and is awake is told at once, everybody once', async () => {
  await using on = await bedtime(25)
  await wakeOdd(on.deps)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  on.clock.advance(2 * MINUTE)
  await tick(on.deps)
  expect(await states(on.deps)).toEqual({ accepted: 13, held: 12 })
  await inTheMorning(on)
  const told = on.sent.flatMap(({ messages }) => messages.map(({ delivery }) => delivery))
  expect(told.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
  expect(new Set(on.sent.map(({ key }) => key)).size).toBe(on.sent.length)
})

test('what is critical wakes them, wherever it stood', async () => {
  await using on = await bedtime(2)
  await openTrouble(on.deps, { components: [{ id: shop.checkout, status: 'major_outage' }] })
  await expandAnnouncements(on.deps)
  on.clock.advance(2 * MINUTE)
  await tick(on.deps)
  expect(await states(on.deps)).toEqual({ accepted: 2 })
})

test('a letter about the subscription is sent at night', async () => {
  await using on = await bedtime(1)
  on.clock.advance(2 * MINUTE)
  await on.deps.db.write(writeTo(on.deps, await theSubscriber(on.deps), 'confirmation'))
  await tick(on.deps)
  expect(await states(on.deps)).toEqual({ accepted: 1 })
})

test.each<[string, Partial<Outcome>, object]>([
  ['a provider that was busy', { kind: 'throttled', retry_after_ms: 5 * MINUTE }, {}],
  ['a provider that refused us', { kind: 'closed', retry_after_ms: 5 * MINUTE }, {}],
  [
    'a server of their own that was away',
    { kind: 'deferred' },
    { independent: true, batchSize: 1 },
  ],
])('%s does not wake them at night', async (_, said, like) => {
  const manner = { isAway: true }
  const away = { code: 'away', reason: 'is away', ...said } as Outcome
  const answer = (messages: Message[]) => (manner.isAway ? away : allAccepted(messages))
  await using on = await bedtime(3, { ...like, answer })
  await openTrouble(on.deps)
  await tick(on.deps)
  const before = on.sent.length
  expect(before).toBeGreaterThan(0)
  manner.isAway = false
  on.clock.advance(6 * HOUR)
  await tick(on.deps)
  expect(on.sent).toHaveLength(before)
  expect(await states(on.deps)).toEqual({ held: 3 })
  await inTheMorning(on)
  expect(await states(on.deps)).toEqual({ accepted: 3 })
})

test('what may have been sent is repeated at night: it may have woken them already', async () => {
  const manner = { isAway: true }
  const lost = { kind: 'uncertain', code: 'timeout', reason: 'no answer' } as const
  await using on = await bedtime(1, { answer: (m) => (manner.isAway ? lost : allAccepted(m)) })
  await openTrouble(on.deps)
  await tick(on.deps)
  manner.isAway = false
  on.clock.advance(30 * MINUTE)
  await tick(on.deps)
  expect(await states(on.deps)).toEqual({ accepted: 1 })
  expect(new Set(on.sent.map(({ key }) => key)).size).toBe(1)
})

test('what is sent again at three in the morning waits for seven', async () => {
  await using on = await bedtime(2)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  await on.deps.db.update(deliveries).set({ state: 'dead' })
  on.clock.advance(6 * HOUR)
  const { id } = await lastAnnouncement(on.deps)
  expect(await replay(on.deps, operator, id, {})).toMatchObject({ replayed: 2 })
  await tick(on.deps)
  expect(on.sent).toEqual([])
  await inTheMorning(on)
  expect(await states(on.deps)).toEqual({ accepted: 2 })
})

test('news lives until they have been told', async () => {
  await using on = await bedtime(1)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  await on.deps.db.update(announcements).set({ expiresAt: seven - HOUR })
  on.clock.advance(2 * MINUTE)
  await tick(on.deps)
  expect((await lastAnnouncement(on.deps)).expiresAt).toBe(seven + HOUR)
  await inTheMorning(on)
  expect(await states(on.deps)).toEqual({ accepted: 1 })
})

test('a day of one minute is long enough to be told', async () => {
  await using on = await bedtime(1)
  const preferences = sql`json_set(${subscribers.preferences}, '$.quiet', json('{"from":"07:01","until":"07:00"}'))`
  await on.deps.db.update(subscribers).set({ preferences })
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  expect(await states(on.deps)).toEqual({ held: 1 })
  until(on, seven)
  await releaseHeld(on.deps)
  on.clock.advance(5 * MINUTE)
  await tick(on.deps)
  expect(await states(on.deps)).toEqual({ accepted: 1 })
})

test('thousands who sleep are passed over in a few requests to the database', async () => {
  await using on = await bedtime(3000)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  on.clock.advance(2 * MINUTE)
  const requests = requestsTo(on.deps)
  expect(await sendDue(on.deps)).toBe(0)
  expect(await states(on.deps)).toEqual({ held: 3000 })
  expect(requests.length).toBeLessThan(60)
})

test('where nobody has quiet hours nothing more is asked', async () => {
  await using on = await crowdWorld()
  await subscribePeople(on.deps, 20, 'slack')
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const requests = requestsTo(on.deps)
  await sendDue(on.deps)
  expect(await states(on.deps)).toEqual({ accepted: 20 })
  const asked = requests.flat().map((one) => (typeof one === 'string' ? one : one.sql))
  expect(asked.filter((text) => text.includes("'held'"))).toEqual([])
})
