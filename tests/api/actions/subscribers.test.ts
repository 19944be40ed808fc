import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { confirmByToken } from '../../../api/actions/confirming.ts'
import { eraseSubscriber } from '../../../api/actions/erasing.ts'
import { subscriberOf } from '../../../api/actions/links.ts'
import { exportSubscriber } from '../../../api/actions/subscriber-history.ts'
import { listSubscribers, purgeUnconfirmed } from '../../../api/actions/subscribers.ts'
import { unsubscribe } from '../../../api/actions/subscription.ts'
import { recordEvents } from '../../../api/actions/receipts.ts'
import { suppress, unsubscribeAddress } from '../../../api/actions/suppressions.ts'
import { DAY } from '../../../api/domain/time.ts'
import type { Provider } from '../../../api/providers/provider.ts'
import {
  announcements,
  auditLog,
  deliveries,
  renderings,
  subscribers,
  suppressions,
} from '../../../db/schema.ts'
import { subscribePeople } from '../../support/shop.ts'
import {
  ask,
  letters,
  subscribingWorld,
  theSubscriber,
  tokensOf,
} from '../../support/subscribing.ts'
import type { World } from '../../support/world.ts'

const operator = { id: 'root-key', requestId: 'r9' }
const number = '+4915100000000'
let w: World

beforeEach(async () => {
  w = await subscribingWorld()
})
afterEach(() => w[Symbol.asyncDispose]())

const phone = { name: 'twilio', channel: 'sms' } as Provider
let texts = 0
const text = (keyword: 'stop' | 'start' | 'help', eventId = `text ${++texts}`) =>
  recordEvents(w.deps, phone, {
    receipts: [],
    inbound: [{ event_id: eventId, from: number, keyword, answered: true }],
  })
async function subscribedNumber() {
  await ask(w.deps, { channel: 'sms', address: number })
  await w.deps.db.update(subscribers).set({ state: 'active', confirmedAt: w.clock.now() })
}
const numberHash = () => w.deps.secrets.hashAddress('sms', number)
const dump = async () =>
  JSON.stringify([
    await w.deps.db.select().from(subscribers),
    await w.deps.db.select().from(deliveries),
    await w.deps.db.select().from(suppressions),
    await w.deps.db.select().from(auditLog),
  ])

test('STOP ends the subscription of a number and is remembered', async () => {
  await subscribedNumber()
  await text('stop')
  expect(await theSubscriber(w.deps)).toMatchObject({ state: 'unsubscribed' })
  expect(await w.deps.db.select().from(suppressions)).toMatchObject([
    { channel: 'sms', addressHash: await numberHash(), reason: 'stop' },
  ])
  await ask(w.deps, { channel: 'sms', address: number })
  expect(await letters(w.deps)).toMatchObject([{ kind: 'confirmation', state: 'skipped' }])
})

test('STOP from a number that nobody knows is remembered too', async () => {
  await text('stop')
  await ask(w.deps, { channel: 'sms', address: number })
  expect(await w.deps.db.select().from(subscribers)).toEqual([])
})

test('START takes a STOP back, and the subscription goes on with a fresh consent', async () => {
  await subscribedNumber()
  await text('stop')
  w.clock.advance(DAY)
  await text('start')
  await text('start')
  expect(await w.deps.db.select().from(suppressions)).toEqual([])
  expect(await theSubscriber(w.deps)).toMatchObject({
    state: 'active',
    consent: { at: w.clock.now(), source: 'sms:start', text_version: '1' },
  })
})

test('an old START that is heard again does not undo a later STOP', async () => {
  await subscribedNumber()
  await text('stop')
  await text('start', 'replayed')
  await text('stop')
  await text('start', 'replayed')
  expect(await w.deps.db.select().from(suppressions)).toMatchObject([{ reason: 'stop' }])
  expect(await theSubscriber(w.deps)).toMatchObject({ state: 'unsubscribed' })
})

test('START does not confirm who never did, nor bring back who left by a link', async () => {
  await ask(w.deps, { channel: 'sms', address: number })
  const { unsubscribe: leave } = await tokensOf(w.deps, await theSubscriber(w.deps))
  await text('stop')
  await text('start')
  expect((await theSubscriber(w.deps)).state).toBe('unsubscribed')
  await w.deps.db.update(subscribers).set({ state: 'active', confirmedAt: 1 })
  await unsubscribe(w.deps, leave, null)
  w.clock.advance(1)
  await text('stop')
  await text('start')
  expect((await theSubscriber(w.deps)).state).toBe('unsubscribed')
})

test('START lifts nothing but a STOP, and HELP changes nothing', async () => {
  const address = { channel: 'sms', addressHash: await numberHash() } as const
  await unsubscribeAddress(w.deps, operator, address, 'complaint')
  await text('stop')
  await text('start')
  await text('help')
  expect(await w.deps.db.select().from(suppressions)).toMatchObject([{ reason: 'complaint' }])
})

test('what a person decides replaces what the provider reported, not the other way round', async () => {
  const address = { channel: 'sms', addressHash: await numberHash() } as const
  const reason = async () => (await w.deps.db.select().from(suppressions))[0]!.reason
  await w.deps.db.write(suppress(w.deps, address, 'bounce', 'unreachable'))
  expect(await reason()).toBe('bounce')
  await text('stop')
  expect(await reason()).toBe('stop')
  await w.deps.db.write(suppress(w.deps, address, 'invalid', 'no such number'))
  expect(await reason()).toBe('stop')
})

