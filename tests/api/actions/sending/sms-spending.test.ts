import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Claim } from '../../../../api/actions/sending/batches.ts'
import { smsSettings } from '../../../../api/actions/sending/sms-settings.ts'
import {
  billFor,
  reserve,
  settleCosts,
  spendRefusal,
} from '../../../../api/actions/sending/sms-spending.ts'
import type { Outcome } from '../../../../api/domain/delivery.ts'
import { noSms, type SmsSettings } from '../../../../api/domain/sms.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import type { AnnouncementKind } from '../../../../api/domain/words.ts'
import { alerts, auditLog, page, smsUsage } from '../../../../db/schema.ts'
import { shopWorld } from '../../../support/shop.ts'
import type { World } from '../../../support/world.ts'

let w: World

beforeEach(async () => {
  w = await shopWorld()
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

const german = (text = 'x') => ({ to: '+4915100000001', text })
const american = (text = 'x') => ({ to: '+14155550123', text })
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)

const accepted: Outcome = {
  kind: 'answered',
  results: [{ kind: 'accepted', provider_id: 'SM1' }],
}
const why = { code: 'why', reason: 'because' }

type Sms = Parameters<typeof billFor>[2]

function claimedNow(kind: AnnouncementKind): Claim {
  const batch = { claim: 'mine', firstSentAt: w.clock.now(), provider: 'twilio' }
  return { batch, members: [{ kind }] } as unknown as Claim
}

/** What an attempt does with money: null when the SMS was sent. */
async function send(sms: Sms, outcome = accepted, kind: AnnouncementKind = 'incident_opened') {
  const claimed = claimedNow(kind)
  const bill = await billFor(w.deps, claimed, sms)
  const over = await reserve(w.deps, claimed, bill)
  if (over) {
    await w.deps.db.write([over.warning])
    return over.refusal
  }
  await w.deps.db.write(settleCosts(w.deps, bill, claimed, outcome))
  return null
}

async function spend(messages: Sms[]) {
  for (const message of messages) await send(message)
}

const code = () => send(german(), accepted, 'confirmation')

const usage = () => w.deps.db.select().from(smsUsage).orderBy(smsUsage.country)
const raised = async () =>
  (await w.deps.db.select().from(alerts)).map(({ eventType, severity }) => [eventType, severity])

describe.each<[string, Partial<SmsSettings>]>([
  ['with a limit', {}],
  ['without one', { spend_per_day: null }],
])('%s', (_, settings) => {
  beforeEach(() => priced(settings))

  test('what is sent is counted by country and segments, in millionths', async () => {
    await spend([german(), german('x'.repeat(161)), american('ö'.repeat(71) + '—')])
    expect(await usage()).toEqual([
      { day: '2026-11-21', country: 'DE', segments: 3, cost: 150_000, codes: 0 },
      { day: '2026-11-21', country: 'US', segments: 2, cost: 16_600, codes: 0 },
    ])
  })

  test('a number of no country is counted under ZZ at the default price', async () => {
    await send({ ...german(), to: '+8816123456789' })
    expect(await usage()).toMatchObject([{ country: 'ZZ', cost: 50_000 }])
  })

  test('the codes among the messages are counted', async () => {
    await code()
    await send(german())
    expect(await usage()).toMatchObject([{ segments: 2, codes: 1 }])
  })

  test.each<[string, Outcome]>([
    ['refused', { kind: 'answered', results: [{ kind: 'refused', ...why }] }],
    ['refused as a request', { kind: 'refused', ...why }],
    ['too fast', { kind: 'throttled', ...why, retry_after_ms: 1 }],
    ['refused with our account', { kind: 'closed', ...why }],
  ])('what was %s costs nothing', async (_sentence, outcome) => {
    await send(german())
    await send(german(), outcome, 'confirmation')
    expect(await usage()).toMatchObject([{ segments: 1, cost: 50_000, codes: 0 }])
  })
})

test('what may have been sent counts as sent while a limit must be kept', async () => {
  await priced()
  await send(german(), { kind: 'uncertain', ...why })
  expect(await usage()).toMatchObject([{ segments: 1, cost: 50_000 }])
})

test.each<[string, Partial<SmsSettings>, Sms[], Sms, string | null]>([
  ['the first message of a day', {}, [], german(), null],
  ['the last one that there is money for', {}, times(19, german()), german(), null],
  ['one more', {}, times(20, german()), german(), 'SMS may cost 1 USD a day'],
  ['more than is left', {}, times(19, german()), german('x'.repeat(161)), 'SMS may cost 1 USD'],
  ['any number without a limit', { spend_per_day: null }, times(30, german()), german(), null],
  ['anything where a limit is nothing', { spend_per_day: 0 }, [], german(), 'SMS may cost 0 USD'],
  [
    'one more to a country with a limit',
    { spend_per_country: { DE: 0.15 } },
    times(3, german()),
    german(),
    'SMS to DE may cost 0.15 USD a day',
  ],
  [
    'one to another country',
    { spend_per_country: { DE: 0.15 } },
    times(3, german()),
    american(),
    null,
  ],
  [
    'one to a country without a limit where nothing else is limited',
    { spend_per_day: null, spend_per_country: { DE: 0.15 } },
    times(30, american()),
    american(),
    null,
  ],
  [
    'one to a country with a limit where nothing else is limited',
    { spend_per_day: null, spend_per_country: { DE: 0.15 } },
    [...times(30, american()), ...times(3, german())],
    german(),
    'SMS to DE may cost 0.15 USD a day',
  ],
])('%s', async (_, settings, before, sms, refusal) => {
  await priced(settings)
  await spend(before)
  const asked = await spendRefusal(w.deps, sms)
  const counted = await usage()
  const sent = await send(sms)
  for (const answer of [asked, sent])
    expect(answer).toEqual(
      refusal === null
        ? null
        : { code: 'spend_limit', reason: expect.stringContaining(refusal) as string },
    )
  if (refusal !== null) expect(await usage()).toEqual(counted)
})

test('a refusal says when the next day begins, and then it begins', async () => {
  await priced()
  await spend(times(20, german()))
  const reason = 'SMS may cost 1 USD a day at most; the next day begins on 2026-11-22 at 00:00 UTC'
  expect(await send(german())).toEqual({ code: 'spend_limit', reason })
  w.clock.advance(12 * HOUR - 1)
  expect(await send(german())).not.toBeNull()
  w.clock.advance(1)
  expect(await send(german())).toBeNull()
})

test('an SMS that is refused after midnight gives back what it took before', async () => {
  await priced()
  w.clock.advance(12 * HOUR - 1)
  const claimed = claimedNow('incident_opened')
  const bill = await billFor(w.deps, claimed, german())
  expect(await reserve(w.deps, claimed, bill)).toBeNull()
  w.clock.advance(SECOND)
  await w.deps.db.write(settleCosts(w.deps, bill, claimed, { kind: 'refused', ...why }))
  expect(await usage()).toMatchObject([{ day: '2026-11-21', segments: 0, cost: 0 }])
})

test('without a limit nothing is asked before a message is sent', async () => {
  await priced({ spend_per_day: null })
  await send(german())
  let questions = 0
  const asks = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        questions++
        return Reflect.get(target, name) as unknown
      },
    })
  const deps = { ...w.deps, db: w.deps.db }
  const claimed = claimedNow('incident_opened')
  await billFor(deps, claimed, german())
  deps.db = asks(w.deps.db)
  const bill = await billFor(deps, claimed, german())
  expect(await reserve(deps, claimed, bill)).toBeNull()
  expect(questions).toBe(0)
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
  await Promise.all([send(german()), spendRefusal(w.deps, german()), send(german())])
  expect(await raised()).toEqual([
    ['sms_spend_80', 'warning'],
    ['sms_spend_100', 'critical'],
  ])
})

