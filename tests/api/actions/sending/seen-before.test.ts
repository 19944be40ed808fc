import { expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { recordEvents } from '../../../../api/actions/sending/receipts.ts'
import { replay } from '../../../../api/actions/sending/replaying.ts'
import { newId } from '../../../../api/secrets.ts'
import type { Deps } from '../../../../api/deps.ts'
import { CIRCUIT_PAUSE } from '../../../../api/domain/attempt.ts'
import { MINUTE, SECOND } from '../../../../api/domain/time.ts'
import {
  announcements,
  batches,
  deliveries,
  providerGates,
  smsUsage,
} from '../../../../db/schema.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import { twilio } from '../../../../api/providers/twilio.ts'
import { gateOf, states } from '../../../support/deliveries.ts'
import { listen } from '../../../support/listen.ts'
import { subscribePeople } from '../../../support/shop.ts'
import {
  openTrouble,
  operator,
  tellingWorld,
  tick,
  type Telling,
} from '../../../support/telling.ts'
import { twilioAccountSid, twilioAuthToken } from '../../../support/sandbox.ts'
import { sentBy, numbers, twoSendersWorld } from '../../../support/two-senders.ts'

/** The database as it was before anything was sent, and a process that begins with it. */
async function setBack(told: Telling, { expanded }: { expanded: boolean }): Promise<Deps> {
  const { db } = told.deps
  await db.delete(batches)
  await db.delete(smsUsage)
  if (expanded)
    await db.update(deliveries).set({ state: 'pending', batchId: null, providerId: null })
  else {
    await db.delete(deliveries)
    await db.update(announcements).set({ expandCursor: 0, expandedAt: null })
  }
  told.clock.advance(SECOND)
  return { ...told.deps, instance: newId(), startedAt: told.clock.now() }
}

/** Counts how often a provider is asked for its list. */
function counting(deps: Deps): { looks: number } {
  const counted = { looks: 0 }
  deps.providers = deps.providers.map((one): Provider => {
    const find: Provider['find'] = (...about) => {
      counted.looks++
      return one.find!(...about)
    }
    return one.find ? { ...one, find } : one
  })
  return counted
}

test.each([
  ['was set back', { expanded: true }],
  ['was set back to before anybody was listed', { expanded: false }],
])('a database that %s tells nobody by SMS twice', async (_, how) => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 10, 'sms')
  await openTrouble(told.deps)
  await tick(told.deps)
  const paid = await told.deps.db.select().from(smsUsage)
  const later = await setBack(told, how)
  const ids = told.post.sandbox.texts.all().map(({ id }) => id)
  await tick(later)
  expect(told.post.sandbox.texts).toMatchObject({ total: 10, duplicates: 0 })
  expect(await states(later)).toEqual({ accepted: 10 })
  const rows = await later.db.select().from(deliveries)
  expect(rows.map(({ providerId }) => providerId).toSorted()).toEqual(ids.toSorted())
  expect(await later.db.select().from(smsUsage)).toEqual(paid)
})

test('who was not told in an earlier life is told by the next one', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 5, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  await tick(later)
  expect(told.post.sandbox.texts).toMatchObject({ total: 5, duplicates: 0 })
  expect(await states(later)).toEqual({ accepted: 5 })
})

test('what is announced since the beginning is sent without a look', async () => {
  await using told = await tellingWorld()
  const counted = counting(told.deps)
  await subscribePeople(told.deps, 5, 'sms')
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(told.post.sandbox.texts.total).toBe(5)
  expect(counted.looks).toBe(0)
})

test('what was announced before is looked for once a message and account', async () => {
  await using told = await twoSendersWorld()
  await subscribePeople(told.deps, 5, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  const counted = counting(later)
  await tick(later)
  expect(told.post.sandbox.texts.total).toBe(5)
  expect(counted.looks).toBe(5)
})

test('a list that leaves it open keeps a message back, and it is sent when it does not', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 2, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  const { providers } = later
  const blind = providers.map((one): Provider => ({
    ...one,
    find: () => Promise.resolve('unknown'),
  }))
  await tick({ ...later, providers: blind })
  expect(told.post.sandbox.texts.total).toBe(0)
  const rows = await later.db.select().from(batches)
  expect(rows).toMatchObject([
    { code: 'unlisted', attempts: 0, firstSentAt: null },
    { code: 'unlisted', attempts: 0, firstSentAt: null },
  ])
  expect(rows[0]!.notBefore).toBeGreaterThan(told.clock.now())
  told.clock.advance(MINUTE)
  await tick(later)
  expect(await states(later)).toEqual({ accepted: 2 })
})

