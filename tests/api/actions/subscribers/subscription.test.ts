import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  confirmByCode,
  confirmByToken,
  lookAtConfirmation,
} from '../../../../api/actions/subscribers/confirming.ts'
import { codeOf, links, subscriberOf } from '../../../../api/actions/subscribers/links.ts'
import { managePage } from '../../../../api/actions/subscribers/subscription-pages.ts'
import { changePreferences, unsubscribe } from '../../../../api/actions/subscribers/subscription.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { auditLog, subscribers } from '../../../../db/schema.ts'
import { shop } from '../../../support/shop.ts'
import {
  ask,
  letters,
  subscribingWorld,
  theSubscriber,
  tokensOf,
} from '../../../support/subscribing.ts'
import { openTrouble } from '../../../support/telling.ts'
import type { World } from '../../../support/world.ts'

const number = '+4915100000001'
let w: World

beforeEach(async () => {
  w = await subscribingWorld()
})
afterEach(() => w[Symbol.asyncDispose]())

const tokens = async () => tokensOf(w.deps, await theSubscriber(w.deps))
const code = async () => codeOf(w.deps, await theSubscriber(w.deps))
const otherThan = (right: string) => (right === '000000' ? '000001' : '000000')
const verify = (code: string) => confirmByCode(w.deps, { address: number, code }, 'r2')
const askBySms = () => ask(w.deps, { channel: 'sms', address: number })
const actions = async (action: string) =>
  (await w.deps.db.select().from(auditLog).where(eq(auditLog.action, action))).length

test('the link in the mail confirms, once', async () => {
  await ask(w.deps)
  w.clock.advance(HOUR)
  const { confirm, manage } = await tokens()
  expect(await lookAtConfirmation(w.deps, confirm)).toBeNull()
  expect(await confirmByToken(w.deps, confirm, 'r2')).toEqual({
    already: false,
    manage_url: `http://status.example/subscriptions/manage?token=${manage}`,
  })
  expect(await theSubscriber(w.deps)).toMatchObject({
    state: 'active',
    confirmedAt: w.clock.now(),
    consent: { at: w.clock.now(), source: 'form' },
  })
  w.clock.advance(HOUR)
  expect(await confirmByToken(w.deps, confirm, 'r3')).toMatchObject({ already: true })
  expect(await lookAtConfirmation(w.deps, confirm)).toMatchObject({ already: true })
  expect(await actions('subscription.confirmed')).toBe(1)
})

test('a confirmation that was not sent yet is not sent after confirming', async () => {
  await ask(w.deps)
  await confirmByToken(w.deps, (await tokens()).confirm, null)
  expect((await letters(w.deps)).map(({ state }) => state)).toEqual(['skipped'])
})

test('ten presses at once confirm once', async () => {
  await ask(w.deps)
  const { confirm } = await tokens()
  const all = await Promise.all(
    Array.from({ length: 10 }, () => confirmByToken(w.deps, confirm, null)),
  )
  expect(all.filter(({ already }) => !already)).toHaveLength(1)
  expect(await actions('subscription.confirmed')).toBe(1)
})

test('a confirm link ends after two days, and with the subscription', async () => {
  await ask(w.deps)
  const { confirm, unsubscribe: leave } = await tokens()
  await confirmByToken(w.deps, confirm, null)
  await unsubscribe(w.deps, leave, null)
  await expect(confirmByToken(w.deps, confirm, null)).rejects.toMatchObject({ code: 'not_found' })
  await expect(lookAtConfirmation(w.deps, confirm)).rejects.toMatchObject({ code: 'not_found' })
  w.clock.advance(48 * HOUR)
  await ask(w.deps)
  const { confirm: later } = await tokens()
  w.clock.advance(48 * HOUR)
  await expect(confirmByToken(w.deps, later, null)).rejects.toMatchObject({ code: 'not_found' })
})

