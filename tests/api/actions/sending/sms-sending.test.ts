import { expect, test } from 'vitest'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import type { Deps } from '../../../../api/deps.ts'
import { noSms, type SmsSettings } from '../../../../api/domain/sms.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { deliveries, page, smsUsage } from '../../../../db/schema.ts'
import { states } from '../../../support/deliveries.ts'
import { onOneFile, onOneServer } from '../../../support/neighbours.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, tellingWorld, tick, type Telling } from '../../../support/telling.ts'

async function priced({ db }: Deps, settings: Partial<SmsSettings> = {}): Promise<void> {
  const sms = { ...noSms, countries: ['DE'], prices: { default: 0.1 }, ...settings }
  await db.update(page).set({ sms })
}

async function spent({ db }: Deps): Promise<number> {
  const rows = await db.select().from(smsUsage)
  return rows.reduce((sum, { segments }) => sum + segments, 0)
}

const segmentsOf = (told: Telling) =>
  told.post.sandbox.texts.all().reduce((sum, { segments }) => sum + segments, 0)

const limits: [string, Partial<SmsSettings>][] = [
  ['without a limit', {}],
  ['with a limit', { spend_per_day: 10 }],
]

test.each(limits)('each SMS that is accepted is paid for once, %s', async (_, settings) => {
  await using told = await tellingWorld()
  await priced(told.deps, settings)
  await subscribePeople(told.deps, 5, 'sms')
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ accepted: 5 })
  expect(await spent(told.deps)).toBe(segmentsOf(told))
})

test.each(limits)('one that is found by looking is paid for once, %s', async (_, settings) => {
  await using told = await tellingWorld()
  await priced(told.deps, settings)
  await subscribePeople(told.deps, 1, 'sms')
  told.post.sandbox.faults.set('twilio', 'error_after', 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  for (let minute = 0; minute < 3; minute++) {
    told.clock.advance(MINUTE)
    await tick(told.deps)
  }
  expect(await states(told.deps)).toEqual({ accepted: 1 })
  expect(await spent(told.deps)).toBe(segmentsOf(told))
})

test.each<[string, Partial<SmsSettings>, number]>([
  ['is sent again when it was twice not found', {}, 1],
  ['is not repeated where the profile says so', { ambiguous: 'drop' }, 0],
])('an SMS that may be lost %s', async (_, settings, sent) => {
  await using told = await tellingWorld()
  await priced(told.deps, settings)
  await subscribePeople(told.deps, 1, 'sms')
  told.post.sandbox.faults.set('twilio', 'error_before', 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  told.clock.advance(30 * SECOND)
  await tick(told.deps)
  told.clock.advance(MINUTE - SECOND)
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ sending: 1 })
  told.clock.advance(SECOND)
  for (let beat = 0; beat < 2; beat++) await tick(told.deps)
  expect(told.post.sandbox.texts.total).toBe(sent)
  const [delivery] = await told.deps.db.select().from(deliveries)
  expect(delivery).toMatchObject(
    sent
      ? { state: 'accepted', reason: null }
      : { state: 'unknown', code: 'ambiguous', reason: expect.stringContaining('not repeated') },
  )
})

test('a refused key costs nothing, however often it is tried', async () => {
  await using told = await tellingWorld()
  await priced(told.deps, { spend_per_day: 0.1 })
  await subscribePeople(told.deps, 1, 'sms')
  told.post.sandbox.faults.set('twilio', 'auth_refused', 3)
  await openTrouble(told.deps)
  for (let minute = 0; minute < 5; minute++) {
    await tick(told.deps)
    told.clock.advance(MINUTE)
  }
  expect(await states(told.deps)).toEqual({ accepted: 1 })
  expect(await spent(told.deps)).toBe(1)
})

test.each([
  ['at once', 0, 3600],
  ['in the last half hour of its life', 23.5 * HOUR, 1800],
  ['in the last second of its life', DAY - SECOND, 1],
  ['in a part of a second of its life', DAY - 1, 1],
])('an SMS that is sent %s is not delivered later than it is worth reading', async (...row) => {
  const [, wait, seconds] = row
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1, 'sms')
  const valid: number[] = []
  told.deps.providers = told.deps.providers.map((one) => ({
    ...one,
    send(messages, ...more) {
      valid.push(...messages.map(({ valid_for_s }) => valid_for_s))
      return one.send(messages, ...more)
    },
  }))
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  told.clock.advance(wait)
  await sendDue(told.deps)
  expect(valid).toEqual([seconds])
})

test.each([
  ['one file', onOneFile],
  ['one server', onOneServer],
])('three processes on %s exceed no limit by a single message', async (_, neighbours) => {
  await using told = await tellingWorld()
  await using processes = await neighbours(told, 3)
  const [first] = processes.all as [Deps, ...Deps[]]
  await priced(first, { spend_per_day: 1.05 })
  await subscribePeople(first, 60, 'sms')
  await openTrouble(first)
  await expandAnnouncements(first)
  await Promise.all(processes.all.map((deps) => sendDue(deps)))
  expect(told.post.sandbox.texts.total).toBe(10)
  expect(segmentsOf(told)).toBe(10)
  expect(await spent(first)).toBe(10)
  const rows = await first.db.select().from(deliveries)
  const refused = rows.filter(({ code }) => code === 'spend_limit')
  expect(refused).toHaveLength(50)
  expect(new Set(refused.map(({ state }) => state))).toEqual(new Set(['dead']))
  expect(refused[0]!.reason).toBe(
    'SMS may cost 1.05 USD a day at most; the next day begins on 2026-11-22 at 00:00 UTC',
  )
})