const refused = { status: 401, body: { code: 20003, message: 'Authenticate' } }
const failing = { status: 503, body: {} }

test.each([
  ['refuses us', refused, { circuit: 'open', code: '20003', reason: 'Authenticate' }],
  ['fails', failing, { circuit: 'open', code: 'http_503' }],
])('while a list %s the other sender tells everybody', async (_, answer, gate) => {
  const broken = await listen(() => Response.json(answer.body, { status: answer.status }))
  await using told = await twoSendersWorld({ baseUrl: broken.url, accountSid: 'AC1' })
  await subscribePeople(told.deps, 12, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  for (let beat = 0; beat < 3; beat++) await tick(later)
  await broken.close()
  expect(await gateOf(later, 'twilio')).toMatchObject(gate)
  expect(sentBy(told)).toEqual({ [numbers.second]: 12 })
  expect(await states(later)).toEqual({ accepted: 12 })
})

test('a list that asks us to be slower is asked later, and nobody stands in for it', async () => {
  let asks = 0
  const busy = await listen(() => {
    asks++
    return Response.json({ code: 20429 }, { status: 429, headers: { 'retry-after': '5' } })
  })
  await using told = await twoSendersWorld({ baseUrl: busy.url, accountSid: 'AC1' })
  await subscribePeople(told.deps, 12, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  for (let beat = 0; beat < 3; beat++) await tick(later)
  expect(asks).toBeLessThan(12)
  expect(await states(later)).toEqual({ sending: 12 })
  expect(sentBy(told)).toEqual({})
  expect(await gateOf(later, 'twilio')).toMatchObject({ circuit: 'closed', failures: 0 })
  later.providers = [told.deps.providers[1]!]
  await tick(later)
  await busy.close()
  expect(await states(later)).toEqual({ accepted: 12 })
})

const slower = { status: 429, body: { code: 20429 }, headers: { 'retry-after': '5' } }

/** Twelve who were announced to before the process began, whose only sender answers questions for its list like that. */
async function withoutList(answer: { status: number; body: object; headers?: HeadersInit }) {
  const told = await tellingWorld()
  const list = { asks: 0, fails: true }
  const [mail, sms] = told.deps.providers
  const broken = await listen(() => Response.json(answer.body, answer))
  const { find } = twilio({
    accountSid: twilioAccountSid,
    authToken: twilioAuthToken,
    publicUrl: told.deps.publicUrl,
    baseUrl: broken.url,
    fetch,
  })
  const only: Provider = {
    ...sms!,
    find: (...about) => (list.asks++, list.fails ? find!(...about) : sms!.find!(...about)),
  }
  told.deps.providers = [mail!, only]
  await subscribePeople(told.deps, 12, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  return {
    told,
    later,
    list,
    async [Symbol.asyncDispose]() {
      await broken.close()
      await told[Symbol.asyncDispose]()
    },
  }
}

test.each([
  ['fails', failing],
  ['asks us to be slower', slower],
])('while the list of the only sender %s only who needs it waits', async (_, answer) => {
  await using on = await withoutList(answer)
  const { told, later, list } = on
  await tick(later)
  await openTrouble(later, { name: 'Another' })
  await tick(later)
  const { texts } = told.post.sandbox
  expect(texts.all().map(({ text }) => text)).toEqual(
    Array(12).fill(expect.stringContaining('Another')),
  )
  expect(await gateOf(later, 'twilio')).toMatchObject({ circuit: 'closed', failures: 0 })
  expect(await states(later)).toEqual({ sending: 12, accepted: 12 })
  const asks = list.asks
  expect(asks).toBeLessThan(12)
  for (let minute = 0; minute < 10; minute++) {
    told.clock.advance(MINUTE)
    await tick(later)
  }
  expect(list.asks).toBe(asks + 10)
  list.fails = false
  told.clock.advance(MINUTE)
  await tick(later)
  expect(texts).toMatchObject({ total: 24, duplicates: 0 })
  expect(await states(later)).toEqual({ accepted: 24 })
})

test('while its account is refused the only sender is in trouble, and trials are for whoever needs no list', async () => {
  await using on = await withoutList(refused)
  const { told, later, list } = on
  await tick(later)
  expect(await gateOf(later, 'twilio')).toMatchObject({ circuit: 'open', reason: 'Authenticate' })
  await openTrouble(later, { name: 'Another' })
  told.clock.advance(CIRCUIT_PAUSE)
  await tick(later)
  expect(told.post.sandbox.texts.total).toBe(12)
  expect(await gateOf(later, 'twilio')).toMatchObject({ circuit: 'closed', reason: null })
  list.fails = false
  told.clock.advance(MINUTE)
  await tick(later)
  expect(told.post.sandbox.texts).toMatchObject({ total: 24, duplicates: 0 })
})

const noList: NonNullable<Provider['find']> = () =>
  Promise.resolve({ kind: 'uncertain', code: 'http_503', reason: 'Twilio answered 503' })

test('while no account lists anything only who needs it waits, until somebody can stand in', async () => {
  await using told = await twoSendersWorld()
  await subscribePeople(told.deps, 30, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  const [first, second] = later.providers as [Provider, Provider]
  const listless = { ...first, account: 'AC1', find: noList }
  const other = { ...second, find: noList }
  later.providers = [listless, other]
  for (let beat = 0; beat < 3; beat++) await tick(later)
  expect(sentBy(told)).toEqual({})
  await openTrouble(later, { name: 'Another' })
  await tick(later)
  expect(sentBy(told)).toEqual({ [numbers.first]: 30 })
  expect(await gateOf(later, 'twilio')).toMatchObject({ circuit: 'closed', failures: 0 })
  other.find = second.find!
  for (let beat = 0; beat < 3; beat++) {
    told.clock.advance(MINUTE)
    await tick(later)
  }
  expect(sentBy(told)).toEqual({ [numbers.first]: 30, [numbers.second]: 30 })
  expect(told.post.sandbox.texts.duplicates).toBe(0)
})

test('somebody who is in trouble cannot stand in for a list', async () => {
  await using told = await twoSendersWorld()
  await subscribePeople(told.deps, 12, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  const [first, second] = later.providers as [Provider, Provider]
  later.providers = [{ ...first, account: 'AC1', find: noList }, second]
  const now = told.clock.now()
  const open = { circuit: 'open' as const, notBefore: now + MINUTE, ratePerSecond: 0, tokens: 0 }
  await later.db
    .insert(providerGates)
    .values({ provider: second.name, ...open, refilledAt: now, updatedAt: now })
  for (let beat = 0; beat < 2; beat++) await tick(later)
  await openTrouble(later, { name: 'Another' })
  await tick(later)
  expect(sentBy(told)).toEqual({ [numbers.first]: 12 })
  expect(await states(later)).toEqual({ sending: 12, accepted: 12 })
})

test('who is told again because it did not arrive is told, whoever restarts meanwhile', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 2, 'sms')
  const { faults, texts } = told.post.sandbox
  faults.set('twilio', 'undelivered', null)
  await openTrouble(told.deps)
  await tick(told.deps)
  const arrived = () => texts.all().map(({ states: all }) => all.at(-1)!.state)
  await expect.poll(arrived, { timeout: 10_000 }).toEqual(['undelivered', 'undelivered'])
  faults.clear()
  const [first] = await told.deps.db.select().from(deliveries)
  await recordEvents(told.deps, told.deps.providers[1]!, {
    inbound: [],
    receipts: [
      {
        event_id: 'u',
        delivery: first!.id,
        provider_id: first!.providerId,
        state: 'undelivered',
      },
    ],
  })
  const [announcement] = await told.deps.db.select().from(announcements)
  await replay(told.deps, operator, announcement!.id, { states: ['undelivered'] })
  told.clock.advance(SECOND)
  const later = { ...told.deps, instance: newId(), startedAt: told.clock.now() }
  await tick(later)
  expect(told.post.sandbox.texts.total).toBe(3)
  expect(await states(later)).toEqual({ accepted: 2 })
})

test('what another account told in an earlier life is found there', async () => {
  await using told = await twoSendersWorld()
  await subscribePeople(told.deps, 3, 'sms')
  const [first, second] = told.deps.providers
  const closed = { kind: 'closed' as const, code: '20003', reason: 'Authenticate' }
  told.deps.providers = [{ ...first!, send: () => Promise.resolve(closed) }, second!]
  await openTrouble(told.deps)
  for (let beat = 0; beat < 2; beat++) await tick(told.deps)
  expect(sentBy(told)).toEqual({ [numbers.second]: 3 })
  const later = await setBack(told, { expanded: true })
  await later.db.delete(providerGates)
  const well: Provider = { ...first!, account: 'AC1', find: () => Promise.resolve(null) }
  await tick({ ...later, providers: [well, second!] })
  expect(sentBy(told)).toEqual({ [numbers.second]: 3 })
  expect(await states(later)).toEqual({ accepted: 3 })
})
