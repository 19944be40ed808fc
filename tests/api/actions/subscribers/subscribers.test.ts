import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { confirmByToken } from '../../../../api/actions/subscribers/confirming.ts'
import { eraseSubscriber, erasedHash } from '../../../../api/actions/subscribers/erasing.ts'
import { importSubscribers } from '../../../../api/actions/subscribers/importing.ts'
import { subscriberOf } from '../../../../api/actions/subscribers/links.ts'
import {
  exportSubscriber,
  showSubscriber,
} from '../../../../api/actions/subscribers/subscriber-history.ts'
import {
  listSubscribers,
  purgeUnconfirmed,
} from '../../../../api/actions/subscribers/subscribers.ts'
import { unsubscribe } from '../../../../api/actions/subscribers/subscription.ts'
import { recordEvents } from '../../../../api/actions/sending/receipts.ts'
import { audit } from '../../../../api/actions/save.ts'
import { suppress, unsubscribeAddress } from '../../../../api/actions/subscribers/suppressions.ts'
import { DAY } from '../../../../api/domain/time.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import {
  alerts,
  announcements,
  auditLog,
  batches,
  deliveries,
  providerGates,
  renderings,
  subscribers,
  suppressions,
} from '../../../../db/schema.ts'
import { subscribePeople } from '../../../support/shop.ts'
import {
  ask,
  letters,
  subscribingWorld,
  theSubscriber,
  tokensOf,
} from '../../../support/subscribing.ts'
import type { World } from '../../../support/world.ts'

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

