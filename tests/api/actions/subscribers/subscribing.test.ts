import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { confirmByToken } from '../../../../api/actions/subscribers/confirming.ts'
import { suppress } from '../../../../api/actions/subscribers/suppressions.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { channels, type SuppressionReason } from '../../../../api/domain/words.ts'
import { announcements, auditLog, subscribers, suppressions } from '../../../../db/schema.ts'
import { shop } from '../../../support/shop.ts'
import {
  addressOf,
  ask,
  letters,
  subscribingWorld,
  theSubscriber,
  tokensOf,
} from '../../../support/subscribing.ts'
import type { World } from '../../../support/world.ts'

let w: World

beforeEach(async () => {
  w = await subscribingWorld()
})
afterEach(() => w[Symbol.asyncDispose]())

async function confirmed() {
  const subscriber = await theSubscriber(w.deps)
  await confirmByToken(w.deps, (await tokensOf(w.deps, subscriber)).confirm, null)
}

async function suppressed(reason: SuppressionReason) {
  const addressHash = await w.deps.secrets.hashAddress('email', 'ada@example.com')
  await w.deps.db.write(suppress(w.deps, { channel: 'email', addressHash }, reason, ''))
}

test('a new address is pending and is asked to confirm, with consent on record', async () => {
  expect(
    await ask(w.deps, { address: ' Ada@EXAMPLE.com', components: ['search', shop.group] }),
  ).toEqual({
    channel: 'email',
    address: 'Ada@example.com',
  })
  const now = w.clock.now()
  const subscriber = await theSubscriber(w.deps)
  expect(subscriber).toMatchObject({
    channel: 'email',
    address: 'Ada@example.com',
    state: 'pending',
    preferences: {
      components: [shop.search],
      groups: [shop.group],
      events: ['incident', 'maintenance', 'postmortem'],
      min_impact: 'none',
    },
    locale: 'en',
    timeZone: 'Europe/Berlin',
    challengedAt: now,
    consent: { at: now, source: 'form', text_version: '1' },
    confirmedAt: null,
  })
  expect(subscriber.consent.ip_hash).toMatch(/^[0-9a-f]{64}$/)
  expect(await letters(w.deps)).toEqual([
    { kind: 'confirmation', channel: 'email', state: 'pending' },
  ])
  expect(await w.deps.db.select().from(announcements)).toMatchObject([
    { subscriberSeq: subscriber.seq, expandTo: subscriber.seq, expandedAt: now, priority: 0 },
  ])
  const [entry] = await w.deps.db.select().from(auditLog)
  expect(entry).toMatchObject({
    actor: 'subscriber',
    action: 'subscription.requested',
    object: `subscriber:${subscriber.id}`,
    requestId: 'r1',
  })
  expect(JSON.stringify(entry)).not.toContain('example.com')
})

test('a language that we do not speak becomes the one of the page', async () => {
  await ask(w.deps, { locale: 'tlh' })
  expect((await theSubscriber(w.deps)).locale).toBe('en')
  await ask(w.deps, { locale: 'en-GB', address: 'eve@example.com' })
  expect((await theSubscriber(w.deps)).locale).toBe('en')
})

test('asking again within a minute sends nothing but keeps the newest choice', async () => {
  await ask(w.deps)
  const before = await theSubscriber(w.deps)
  w.clock.advance(MINUTE - 1)
  await ask(w.deps, { components: ['checkout'] })
  const after = await theSubscriber(w.deps)
  expect(await letters(w.deps)).toHaveLength(1)
  expect(after.preferences.components).toEqual([shop.checkout])
  expect(after.challengedAt).toBe(before.challengedAt)
})

test('a new challenge replaces the older one, whose letter is not sent any more', async () => {
  await ask(w.deps)
  const old = await tokensOf(w.deps, await theSubscriber(w.deps))
  await w.deps.db.update(subscribers).set({ codeTries: 5 })
  w.clock.advance(MINUTE)
  await ask(w.deps)
  expect((await theSubscriber(w.deps)).codeTries).toBe(0)
  expect((await letters(w.deps)).map(({ state }) => state)).toEqual(['skipped', 'pending'])
  await expect(confirmByToken(w.deps, old.confirm, null)).rejects.toMatchObject({
    code: 'not_found',
  })
  await confirmed()
  expect((await theSubscriber(w.deps)).state).toBe('active')
})