test('a link serves its own purpose, its own subscriber and nothing else', async () => {
  await ask(w.deps)
  const first = await theSubscriber(w.deps)
  const { manage, unsubscribe: leave, confirm } = await tokens()
  await ask(w.deps, { address: 'eve@example.com' })
  const second = await theSubscriber(w.deps)
  const foreign = manage.replace(first.id, second.id)
  const newer = manage.replace('.1.', '.2.')
  const wrong = [leave, confirm, foreign, newer, `${manage.slice(0, -1)}_`, '']
  for (const token of wrong)
    await expect(subscriberOf(w.deps, 'manage', token)).rejects.toMatchObject({ code: 'not_found' })
  expect((await subscriberOf(w.deps, 'manage', manage)).id).toBe(first.id)
})

test('links are the same whenever they are made, until they are made void', async () => {
  await ask(w.deps)
  const subscriber = await theSubscriber(w.deps)
  const made = () => links(w.deps, subscriber, 'confirmation')
  expect(await made()).toEqual(await made())
  const { manage } = await tokens()
  await w.deps.db.update(subscribers).set({ tokenVersion: 2 })
  await expect(managePage(w.deps, manage)).rejects.toMatchObject({ code: 'not_found' })
})

test('the code in the SMS confirms, and again within its ten minutes', async () => {
  await askBySms()
  const places = await links(w.deps, await theSubscriber(w.deps), 'confirmation')
  expect(places.code).toMatch(/^\d{6}$/)
  expect(places.code).toBe(await code())
  expect(await verify(` ${await code()} `)).toMatchObject({ already: false })
  expect(await verify(await code())).toMatchObject({ already: true })
  expect((await theSubscriber(w.deps)).state).toBe('active')
})

test('unknown numbers, wrong and expired codes are told the same', async () => {
  await askBySms()
  const right = await code()
  const answers = [
    await verify(otherThan(right)).catch((error) => error),
    await confirmByCode(w.deps, { address: '+4915100000002', code: right }, null).catch((e) => e),
    await confirmByCode(w.deps, { address: 'nonsense', code: right }, null).catch((e) => e),
  ]
  w.clock.advance(10 * MINUTE)
  answers.push(await verify(right).catch((error) => error))
  for (const { code, message, fields } of answers)
    expect({ code, message, fields }).toEqual({
      code: 'invalid',
      message: 'code: is wrong or has expired',
      fields: [{ path: 'code', message: 'is wrong or has expired', say: { key: 'refusal.code' } }],
    })
})

test('after five wrong codes the right one is refused until a new one is sent', async () => {
  await askBySms()
  const right = await code()
  for (let i = 0; i < 5; i++) await expect(verify(otherThan(right))).rejects.toThrow()
  await expect(verify(right)).rejects.toMatchObject({ code: 'invalid' })
  w.clock.advance(MINUTE)
  await askBySms()
  expect(await code()).not.toBe(right)
  expect(await verify(await code())).toMatchObject({ already: false })
})

test('guesses sent all at once count one by one', async () => {
  await askBySms()
  const right = await code()
  const guesses = Array.from({ length: 20 }, () => verify(otherThan(right)).catch(() => null))
  await Promise.all(guesses)
  expect((await theSubscriber(w.deps)).codeTries).toBe(5)
  await expect(verify(right)).rejects.toMatchObject({ code: 'invalid' })
})

test('a subscriber sees their choice and a shortened address', async () => {
  await ask(w.deps, { components: ['search'], min_impact: 'major', time_zone: 'Asia/Tokyo' })
  const view = await managePage(w.deps, (await tokens()).manage)
  expect(view.subscriber).toMatchObject({
    channel: 'email',
    address: 'a•••@example.com',
    state: 'pending',
    components: [shop.search],
    groups: [],
    events: ['incident', 'maintenance', 'postmortem'],
    min_impact: 'major',
    locale: 'en',
    time_zone: 'Asia/Tokyo',
    suppressed: null,
  })
  expect(view.groups).toEqual([
    { id: null, name: null, components: [{ id: shop.search, name: 'Search' }] },
    { id: shop.group, name: 'Shop', components: [{ id: shop.checkout, name: 'Checkout' }] },
  ])
})

