import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { setAlertStatus } from '../../../../api/actions/alerts/moving.ts'
import { raise } from '../../../../api/actions/alerts/raising.ts'
import { watch } from '../../../../api/actions/alerts/watching.ts'
import { recordDuty } from '../../../../api/actions/duties.ts'
import { touch } from '../../../../api/actions/save.ts'
import { HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { alerts, auditLog, deliveries, incidents, providerGates } from '../../../../db/schema.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { subscribePeople } from '../../../support/shop.ts'
import {
  openTrouble,
  operator,
  sayMore,
  type Telling,
  tellingWorld,
  tick,
} from '../../../support/telling.ts'

let w: Telling

beforeEach(async () => {
  w = await tellingWorld()
  await look()
})
afterEach(() => w[Symbol.asyncDispose]())

/** As the heartbeat does it: half a minute later. */
async function look() {
  w.clock.advance(30 * SECOND)
  const startedAt = w.clock.now()
  const found = await watch(w.deps, { send: { every: SECOND } })
  await recordDuty(w.deps, 'watch', 30 * SECOND, startedAt, null)
  await recordDuty(w.deps, 'send', SECOND, startedAt, null)
  return found
}

async function looks(times: number) {
  for (let i = 0; i < times; i++) await look()
}

const known = async () =>
  (await w.deps.db.select().from(alerts).orderBy(alerts.createdAt)).map(
    ({ eventType, severity, status, occurrences }) =>
      `${eventType} ${severity} ${status} x${occurrences}`,
  )

test('nothing is written while all is well', async () => {
  await subscribePeople(w.deps, 3)
  await openTrouble(w.deps)
  await tick(w.deps)
  await w.deps.store.setPublishedThrough(1_000_000)
  expect(await look()).toEqual({ raised: 0, resolved: 0 })
  expect(await known()).toEqual([])
})

async function overdue() {
  const id = await openTrouble(w.deps, { nextUpdateAt: w.clock.now() + MINUTE })
  await w.deps.store.setPublishedThrough(1_000_000)
  await looks(3)
  return id
}

describe('an overdue update', () => {
  test('is said once, and is over when it is posted', async () => {
    const id = await overdue()
    await looks(5)
    expect(await known()).toEqual(['update.overdue critical open x1'])
    await sayMore(w.deps, id, { notify: false })
    await w.deps.store.setPublishedThrough(1_000_000)
    await look()
    expect(await w.deps.db.select().from(alerts)).toMatchObject([
      { status: 'resolved', resolvedBy: 'incident', reason: 'its cause is gone', incidentId: id },
    ])
    const lines = (await w.deps.db.select().from(auditLog)).filter(({ action }) =>
      action.startsWith('alert.'),
    )
    expect(lines.map(({ action, actor }) => [action, actor])).toEqual([
      ['alert.raised', 'incident'],
      ['alert.resolved', 'incident'],
    ])
  })

  test('that an operator has resolved is not raised again, the next promise is', async () => {
    const id = await overdue()
    const [alert] = await w.deps.db.select().from(alerts)
    await setAlertStatus(w.deps, operator, alert!.id, 'resolved', 'they know')
    await looks(3)
    expect(await known()).toEqual(['update.overdue critical resolved x1'])
    await w.deps.db
      .update(incidents)
      .set({ nextUpdateAt: w.clock.now() + MINUTE })
      .where(eq(incidents.id, id))
    await looks(4)
    expect(await known()).toEqual([
      'update.overdue critical resolved x1',
      'update.overdue critical open x1',
    ])
  })
})

describe('deliveries', () => {
  test('that wait for ten minutes though nothing is in the way', async () => {
    await subscribePeople(w.deps, 2)
    await openTrouble(w.deps)
    await w.deps.store.setPublishedThrough(1_000_000)
    await expandAnnouncements(w.deps)
    await looks(20)
    expect(await known()).toEqual([])
    await looks(2)
    expect(await known()).toEqual(['delivery.waiting critical open x1'])
    await tick(w.deps)
    await look()
    expect(await known()).toEqual(['delivery.waiting critical resolved x1'])
  })

  test('that were given up, until nobody is', async () => {
    await subscribePeople(w.deps, 3)
    await openTrouble(w.deps)
    await w.deps.store.setPublishedThrough(1_000_000)
    await tick(w.deps)
    const give = (state: 'dead' | 'delivered') =>
      w.deps.db.update(deliveries).set({ state, updatedAt: w.clock.now() })
    await give('dead')
    await looks(2)
    expect(await known()).toEqual(['delivery.untold warning open x1'])
    await give('delivered')
    await look()
    expect(await known()).toEqual(['delivery.untold warning resolved x1'])
  })
})

test('a circuit that is open for more than a minute, until it is closed', async () => {
  await subscribePeople(w.deps, 1)
  await openTrouble(w.deps)
  await w.deps.store.setPublishedThrough(1_000_000)
  await tick(w.deps)
  const turn = (circuit: 'open' | 'closed') =>
    w.deps.db
      .update(providerGates)
      .set({ circuit, openedAt: w.clock.now(), reason: 'API key is invalid' })
      .where(eq(providerGates.provider, 'resend'))
  await turn('open')
  await looks(2)
  expect(await known()).toEqual([])
  await look()
  expect(await known()).toEqual(['provider.blocked critical open x1'])
  await turn('closed')
  await look()
  expect(await known()).toEqual(['provider.blocked critical resolved x1'])
})

test('a page that is older than the facts, until it is published', async () => {
  await w.deps.db.write([touch(w.deps, ['/'])])
  await looks(2)
  expect(await known()).toEqual([])
  await look()
  expect(await known()).toEqual(['page.stale critical open x1'])
  await w.deps.store.setPublishedThrough(1_000_000)
  await look()
  expect(await known()).toEqual(['page.stale critical resolved x1'])
})

test('after a sleep nothing is said of what is done every second, until it had its chance', async () => {
  await w.deps.db.write([touch(w.deps, ['/'])])
  w.clock.advance(HOUR)
  await look()
  expect(await known()).toEqual([])
  await look()
  expect(await known()).toEqual(['page.stale critical open x1'])
})

test('a duty that has not come round for two minutes', async () => {
  for (let i = 0; i < 5; i++) {
    w.clock.advance(30 * SECOND)
    const startedAt = w.clock.now()
    await watch(w.deps, { send: { every: SECOND } })
    await recordDuty(w.deps, 'watch', 30 * SECOND, startedAt, null)
  }
  expect(await known()).toEqual(['duty.lagging critical open x1'])
  await looks(2)
  expect(await known()).toEqual(['duty.lagging critical resolved x1'])
})

test('what is told of SMS ends with the day', async () => {
  await w.deps.db.write(
    raise(w.deps, {
      source: 'sms',
      dedupeKey: 'sms_spend_80',
      eventType: 'sms_spend_80',
      severity: 'warning',
      title: 'x',
      detail: '',
    }),
  )
  await look()
  expect(await known()).toEqual(['sms_spend_80 warning open x1'])
  w.clock.advance(12 * HOUR)
  await look()
  expect(await known()).toEqual(['sms_spend_80 warning resolved x1'])
})
