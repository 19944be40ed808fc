import { expect, test } from 'vitest'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { noSms } from '../../../../api/domain/sms.ts'
import { page, smsUsage } from '../../../../db/schema.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import { allAccepted, crowdWorld, secondsOf } from '../../../support/crowd.ts'
import { states } from '../../../support/deliveries.ts'
import { loseAnswer, refuseWrites } from '../../../support/lost-answers.ts'
import { smtpWorld, toldBy } from '../../../support/relay.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, tellingWorld } from '../../../support/telling.ts'

const until = (what: () => unknown) => expect.poll(what, { timeout: 20_000, interval: 5 })

test.each([
  ['what is due', 'AS uncertain'],
  ['a request of somebody else', '"quick"'],
])('an answer about %s that is lost holds up nobody for long', async (_, words) => {
  await using on = await crowdWorld({ ratePerSecond: 1, batchSize: 1 })
  const quick: Provider = {
    ...on.provider,
    name: 'quick',
    channel: 'discord',
    ratePerSecond: 0,
    send: (messages) => (quickly.push(...messages), Promise.resolve(allAccepted(messages))),
  }
  const quickly: unknown[] = []
  on.deps.providers = [on.provider, quick]
  await subscribePeople(on.deps, 600, 'slack')
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const beat = sendDue(on.deps)
  await until(() => on.sent.length).toBe(1)
  loseAnswer(on.deps, words)
  await subscribePeople(on.deps, 3, 'discord')
  await openTrouble(on.deps, { name: 'Another' })
  await expandAnnouncements(on.deps)
  await expect(secondsOf(on, 30, beat)).rejects.toThrow()
  let isOver = false
  const next = sendDue(on.deps, () => isOver)
  await until(() => quickly.length).toBe(3)
  isOver = true
  await secondsOf(on, 30, next)
  expect(on.sent.length).toBeLessThan(20)
})

/** Not by the lanes of confirmations. */
const claiming = 'priority >= 0'
const accepted = 'provider_id = coalesce'

test.each([
  ['a claim that was not made', claiming, { after: false }],
  ['a claim that was made', claiming, { after: true }],
  ['what was accepted, which was not saved', accepted, { after: false }],
  ['what was accepted, which was saved', accepted, { after: true }],
])('an answer about %s is made good: everybody is told once', async (_, words, when) => {
  await using mails = await smtpWorld()
  await using keyed = await tellingWorld()
  await using texts = await tellingWorld()
  for (const told of [mails, keyed, texts]) {
    await told.deps.db.update(page).set({ sms: { ...noSms, countries: ['DE'] } })
    const channel = told === texts ? 'sms' : 'email'
    await subscribePeople(told.deps, 3, channel)
    await openTrouble(told.deps)
    await expandAnnouncements(told.deps)
    const { lost } = loseAnswer(told.deps, words, when)
    await expect(sendDue(told.deps)).rejects.toThrow()
    await sendDue(told.deps)
    expect(lost()).toBe(1)
    expect(await states(told.deps)).toEqual({ accepted: 3 })
    const usage = await told.deps.db.select().from(smsUsage)
    expect(usage.reduce((sum, { segments }) => sum + segments, 0)).toBe(told === texts ? 3 : 0)
  }
  expect(toldBy(mails)).toEqual([0, 1, 2].map((i) => `person${i}@example.com`))
  expect(keyed.post.sandbox.mails).toMatchObject({ total: 3, duplicates: 0 })
  expect(texts.post.sandbox.texts).toMatchObject({ total: 3, duplicates: 0 })
})

test('lanes that wait for the database make room for no others', async () => {
  await using on = await crowdWorld()
  await subscribePeople(on.deps, 200, 'slack')
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  let isDown = false
  const { refused } = refuseWrites(on.deps, () => isDown)
  on.provider.send = (messages) => {
    isDown = true
    return Promise.resolve(allAccepted(messages))
  }
  const beat = sendDue(on.deps)
  expect(await secondsOf(on, 150, beat)).toBeNull()
  const before = refused()
  expect(await secondsOf(on, 10, beat)).toBeNull()
  // Four, and one for confirmations.
  expect(refused() - before).toBeLessThanOrEqual(10 * 5)
  on.provider.send = (messages) => Promise.resolve(allAccepted(messages))
  isDown = false
  await expect(secondsOf(on, 10, beat)).rejects.toThrow()
  await sendDue(on.deps)
  expect(await states(on.deps)).toEqual({ accepted: 200 })
})

test('what was accepted is saved however long the database is away', async () => {
  await using told = await smtpWorld()
  await subscribePeople(told.deps, 3)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  let isDown = true
  const { lost } = loseAnswer(told.deps, accepted, { isDown: () => isDown })
  const beat = sendDue(told.deps)
  await until(lost).toBeGreaterThan(0)
  expect(await secondsOf(told, 90, beat)).toBeNull()
  isDown = false
  await expect(secondsOf(told, 60, beat)).rejects.toThrow()
  await sendDue(told.deps)
  expect(toldBy(told)).toHaveLength(3)
  expect(await states(told.deps)).toEqual({ accepted: 3 })
})