test('an address is challenged at most three times in an hour', async () => {
  for (let i = 0; i < 6; i++) {
    await ask(w.deps)
    w.clock.advance(5 * MINUTE)
  }
  expect(await letters(w.deps)).toHaveLength(3)
  w.clock.advance(HOUR)
  await ask(w.deps)
  expect(await letters(w.deps)).toHaveLength(4)
})

test('an active subscriber keeps their choice and is reminded once a day', async () => {
  await ask(w.deps)
  await confirmed()
  for (let i = 0; i < 3; i++) await ask(w.deps, { components: ['search'] })
  expect((await theSubscriber(w.deps)).preferences.components).toEqual([])
  const reminders = async () =>
    (await letters(w.deps)).filter(({ kind }) => kind === 'already_subscribed').length
  expect(await reminders()).toBe(1)
  w.clock.advance(DAY)
  await ask(w.deps)
  expect(await reminders()).toBe(2)
})

test('an active number gets no SMS about it', async () => {
  await ask(w.deps, { channel: 'sms', address: '+49 151 00000001' })
  await w.deps.db.update(subscribers).set({ state: 'active' })
  await ask(w.deps, { channel: 'sms', address: '+4915100000001' })
  expect(await letters(w.deps)).toHaveLength(1)
})

test('who unsubscribed is asked to confirm again', async () => {
  await ask(w.deps)
  await confirmed()
  await w.deps.db.update(subscribers).set({ state: 'unsubscribed', unsubscribedAt: w.clock.now() })
  await ask(w.deps)
  expect(await theSubscriber(w.deps)).toMatchObject({ state: 'pending', unsubscribedAt: null })
  expect(await w.deps.db.select().from(subscribers)).toHaveLength(1)
})

test.each<[SuppressionReason]>([['stop'], ['complaint'], ['manual'], ['provider'], ['bounce']])(
  'an address suppressed for %s is left alone',
  async (reason) => {
    await suppressed(reason)
    await ask(w.deps)
    expect(await letters(w.deps)).toEqual([])
    expect(await w.deps.db.select().from(subscribers)).toEqual([])
  },
)

test('a complaint that arrives while somebody is asked to confirm is not undone', async () => {
  const { write } = w.deps.db
  w.deps.db.write = async (statements) => {
    w.deps.db.write = write
    await suppressed('complaint')
    return write(statements)
  }
  await ask(w.deps)
  expect(await w.deps.db.select().from(suppressions)).toMatchObject([{ reason: 'complaint' }])
})

test('an address that bounced a day ago is given another chance', async () => {
  await suppressed('bounce')
  w.clock.advance(DAY)
  await ask(w.deps)
  expect(await letters(w.deps)).toHaveLength(1)
  expect(await w.deps.db.select().from(suppressions)).toEqual([])
})

test('twenty requests at once for one address make one subscriber and one letter', async () => {
  await Promise.all(Array.from({ length: 20 }, () => ask(w.deps)))
  expect(await w.deps.db.select().from(subscribers)).toHaveLength(1)
  expect(await letters(w.deps)).toHaveLength(1)
})

test('twenty reminders at once are one', async () => {
  await ask(w.deps)
  await confirmed()
  await Promise.all(Array.from({ length: 20 }, () => ask(w.deps)))
  expect(await letters(w.deps)).toHaveLength(2)
})

test('every request writes, whatever comes of it', async () => {
  await ask(w.deps)
  await confirmed()
  await ask(w.deps)
  await suppressed('complaint')
  await ask(w.deps)
  const requests = await w.deps.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.action, 'subscription.requested'))
  expect(requests.map(({ detail }) => detail['answer'])).toEqual(['challenge', 'remind', 'silence'])
})