test('a changed choice holds, and what is not mentioned stays', async () => {
  await ask(w.deps, { components: ['search'], min_impact: 'major', events: ['incident'] })
  const { manage } = await tokens()
  await changePreferences(w.deps, manage, { groups: [shop.group] }, 'r2')
  expect((await theSubscriber(w.deps)).preferences).toMatchObject({
    components: [],
    groups: [shop.group],
    events: ['incident'],
    min_impact: 'major',
  })
  await expect(
    changePreferences(w.deps, manage, { groups: [shop.search] }, null),
  ).rejects.toMatchObject({ fields: [{ path: 'groups.0' }] })
  expect(await actions('subscription.changed')).toBe(1)
})

test('quiet hours, digest and followed incidents stay until they are mentioned', async () => {
  const incident = await openTrouble(w.deps)
  const wish = {
    updates: 'start_and_end',
    incidents: [incident],
    quiet: { from: '22:00', until: '07:00' },
    digest_at: '08:00',
  } as const
  await ask(w.deps, { ...wish, incidents: [incident] })
  const { manage } = await tokens()
  await changePreferences(w.deps, manage, { components: ['search'] }, null)
  expect((await theSubscriber(w.deps)).preferences).toMatchObject(wish)
  await changePreferences(w.deps, manage, { quiet: null, digest_at: null, incidents: [] }, null)
  expect((await theSubscriber(w.deps)).preferences).toMatchObject({
    updates: 'start_and_end',
    incidents: [],
    quiet: null,
    digest_at: null,
  })
})

test('a daily digest is due at its time of day in the zone of the subscriber', async () => {
  await ask(w.deps)
  const { confirm, manage } = await tokens()
  await changePreferences(w.deps, manage, { digest_at: '08:00' }, null)
  expect((await theSubscriber(w.deps)).digestDueAt).toBeNull()
  await confirmByToken(w.deps, confirm, null)
  const due = async () => new Date((await theSubscriber(w.deps)).digestDueAt!).toISOString()
  expect(await due()).toBe('2026-11-22T07:00:00.000Z')
  await changePreferences(w.deps, manage, { time_zone: 'Asia/Tokyo' }, null)
  expect(await due()).toBe('2026-11-21T23:00:00.000Z')
})

test('what is open can be followed, drafts and what is over cannot', async () => {
  const incident = await openTrouble(w.deps)
  await openTrouble(w.deps, { draft: true, name: 'Not yet public' })
  await ask(w.deps)
  const view = await managePage(w.deps, (await tokens()).manage)
  expect(view.open_incidents).toEqual([
    { id: incident, kind: 'incident', name: 'Checkout is slow' },
  ])
})

test('who left cannot change what they no longer hear', async () => {
  await ask(w.deps)
  const { manage } = await tokens()
  await unsubscribe(w.deps, manage, null, 'manage')
  await expect(changePreferences(w.deps, manage, {}, null)).rejects.toMatchObject({
    code: 'conflict',
  })
  expect((await managePage(w.deps, manage)).subscriber.state).toBe('unsubscribed')
})

test('unsubscribing is immediate, drops what is still waiting, and may be repeated', async () => {
  await ask(w.deps)
  const { unsubscribe: leave } = await tokens()
  await unsubscribe(w.deps, leave, 'r2')
  expect(await theSubscriber(w.deps)).toMatchObject({
    state: 'unsubscribed',
    unsubscribedAt: w.clock.now(),
  })
  expect((await letters(w.deps)).map(({ state }) => state)).toEqual(['skipped'])
  w.clock.advance(MINUTE)
  await unsubscribe(w.deps, leave, 'r3')
  expect((await theSubscriber(w.deps)).unsubscribedAt).toBe(w.clock.now() - MINUTE)
  expect(await actions('subscription.ended')).toBe(1)
})

test('whoever confirms and leaves at once has left', async () => {
  await ask(w.deps)
  const { confirm, unsubscribe: leave } = await tokens()
  await Promise.allSettled([
    confirmByToken(w.deps, confirm, null),
    unsubscribe(w.deps, leave, null),
    confirmByToken(w.deps, confirm, null),
  ])
  expect((await theSubscriber(w.deps)).state).toBe('unsubscribed')
})