test('operators list the newest first, find parts of addresses and states', async () => {
  await subscribePeople(w.deps, 60)
  await ask(w.deps, { address: 'a_b%c@example.com' })
  const first = await listSubscribers(w.deps, { page: 1 })
  expect(first).toMatchObject({ page: 1, page_size: 50, total: 61 })
  expect(first.subscribers[0]).toMatchObject({ address: 'a_b%c@example.com', state: 'pending' })
  expect((await listSubscribers(w.deps, { page: 2 })).subscribers).toHaveLength(11)
  const found = async (query: object) =>
    (await listSubscribers(w.deps, { page: 1, ...query })).subscribers.map(({ address }) => address)
  expect(await found({ search: 'PERSON59@' })).toEqual(['person59@example.com'])
  expect(await found({ search: '_b%' })).toEqual(['a_b%c@example.com'])
  expect(await found({ search: first.subscribers[0]!.id })).toEqual(['a_b%c@example.com'])
  expect(await found({ state: 'pending' })).toEqual(['a_b%c@example.com'])
  expect(await found({ search: 'person1@', state: 'pending' })).toEqual([])
})

test('an export holds the subscription, the consent, what was sent and what changed', async () => {
  await ask(w.deps)
  const { id, seq } = await theSubscriber(w.deps)
  await w.deps.db
    .update(deliveries)
    .set({ state: 'delivered' })
    .where(eq(deliveries.subscriberSeq, seq))
  expect(await exportSubscriber(w.deps, operator, id)).toMatchObject({
    subscriber: { id, address: 'ada@example.com', state: 'pending', suppressed: null },
    consent: { at: '2026-11-21T12:00:00.000Z', source: 'form', text_version: '1' },
    deliveries: [{ kind: 'confirmation', channel: 'email', state: 'delivered' }],
    changes: [{ actor: 'subscriber', action: 'subscription.requested' }],
  })
  await expect(exportSubscriber(w.deps, operator, 'nobody000000')).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('nothing in the database names an erased subscriber, what was sent stays counted', async () => {
  await ask(w.deps)
  const subscriber = await theSubscriber(w.deps)
  const { manage } = await tokensOf(w.deps, subscriber)
  await w.deps.db.update(deliveries).set({ reason: 'no mailbox ada@example.com' })
  await eraseSubscriber(w.deps, operator, subscriber.id)
  await eraseSubscriber(w.deps, operator, subscriber.id)
  const left = await dump()
  expect(left).not.toContain('ada')
  expect(left).not.toContain(subscriber.addressHash)
  expect(left).not.toContain(subscriber.consent.ip_hash)
  expect(await theSubscriber(w.deps)).toMatchObject({ address: null, state: 'erased' })
  expect(await letters(w.deps)).toMatchObject([{ state: 'skipped' }])
  await expect(subscriberOf(w.deps, 'manage', manage)).rejects.toMatchObject({ code: 'not_found' })
  const erasures = await w.deps.db.select().from(auditLog).where(eq(auditLog.actor, 'root-key'))
  expect(erasures).toMatchObject([{ action: 'subscriber.erased', requestId: 'r9' }])
  await ask(w.deps)
  expect(await w.deps.db.select().from(subscribers)).toHaveLength(2)
})

test('an erased subscriber who asked for silence keeps it', async () => {
  await subscribedNumber()
  await text('stop')
  await w.deps.db.update(suppressions).set({ detail: `from ${number}` })
  await eraseSubscriber(w.deps, operator, (await theSubscriber(w.deps)).id)
  expect(await dump()).not.toContain(number)
  await ask(w.deps, { channel: 'sms', address: number })
  expect(await w.deps.db.select().from(subscribers)).toHaveLength(1)
})

test('who does not confirm within a week is forgotten with their letters', async () => {
  await ask(w.deps)
  const [announcement] = await w.deps.db.select().from(announcements)
  await w.deps.db.insert(renderings).values({
    announcementId: announcement!.id,
    channel: 'email',
    locale: 'en',
    subject: '',
    html: '',
    text: '',
    createdAt: w.clock.now(),
  })
  w.clock.advance(7 * DAY - 1)
  await ask(w.deps, { address: 'eve@example.com' })
  expect(await purgeUnconfirmed(w.deps)).toBe(0)
  w.clock.advance(1)
  expect(await purgeUnconfirmed(w.deps)).toBe(1)
  expect(await w.deps.db.select().from(subscribers)).toMatchObject([{ address: 'eve@example.com' }])
  expect(await w.deps.db.select().from(announcements)).toHaveLength(1)
  expect(await w.deps.db.select().from(deliveries)).toHaveLength(1)
  expect(await w.deps.db.select().from(renderings)).toEqual([])
})

test('the week counts from the newest challenge', async () => {
  await ask(w.deps)
  w.clock.advance(6 * DAY)
  await ask(w.deps)
  w.clock.advance(6 * DAY)
  expect(await purgeUnconfirmed(w.deps)).toBe(0)
})

test('who was a subscriber before and does not come back stays in the books as gone', async () => {
  await ask(w.deps)
  const subscriber = await theSubscriber(w.deps)
  const { confirm, unsubscribe: leave } = await tokensOf(w.deps, subscriber)
  await confirmByToken(w.deps, confirm, null)
  await unsubscribe(w.deps, leave, null)
  w.clock.advance(DAY)
  await ask(w.deps)
  w.clock.advance(7 * DAY)
  expect(await purgeUnconfirmed(w.deps)).toBe(0)
  expect((await theSubscriber(w.deps)).state).toBe('unsubscribed')
})

test('many are forgotten in one go', async () => {
  await subscribePeople(w.deps, 1200)
  await w.deps.db.update(subscribers).set({ state: 'pending', confirmedAt: null })
  w.clock.advance(7 * DAY)
  expect(await purgeUnconfirmed(w.deps)).toBe(1200)
  expect(await w.deps.db.select().from(subscribers)).toEqual([])
})