test.each([
  ['a wrong mail address', { address: 'ada' }, 'address', /such as ada@example.com/],
  [
    'a number without country code',
    { channel: 'sms', address: '0151 1234567' },
    'address',
    /country code/,
  ],
  ['a landline', { channel: 'sms', address: '+49 30 123456' }, 'address', /mobile number/],
  ['a premium number', { channel: 'sms', address: '+1 900 555 1234' }, 'address', /mobile number/],
  ['a satellite network', { channel: 'sms', address: '+8823456789' }, 'address', /mobile number/],
  [
    'an extension',
    { channel: 'sms', address: '+4915112345678 ext. 5' },
    'address',
    /mobile number/,
  ],
  ['a channel without provider', { channel: 'slack' }, 'channel', /one of email, sms/],
  [
    'an unknown component',
    { components: ['search', 'nope'] },
    'components.1',
    /no component or group nope/,
  ],
] as const)('%s is refused with its field', async (_, request, path, message) => {
  const refused = await ask(w.deps, request as never).catch((error) => error)
  expect(refused).toMatchObject({
    code: 'invalid',
    fields: [{ path, message: expect.stringMatching(message) }],
  })
  expect(await w.deps.db.select().from(subscribers)).toEqual([])
})

test.each([
  ['the example beside the field', '+44 7700 900123', '+447700900123'],
  ['the fictional area code', '+1 (555) 123-4567', '+15551234567'],
  ['a real mobile number', '+33 6 12 34 56 78', '+33612345678'],
])('%s is accepted in its canonical form', async (_, address, canonical) => {
  expect((await ask(w.deps, { channel: 'sms', address })).address).toBe(canonical)
})

test.each(['webhook', 'slack', 'teams', 'discord'] as const)(
  'a %s is asked to confirm by a link that lives two days, with consent on record',
  async (channel) => {
    await using offered = await subscribingWorld({}, channels)
    const { deps, clock } = offered
    const address = addressOf[channel](1)
    expect(await ask(deps, { channel, address: ` ${address} ` })).toEqual({ channel, address })
    const subscriber = await theSubscriber(deps)
    expect(subscriber).toMatchObject({
      state: 'pending',
      consent: { at: clock.now(), source: 'form', text_version: '1' },
    })
    expect(subscriber.consent.ip_hash).toMatch(/^[0-9a-f]{64}$/)
    expect(await letters(deps)).toEqual([{ kind: 'confirmation', channel, state: 'pending' }])
    const { confirm } = await tokensOf(deps, subscriber)
    clock.advance(2 * DAY - 1)
    expect(await confirmByToken(deps, confirm, null)).toMatchObject({ already: false })
    expect(await confirmByToken(deps, confirm, null)).toMatchObject({ already: true })
    await ask(deps, { channel, address })
    expect(await letters(deps)).toHaveLength(1)
  },
)

test('countries of the environment open SMS, and close it for those it does not name', async () => {
  await using offered = await subscribingWorld({ SMS_COUNTRIES: 'FR' })
  await ask(offered.deps, { channel: 'sms', address: '+33612345678' })
  await expect(
    ask(offered.deps, { channel: 'sms', address: '+4915112345678' }),
  ).rejects.toMatchObject({
    fields: [{ path: 'address', message: 'must be a number of one of these countries: FR' }],
  })
})

test('a block of numbers that nobody confirms is shut, for known and unknown alike', async () => {
  const asked = Array.from({ length: 100 }, (_, i) => `+4915100000${100 + i}`)
  for (const address of asked)
    await ask(w.deps, { channel: 'sms', address, consent: { source: 'form', ip: null } })
  const inBlock = { channel: 'sms', address: '+4915100000500' } as const
  await expect(ask(w.deps, inBlock)).rejects.toMatchObject({ code: 'too_many', retryAfter: 600 })
  await ask(w.deps, { channel: 'sms', address: '+4915100010500' })
  w.clock.advance(HOUR)
  await ask(w.deps, inBlock)
})

test('who subscribes again after a day in quarantine is asked to confirm anew', async () => {
  await ask(w.deps)
  const { confirm } = await tokensOf(w.deps, await theSubscriber(w.deps))
  await confirmByToken(w.deps, confirm, null)
  const { addressHash } = await theSubscriber(w.deps)
  await w.deps.db.write(suppress(w.deps, { channel: 'email', addressHash }, 'bounce', ''))
  w.clock.advance(DAY)
  await ask(w.deps)
  expect(await theSubscriber(w.deps)).toMatchObject({ state: 'pending' })
  expect(await w.deps.db.select().from(suppressions)).toEqual([])
  expect((await letters(w.deps)).map(({ kind }) => kind)).toEqual(['confirmation', 'confirmation'])
})
