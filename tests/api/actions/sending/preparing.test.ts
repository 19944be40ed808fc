import { expect, test } from 'vitest'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Deps } from '../../../../api/deps.ts'
import { noSms } from '../../../../api/domain/sms.ts'
import { LEASE } from '../../../../api/actions/sending/batches.ts'
import { MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { page, smsUsage } from '../../../../db/schema.ts'
import { crowdWorld, tellCrowd } from '../../../support/crowd.ts'
import { states } from '../../../support/deliveries.ts'
import { loseAnswer, whenAnswered } from '../../../support/lost-answers.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, tellingWorld } from '../../../support/telling.ts'
import { testClock } from '../../../support/world.ts'

/** A minute before quiet hours begin in Berlin. */
const evening = Date.parse('2026-11-21T20:59:00Z')
const seven = Date.parse('2026-11-22T06:00:00Z')
const quiet = { from: '22:00', until: '07:00' }

const asleep = 'a.kind AS kind'
const claiming = 'priority >= 0'

test.each([
  ['where nothing can be repeated', false, asleep, {}],
  ['where all can be repeated', true, asleep, {}],
  ['a claim where nothing can be repeated', false, claiming, { after: true }],
  ['a claim where all can be repeated', true, claiming, { after: true }],
])(
  'an answer that is lost before the request wakes nobody and loses nobody: %s',
  async (_, idempotent, words, when) => {
    await using on = await crowdWorld({ clock: testClock(evening), idempotent })
    await subscribePeople(on.deps, 25, 'slack', { quiet })
    await openTrouble(on.deps)
    await expandAnnouncements(on.deps)
    on.clock.advance(2 * MINUTE)
    const { lost } = loseAnswer(on.deps, words, when)
    await expect(sendDue(on.deps)).rejects.toThrow()
    expect(lost()).toBe(1)
    on.clock.advance(2 * MINUTE)
    await sendDue(on.deps)
    expect(await states(on.deps)).toEqual({ held: 25 })
    on.clock.advance(seven - on.clock.now())
    await releaseHeld(on.deps)
    await sendDue(on.deps)
    expect(await states(on.deps)).toEqual({ accepted: 25 })
    expect(on.sent.flatMap(({ messages }) => messages)).toHaveLength(25)
  },
)

test('an answer that is lost before a repetition delays it by no lease', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 3)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  told.post.sandbox.faults.set('resend', 'error_after', 1)
  await sendDue(told.deps)
  told.clock.advance(MINUTE)
  loseAnswer(told.deps, 'AS withdrawn')
  await expect(sendDue(told.deps)).rejects.toThrow()
  await sendDue(told.deps)
  expect(await states(told.deps)).toEqual({ accepted: 3 })
  expect(told.post.sandbox.mails).toMatchObject({ total: 3, duplicates: 0 })
})

/** One SMS that is not repeated once it may have been sent. */
async function tellBySms({ deps }: { deps: Deps }): Promise<void> {
  const sms = { ...noSms, countries: ['DE'], spend_per_day: 10, ambiguous: 'drop' as const }
  await deps.db.update(page).set({ sms: { ...sms, prices: { default: 0.1 } } })
  await subscribePeople(deps, 1, 'sms')
  await openTrouble(deps)
  await expandAnnouncements(deps)
}

async function spent({ db }: Deps): Promise<number> {
  const rows = await db.select().from(smsUsage)
  return rows.reduce((sum, { cost }) => sum + cost, 0)
}

test.each([
  ['was not set aside', false],
  ['was set aside', true],
])('an SMS whose money %s when the answer was lost is sent and paid for once', async (_, after) => {
  await using told = await tellingWorld()
  await tellBySms(told)
  loseAnswer(told.deps, 'INTO \\"sms_usage\\"', { after })
  await expect(sendDue(told.deps)).rejects.toThrow()
  expect(await states(told.deps)).toEqual({ pending: 1 })
  expect(await spent(told.deps)).toBe(0)
  await sendDue(told.deps)
  expect(await states(told.deps)).toEqual({ accepted: 1 })
  expect(await spent(told.deps)).toBe(100_000)
  expect(told.post.sandbox.texts.total).toBe(1)
})

test('what the provider said of an SMS hangs on no further question', async () => {
  await using told = await tellingWorld()
  await tellBySms(told)
  const twilio = told.deps.providers.find(({ channel }) => channel === 'sms')!
  let asked: ReturnType<typeof loseAnswer> | null = null
  told.deps.providers = [
    {
      ...twilio,
      async send(...request) {
        const outcome = await twilio.send(...request)
        told.clock.advance(2 * SECOND)
        asked ??= loseAnswer(told.deps, 'from \\"page\\"')
        return outcome
      },
    },
  ]
  told.post.sandbox.faults.set('twilio', 'rate_limited', 1)
  await sendDue(told.deps)
  expect(await states(told.deps)).toEqual({ pending: 1 })
  expect(await spent(told.deps)).toBe(0)
})

test.each([
  ['where nothing can be repeated', false],
  ['where all can be repeated', true],
])('whoever sleeps until its lease is over sends nothing and loses nobody, %s', async (...row) => {
  const [, idempotent] = row
  await using on = await crowdWorld({ idempotent })
  await tellCrowd(on.deps, 10)
  whenAnswered(on.deps, '\\"renderings\\"', () => on.clock.advance(LEASE))
  await sendDue(on.deps)
  expect(await states(on.deps)).toEqual({ accepted: 10 })
  expect(on.sent).toHaveLength(1)
})

test('whoever sleeps until its lease is over pays for no SMS', async () => {
  await using told = await tellingWorld()
  await tellBySms(told)
  whenAnswered(told.deps, 'INTO \\"sms_usage\\"', () => told.clock.advance(LEASE))
  await sendDue(told.deps)
  expect(await states(told.deps)).toEqual({ accepted: 1 })
  expect(await spent(told.deps)).toBe(100_000)
  expect(told.post.sandbox.texts.total).toBe(1)
})