test('operators hear once a day of each country whose money is spent', async () => {
  await priced({ spend_per_country: { DE: 0.05, US: 0 } })
  await spend([german(), german(), german(), american()])
  expect(await raised()).toEqual([
    ['sms_spend_DE', 'critical'],
    ['sms_spend_US', 'critical'],
  ])
  const [alert] = await w.deps.db.select().from(alerts)
  expect(alert).toMatchObject({
    title: "Today's SMS budget for DE is spent",
    detail: expect.stringContaining('SMS to DE may cost 0.05 USD a day.') as string,
  })
})

test('operators hear once a day that a sender may not send to a country', async () => {
  await priced()
  const reason = 'not permitted'
  const elsewhere: Outcome = {
    kind: 'answered',
    results: [{ kind: 'refused', code: '21408', reason, elsewhere: true }],
  }
  for (let message = 0; message < 3; message++) await send(german(), elsewhere)
  await send(american(), elsewhere)
  await send(american(), {
    kind: 'answered',
    results: [{ kind: 'refused', code: '21614', reason }],
  })
  expect(await raised()).toEqual([
    ['sms_refused_DE', 'warning'],
    ['sms_refused_US', 'warning'],
  ])
  const [alert] = await w.deps.db.select().from(alerts)
  expect(alert!.detail).toContain('The provider twilio says: not permitted (21408).')
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
  await code()
  await code()
  expect(await raised()).toEqual(alarming ? [['sms_pumping', 'critical']] : [])
})

test('countries of the environment replace those of the page', async () => {
  await priced()
  expect((await smsSettings(w.deps)).countries).toEqual(['DE', 'US'])
  w.deps.config.SMS_COUNTRIES = ['AT']
  expect(await smsSettings(w.deps)).toEqual({ ...budget, countries: ['AT'] })
})