test('START does not bring back who left and was asked anew by a stranger', async () => {
  await ask(w.deps, { channel: 'sms', address: number })
  const tokens = await tokensOf(w.deps, await theSubscriber(w.deps))
  await confirmByToken(w.deps, tokens.confirm, null)
  await unsubscribe(w.deps, tokens.unsubscribe, null)
  w.clock.advance(DAY)
  await ask(w.deps, { channel: 'sms', address: number })
  await text('stop')
  w.clock.advance(DAY)
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

test('an export holds what a person said by SMS, and nobody else said', async () => {
  await subscribedNumber()
  const { id } = await theSubscriber(w.deps)
  const other = { channel: 'sms', addressHash: 'of somebody else' } as const
  await unsubscribeAddress(w.deps, operator, other, 'complaint')
  await text('stop')
  await text('start')
  const { changes } = await exportSubscriber(w.deps, operator, id)
  expect(changes.map(({ action, detail }) => [action, detail['reason']])).toEqual([
    ['subscription.requested', undefined],
    ['address.suppressed', 'stop'],
    ['address.released', undefined],
  ])
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

test('operators see how many there are of each kind, and who gets nothing', async () => {
  await subscribePeople(w.deps, 3)
  await subscribePeople(w.deps, 2, 'sms')
  const [first] = await w.deps.db.select().from(subscribers)
  await w.deps.db.write(suppress(w.deps, first!, 'bounce', 'no mailbox'))
  const list = await listSubscribers(w.deps, { page: 1, suppressed: true })
  expect(list).toMatchObject({
    total: 1,
    suppressed: 1,
    subscribers: [
      { id: first!.id, suppressed: 'bounce', suppressed_at: '2026-11-21T12:00:00.000Z' },
    ],
  })
  expect(list.counts.toSorted((a, b) => b.count - a.count)).toEqual([
    { channel: 'email', state: 'active', count: 3 },
    { channel: 'sms', state: 'active', count: 2 },
  ])
  expect(await listSubscribers(w.deps, { page: 1, suppressed: false })).toMatchObject({ total: 4 })
  expect(await listSubscribers(w.deps, { page: 1, channel: 'sms' })).toMatchObject({ total: 2 })
})

test('one subscriber is shown with what they were told, when, and what the provider said', async () => {
  await ask(w.deps)
  const { id } = await theSubscriber(w.deps)
  await w.deps.db
    .update(deliveries)
    .set({ state: 'bounced', code: 'NoEmail', reason: 'no mailbox', batchId: 'batch0000001' })
  expect(await showSubscriber(w.deps, id)).toMatchObject({
    id,
    consent: { source: 'form' },
    deliveries: [
      {
        kind: 'confirmation',
        state: 'bounced',
        code: 'NoEmail',
        reason: 'no mailbox',
        batch_id: 'batch0000001',
        created_at: '2026-11-21T12:00:00.000Z',
      },
    ],
    deliveries_total: 1,
    changes: [{ action: 'subscription.requested' }],
  })
})

/** Everything that is written anywhere, in tables and in the files below them. */
async function allThatIsHeld(): Promise<string> {
  const tables = await w.deps.db.all<{ name: string }>(
    sql`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
  )
  expect(tables.length).toBeGreaterThan(20)
  const rows = await Promise.all(
    tables.map(({ name }) => w.deps.db.all(sql`SELECT * FROM ${sql.identifier(name)}`)),
  )
  const files = ['allclear.db', 'allclear.db-wal'].map((name) =>
    readFile(join(w.dir, name), 'latin1').catch(() => ''),
  )
  return [JSON.stringify(rows), ...(await Promise.all(files))].join()
}

describe('what an erasure leaves', () => {
  const address = 'ada.unmistakable@example.com'
  const batch = {
    provider: 'wire-email',
    channel: 'email',
    priority: 2,
    state: 'done',
    notBefore: 0,
    createdAt: 0,
    updatedAt: 0,
  } as const

  /** A subscriber whose address went wherever addresses can go. */
  async function known(state: 'active' | 'unsubscribed' | 'pending' = 'active') {
    await ask(w.deps, { address })
    const subscriber = await theSubscriber(w.deps)
    const says = `550 no mailbox ${address.toUpperCase()}`
    const [letter] = await w.deps.db.select().from(announcements)
    await subscribePeople(w.deps, 1)
    const other = await theSubscriber(w.deps)
    await w.deps.db.write([
      w.deps.db.update(subscribers).set({ state }).where(eq(subscribers.seq, subscriber.seq)),
      w.deps.db.update(deliveries).set({ state: 'failed', reason: says, batchId: 'b1' }),
      w.deps.db.insert(deliveries).values({
        announcementId: letter!.id,
        subscriberSeq: other.seq,
        channel: 'email',
        priority: 2,
        state: 'unknown',
        batchId: 'b1',
        reason: says,
        createdAt: 0,
        updatedAt: 0,
      }),
      w.deps.db.insert(batches).values([
        { ...batch, id: 'b1', reason: 'some are wrong' },
        { ...batch, id: 'b2', reason: says },
      ]),
      w.deps.db.insert(alerts).values({
        id: 'alert0000001',
        source: 'x',
        eventType: 'x',
        severity: 'info',
        title: 'x',
        detail: says,
        createdAt: 0,
        updatedAt: 0,
      }),
      w.deps.db.insert(providerGates).values({
        provider: 'wire-email',
        ratePerSecond: 1,
        tokens: 1,
        refilledAt: 0,
        reason: says,
        updatedAt: 0,
      }),
      ...suppress(w.deps, subscriber, 'bounce', says),
    ])
    await importSubscribers(w.deps, operator, new TextEncoder().encode(`email\n${address}\n`), {
      confirmed: true,
      dryRun: false,
    })
    return subscriber
  }

  test('is no address in any table nor in the log of the database', async () => {
    const subscriber = await known()
    expect((await allThatIsHeld()).toLowerCase()).toContain(address)
    await eraseSubscriber(w.deps, operator, subscriber.id)
    const held = (await allThatIsHeld()).toLowerCase()
    expect(held).not.toContain(address)
    expect(held).not.toContain('unmistakable')
    expect(await listSubscribers(w.deps, { page: 1 })).toMatchObject({ total: 2 })
  })

  test('is the hash of who had left or was erased as a subscriber, so that no import brings them back', async () => {
    const { id, addressHash } = await known('unsubscribed')
    await eraseSubscriber(w.deps, operator, id)
    expect(await w.deps.db.select().from(suppressions)).toEqual([
      {
        channel: 'email',
        addressHash: erasedHash(addressHash),
        reason: 'manual',
        detail: '',
        createdAt: w.clock.now(),
      },
    ])
    await ask(w.deps, { address })
    expect(await theSubscriber(w.deps)).toMatchObject({ address, state: 'pending' })
  })

  test('is nothing of what a provider reported, and nothing of who never agreed', async () => {
    const { id } = await known('pending')
    await eraseSubscriber(w.deps, operator, id)
    expect(await w.deps.db.select().from(suppressions)).toEqual([])
  })

  test('is no choice in the log of changes', async () => {
    const { id, addressHash } = await known()
    await w.deps.db.write([
      audit(w.deps, operator, 'subscription.changed', `subscriber:${id}`, { components: ['x'] }),
      audit(w.deps, operator, 'address.released', `address:${addressHash}`, { channel: 'email' }),
    ])
    await eraseSubscriber(w.deps, operator, id)
    const changes = await w.deps.db.select().from(auditLog)
    expect(changes.filter(({ object }) => object.startsWith('address:'))).toEqual([])
    for (const { detail } of changes.filter(({ object }) => object === `subscriber:${id}`))
      expect(detail).toEqual({})
  })

  test('is no trace of the network that they asked from', async () => {
    await ask(w.deps, { address, consent: { source: 'form', ip: '203.0.113' } })
    const { id, consent } = await theSubscriber(w.deps)
    expect(await allThatIsHeld()).toContain(consent.ip_hash)
    await eraseSubscriber(w.deps, operator, id)
    expect(await allThatIsHeld()).not.toContain(consent.ip_hash)
  })

  test('is the same when two erase at once', async () => {
    const { id } = await known()
    await Promise.all([
      eraseSubscriber(w.deps, operator, id),
      eraseSubscriber(w.deps, operator, id),
    ])
    const erasures = (await w.deps.db.select().from(auditLog)).filter(
      ({ action }) => action === 'subscriber.erased',
    )
    expect(erasures).toHaveLength(1)
  })
})
