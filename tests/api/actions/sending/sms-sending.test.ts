import { expect, test } from 'vitest'
import { noSms, type SmsSettings } from '../../../../api/domain/sms.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import { deliveries, page, smsUsage } from '../../../../db/schema.ts'
import { states } from '../../../support/deliveries.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, tellingWorld, tick, type Telling } from '../../../support/telling.ts'

async function priced(told: Telling, settings: Partial<SmsSettings>): Promise<void> {
  const sms = { ...noSms, countries: ['DE'], prices: { default: 0.1 }, ...settings }
  await told.deps.db.update(page).set({ sms })
}

async function spent(told: Telling): Promise<number> {
  const rows = await told.deps.db.select().from(smsUsage)
  return rows.reduce((sum, { segments }) => sum + segments, 0)
}

const segmentsOf = (told: Telling) =>
  told.post.sandbox.texts.all().reduce((sum, { segments }) => sum + segments, 0)

test('each SMS that is accepted is paid for once', async () => {
  await using told = await tellingWorld()
  await priced(told, {})
  await subscribePeople(told.deps, 5, 'sms')
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ accepted: 5 })
  expect(await spent(told)).toBe(segmentsOf(told))
})

test('one that is found by looking for it is paid for once', async () => {
  await using told = await tellingWorld()
  await priced(told, {})
  await subscribePeople(told.deps, 1, 'sms')
  told.post.sandbox.faults.set('twilio', 'error_after', 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(await spent(told)).toBe(0)
  for (let minute = 0; minute < 3; minute++) {
    told.clock.advance(MINUTE)
    await tick(told.deps)
  }
  expect(await states(told.deps)).toEqual({ accepted: 1 })
  expect(await spent(told)).toBe(segmentsOf(told))
})

test('when the day’s money is spent no further SMS is sent, and each says why', async () => {
  await using told = await tellingWorld()
  await priced(told, { spend_per_day: 0.5 })
  await subscribePeople(told.deps, 20, 'sms')
  await openTrouble(told.deps)
  await tick(told.deps)
  const counts = await states(told.deps)
  // What is under way at once may exceed the limit by that much.
  expect(counts['accepted']).toBeLessThanOrEqual(5 + 4)
  expect(counts['accepted']! + counts['failed']!).toBe(20)
  expect(told.post.sandbox.texts.total).toBe(counts['accepted'])
  expect(await spent(told)).toBe(segmentsOf(told))
  const refused = (await told.deps.db.select().from(deliveries)).filter(
    ({ state }) => state === 'failed',
  )
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['spend_limit']))
  expect(refused[0]!.reason).toContain('0.5 USD')
})
