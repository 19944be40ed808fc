import { afterEach, beforeEach, expect, test } from 'vitest'
import { smsSettings } from '../../../../api/actions/sending/sms-settings.ts'
import { spendRefusal, usageOf } from '../../../../api/actions/sending/sms-spending.ts'
import { noSms, type SmsSettings } from '../../../../api/domain/sms.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { alerts, announcements, auditLog, page, smsUsage } from '../../../../db/schema.ts'
import { openShop } from '../../../support/shop.ts'
import { world, type World } from '../../../support/world.ts'

let w: World

beforeEach(async () => {
  w = await world()
  await openShop(w.deps)
})
afterEach(() => w[Symbol.asyncDispose]())

const budget: SmsSettings = {
  ...noSms,
  countries: ['DE', 'US'],
  prices: { default: 0.05, US: 0.0083 },
  spend_per_day: 1,
}

async function priced(settings: Partial<SmsSettings> = {}) {
  await w.deps.db.update(page).set({ sms: { ...budget, ...settings } })
}

const german = (text = 'x') => ({ id: 'update000000', to: '+4915100000001', text })
const american = (text = 'x') => ({ id: 'update000000', to: '+14155550123', text })
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)

async function spend(messages: Parameters<typeof usageOf>[1]) {
  await w.deps.db.write(await usageOf(w.deps, messages))
}

/** A confirmation, and the message that carries it. */
async function code() {
  const now = w.clock.now()
  const id = w.deps.newId()
  await w.deps.db.insert(announcements).values({
    id,
    kind: 'confirmation',
    priority: 0,
    impact: 'none',
    componentIds: [],
    expiresAt: now,
    expandTo: 0,
    createdAt: now,
  })
  return { ...german(), id }
}

const raised = async () =>
  (await w.deps.db.select().from(alerts)).map(({ eventType, severity }) => [eventType, severity])

test('what is sent is counted by country and segments, in millionths', async () => {
  await priced()
  await spend([german(), german('x'.repeat(161)), american('ö'.repeat(71) + '—')])
  expect(await w.deps.db.select().from(smsUsage).orderBy(smsUsage.country)).toEqual([
    { day: '2026-11-21', country: 'DE', segments: 3, cost: 150_000, codes: 0 },
    { day: '2026-11-21', country: 'US', segments: 2, cost: 16_600, codes: 0 },
  ])
})

test('a number of no country is counted under ZZ at the default price', async () => {
  await priced()
  await spend([{ ...german(), to: '+8816123456789' }])
  expect(await w.deps.db.select().from(smsUsage)).toMatchObject([{ country: 'ZZ', cost: 50_000 }])
})

test('the codes among the messages are counted', async () => {
  await spend([await code(), german()])
  expect(await w.deps.db.select().from(smsUsage)).toMatchObject([{ segments: 2, codes: 1 }])
})

test.each<[string, Partial<SmsSettings>, number, number, boolean]>([
  ['the first message of a day', {}, 0, 1, false],
  ['the last one that there is money for', {}, 19, 1, false],
  ['one more', {}, 20, 1, true],
  ['a request for more than is left', {}, 18, 3, true],
  ['any number without a limit', { spend_per_day: null }, 100, 100, false],
  ['anything where a limit is nothing', { spend_per_day: 0 }, 0, 1, true],
])('%s', async (_, settings, before, now, refused) => {
  await priced(settings)
  if (before > 0) await spend(times(before, german()))
  const answer = await spendRefusal(w.deps, times(now, german()))
  expect(answer?.code).toBe(refused ? 'spend_limit' : undefined)
})

test('a refusal names the limit and ends with the day in UTC', async () => {
  await priced()
  await spend(times(20, german()))
  expect(await spendRefusal(w.deps, [german()])).toEqual({
    code: 'spend_limit',
    reason: "today's SMS may cost 1 USD at most",
  })
  w.clock.advance(12 * HOUR - 1)
  expect(await spendRefusal(w.deps, [german()])).not.toBeNull()
  w.clock.advance(1)
  expect(await spendRefusal(w.deps, [german()])).toBeNull()
})

test('operators hear once a day of 80 % and once of the end', async () => {
  await priced()
  await spend(times(15, german()))
  expect(await raised()).toEqual([])
  await spend([german()])
  await spend([german()])
  expect(await raised()).toEqual([['sms_spend_80', 'warning']])
  await spend(times(3, german()))
  await spend([german()])
  const all = [
    ['sms_spend_80', 'warning'],
    ['sms_spend_100', 'critical'],
  ]
  expect(await raised()).toEqual(all)
  w.clock.advance(DAY)
  await spend(times(20, german()))
  expect(await raised()).toEqual([...all, ...all])
})

test('operators hear of the end although some money is left that suffices for nothing', async () => {
  await priced({ spend_per_day: 0.98 })
  await spend(times(19, german()))
  await Promise.all([spendRefusal(w.deps, [german()]), spendRefusal(w.deps, [german()])])
  expect(await raised()).toEqual([
    ['sms_spend_80', 'warning'],
    ['sms_spend_100', 'critical'],
  ])
})

/** What the log says of codes asked for some minutes ago, and of how many came back. */
async function history(codes: number, confirmed: number, minutesAgo = 60) {
  const at = w.clock.now() - minutesAgo * MINUTE
  const entry = { at, actor: 'subscriber', object: 'subscriber:someone' }
  const detail = { channel: 'sms', answer: 'challenge' }
  const action = 'subscription.requested'
  await w.deps.db.insert(auditLog).values([
    ...times(codes, { ...entry, action, detail }),
    ...times(confirmed, {
      ...entry,
      action: 'subscription.confirmed',
      detail: { channel: 'sms' },
    }),
    ...times(100, { ...entry, action, detail: { ...detail, channel: 'email' } }),
    ...times(100, { ...entry, action, detail: { ...detail, answer: 'silence' } }),
  ])
}

test.each([
  ['one in six of 50 confirmed', 50, 9, 60, true],
  ['one in five confirmed', 50, 10, 60, false],
  ['too few codes to tell', 49, 0, 60, false],
  ['codes that still hold', 50, 0, 9, false],
  ['codes of the day before', 50, 0, 24 * 60 + 1, false],
])('%s', async (_, codes, confirmed, minutesAgo, alarming) => {
  await history(codes, confirmed, minutesAgo)
  await spend([german()])
  expect(await raised()).toEqual([])
  await spend([await code()])
  await spend([await code()])
  expect(await raised()).toEqual(alarming ? [['sms_pumping', 'critical']] : [])
})

test('countries of the environment replace those of the page', async () => {
  await priced()
  expect((await smsSettings(w.deps)).countries).toEqual(['DE', 'US'])
  w.deps.config.SMS_COUNTRIES = ['AT']
  expect(await smsSettings(w.deps)).toEqual({ ...budget, countries: ['AT'] })
})
