import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { liveAlerts } from '../../../../api/actions/alerts/listing.ts'
import { setAlertStatus } from '../../../../api/actions/alerts/moving.ts'
import { raise, raiseAll, resolve } from '../../../../api/actions/alerts/raising.ts'
import type { Alarm } from '../../../../api/domain/alert.ts'
import { alerts, auditLog } from '../../../../db/schema.ts'
import { shop, shopWorld } from '../../../support/shop.ts'
import type { World } from '../../../support/world.ts'

const operator = { id: 'ada', requestId: 'r1' }
const alarm: Alarm = {
  source: 'probe',
  dedupeKey: 'checkout',
  eventType: 'probe.down',
  severity: 'warning',
  title: 'Checkout is slow',
  detail: '',
  componentId: shop.checkout,
}

let w: World

beforeEach(async () => {
  w = await shopWorld()
})
afterEach(() => w[Symbol.asyncDispose]())

const known = () =>
  w.deps.db
    .select()
    .from(alerts)
    .orderBy(alerts.createdAt, sql`rowid`)
const say = (change: Partial<Alarm> = {}) => w.deps.db.write(raise(w.deps, { ...alarm, ...change }))
const move = (id: string, status: 'acknowledged' | 'resolved', reason = '') =>
  setAlertStatus(w.deps, operator, id, status, reason)

test('the same thing is one alert, with the newest words and its number of occurrences', async () => {
  await say()
  w.clock.advance(1000)
  await say({ severity: 'critical', title: 'Checkout is down', detail: '503' })
  expect(await known()).toMatchObject([
    {
      severity: 'critical',
      title: 'Checkout is down',
      detail: '503',
      occurrences: 2,
      createdAt: w.clock.now() - 1000,
      lastSeenAt: w.clock.now(),
    },
  ])
})

test('an acknowledged alert that is seen again stays acknowledged', async () => {
  await say()
  const [alert] = await known()
  await move(alert!.id, 'acknowledged')
  await say()
  expect(await known()).toMatchObject([{ status: 'acknowledged', occurrences: 2 }])
})

test('what is resolved and comes again is a new alert', async () => {
  await say()
  await w.deps.db.write([resolve(w.deps, 'probe', 'checkout', 'it answers again')])
  w.clock.advance(1000)
  await say()
  expect(await known()).toMatchObject([
    { status: 'resolved', resolvedBy: 'probe', reason: 'it answers again' },
    { status: 'open', occurrences: 1 },
  ])
})

test('other sources and other things are other alerts', async () => {
  await say()
  await say({ source: 'sms' })
  await say({ dedupeKey: 'search' })
  await w.deps.db.write([resolve(w.deps, 'probe', 'checkout')])
  expect((await known()).map(({ status }) => status)).toEqual(['resolved', 'open', 'open'])
})

test('many are raised by one statement', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({ ...alarm, dedupeKey: `thing ${i}` }))
  await w.deps.db.write([raiseAll(w.deps, many)])
  await w.deps.db.write([raiseAll(w.deps, many)])
  expect(await w.deps.db.$count(alerts, sql`occurrences = 2`)).toBe(1000)
})

test('who moved an alert, when and why is kept, in the audit log too', async () => {
  await say()
  const [alert] = await known()
  await move(alert!.id, 'acknowledged', 'I look at it')
  w.clock.advance(1000)
  await move(alert!.id, 'resolved', 'a disk was full')
  expect(await known()).toMatchObject([
    {
      status: 'resolved',
      acknowledgedBy: 'ada',
      acknowledgedAt: w.clock.now() - 1000,
      resolvedBy: 'ada',
      resolvedAt: w.clock.now(),
      reason: 'a disk was full',
    },
  ])
  const lines = await w.deps.db.select().from(auditLog)
  expect(lines).toMatchObject([
    { actor: 'ada', action: 'alert.acknowledged', detail: { reason: 'I look at it' } },
    { actor: 'ada', action: 'alert.resolved', object: `alerts/${alert!.id}`, requestId: 'r1' },
  ])
})

test('an alert only moves forward', async () => {
  await say()
  const [alert] = await known()
  await move(alert!.id, 'acknowledged', 'mine')
  await move(alert!.id, 'acknowledged', 'no, mine')
  expect(await known()).toMatchObject([{ reason: 'mine' }])
  await move(alert!.id, 'resolved')
  await expect(move(alert!.id, 'acknowledged')).rejects.toThrow('already resolved')
  await expect(move(alert!.id, 'resolved')).rejects.toThrow('already resolved')
  await expect(move('nothing', 'resolved')).rejects.toThrow('there is no alert nothing')
})

test('of two who resolve it at once one is first, and only theirs is in the audit log', async () => {
  await say()
  const [alert] = await known()
  const ended = await Promise.allSettled([1, 2, 3].map(() => move(alert!.id, 'resolved')))
  expect(ended.map(({ status }) => status).toSorted()).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
  ])
  expect(await w.deps.db.$count(auditLog)).toBe(1)
})

test('the gravest comes first, what nobody has seen before what somebody has', async () => {
  await say({ dedupeKey: 'a', severity: 'info', title: 'info' })
  await say({ dedupeKey: 'b', severity: 'critical', title: 'seen' })
  const [, seen] = await known()
  await move(seen!.id, 'acknowledged')
  await say({ dedupeKey: 'c', severity: 'critical', title: 'unseen' })
  w.clock.advance(1000)
  await say({ dedupeKey: 'd', severity: 'warning', title: 'warning' })
  const live = await liveAlerts(w.deps, { limit: 10 })
  expect(live.map(({ alert }) => alert.title)).toEqual(['unseen', 'seen', 'warning', 'info'])
})

test('a live alert is found by its index, however many there were', async () => {
  const statement = resolve(w.deps, 'probe', 'checkout') as unknown as {
    getSQL(): ReturnType<typeof sql>
  }
  const plan = await w.deps.db.all<{ detail: string }>(
    sql`EXPLAIN QUERY PLAN ${statement.getSQL()}`,
  )
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringContaining('INDEX one_live_alert_per_thing'),
  ])
})
