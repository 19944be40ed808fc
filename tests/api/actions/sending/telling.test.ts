import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { announcements, subscribers } from '../../../../db/schema.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { announcementProgress } from '../../../../api/actions/telling/progress.ts'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { allClear, states } from '../../../support/deliveries.ts'
import { shop, subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator, sayMore, tellingWorld, tick } from '../../../support/telling.ts'

test('everybody who subscribed is told once, by mail and by SMS', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 250)
  await subscribePeople(told.deps, 3, 'sms')
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(told.post.sandbox.mails.recipients.size).toBe(250)
  expect(told.post.sandbox.texts.recipients.size).toBe(3)
  expect(told.post.sandbox.mails.duplicates + told.post.sandbox.texts.duplicates).toBe(0)
  expect(await states(told.deps)).toEqual({ accepted: 253 })
  const [announcement] = await told.deps.db.select().from(announcements)
  expect(await announcementProgress(told.deps, announcement!.id)).toMatchObject({
    total: 253,
    told: 253,
    done: true,
  })
})

test('two workers at once still tell everybody once', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 500)
  await openTrouble(told.deps)
  await Promise.all([tick(told.deps), tick(told.deps), tick(told.deps)])
  await tick(told.deps)
  expect(told.post.sandbox.mails.recipients.size).toBe(500)
  expect(told.post.sandbox.mails.duplicates).toBe(0)
})

test('a mail says what happened, threads by incident and can be left in one click', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1)
  const id = await openTrouble(told.deps)
  await tick(told.deps)
  const [mail] = told.post.sandbox.mails.all()
  expect(mail!.subject).toBe('[Corner Shop] Checkout is slow')
  expect(mail!.text).toContain('21 Nov 2026, 13:00 CET')
  expect(mail!.text).toContain('Shop - Checkout')
  expect(mail!.text).toContain(`http://status.example/incidents/${id}`)
  expect(mail!.headers).toMatchObject({
    References: `<incident-${id}@status.example>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  })
  const unsubscribe = /<(.+)>/.exec(mail!.headers['List-Unsubscribe']!)![1]!
  expect(unsubscribe).toMatch(/^http:\/\/status\.example\/unsubscribe\?token=/)
  expect(mail!.html).toContain(unsubscribe.replaceAll('&', '&amp;'))
  expect(mail!.text).toContain(unsubscribe)
})

test('an SMS fits in two segments and ends with the link', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1, 'sms')
  const id = await openTrouble(told.deps, { body: `It’s “slow” – ${'very '.repeat(100)}` })
  await tick(told.deps)
  const [sms] = told.post.sandbox.texts.all()
  expect(sms!.segments).toBe(2)
  expect(sms!.text).toContain('13:00 CET')
  expect(sms!.text).toContain(`It's "slow" - very`)
  expect(sms!.text).toMatch(new RegExp(`\\.\\.\\. http://status\\.example/incidents/${id}$`))
})

test('a newer word supersedes what was not sent yet, so nobody gets stale news', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 5)
  const id = await openTrouble(told.deps)
  await giveAllClear(told.deps, operator, id, allClear, true)
  await tick(told.deps)
  const mails = told.post.sandbox.mails.all()
  expect(mails.map(({ text }) => text.includes('Resolved'))).toEqual(Array(5).fill(true))
  expect(told.post.sandbox.mails.recipients.size).toBe(5)
})

test('what was expanded but not sent is superseded too', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 5)
  const id = await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  await sayMore(told.deps, id)
  // Also when the claim comes before the sweep.
  await sendDue(told.deps)
  expect(told.post.sandbox.mails.total).toBe(0)
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ superseded: 5, accepted: 5 })
})

test('only those hear of it whose choice it is', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 3, 'email', { components: [shop.search] })
  await subscribePeople(told.deps, 2, 'sms', { groups: [shop.group] })
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(told.post.sandbox.mails.total).toBe(0)
  expect(told.post.sandbox.texts.total).toBe(2)
})

test('somebody who left between expansion and sending is not told', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 3)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  await told.deps.db
    .update(subscribers)
    .set({ state: 'unsubscribed' })
    .where(eq(subscribers.address, 'person1@example.com'))
  await tick(told.deps)
  expect([...told.post.sandbox.mails.recipients.keys()]).toEqual([
    'person0@example.com',
    'person2@example.com',
  ])
  expect(await states(told.deps)).toEqual({ accepted: 2, skipped: 1 })
})
