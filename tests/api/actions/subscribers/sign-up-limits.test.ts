import { afterEach, beforeEach, expect, test } from 'vitest'
import { confirmByToken } from '../../../../api/actions/subscribers/confirming.ts'
import { forgetIdempotencyKeys } from '../../../../api/actions/access/idempotency.ts'
import { countRequest, crowdsOf } from '../../../../api/actions/subscribers/sign-up-limits.ts'
import { HOUR } from '../../../../api/domain/time.ts'
import { channels } from '../../../../api/domain/words.ts'
import {
  announcements,
  deliveries,
  idempotencyKeys,
  page,
  smsUsage,
  subscribers,
} from '../../../../db/schema.ts'
import { noSms, type SmsSettings } from '../../../../api/domain/sms.ts'
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
  w = await subscribingWorld({}, channels)
})
afterEach(() => w[Symbol.asyncDispose]())

const from = (ip: string | null) => ({ consent: { source: 'form', ip } })
const tooMany = { code: 'too_many', retryAfter: 600 }

async function someone() {
  await ask(w.deps, { address: 'someone@somewhere.example', ...from(null) })
  return theSubscriber(w.deps)
}

const many = (count: number, one: (n: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i))

test('a network may ask twenty times an hour', async () => {
  for (const address of many(20, addressOf.email)) await ask(w.deps, { address })
  await expect(ask(w.deps)).rejects.toMatchObject(tooMany)
  await ask(w.deps, from('198.51.100'))
  await ask(w.deps, from(null))
  w.clock.advance(HOUR)
  await ask(w.deps)
})

test('who confirms does not use up the limit of their office', async () => {
  for (const address of many(25, addressOf.email)) {
    await ask(w.deps, { address })
    const { confirm } = await tokensOf(w.deps, await theSubscriber(w.deps))
    await confirmByToken(w.deps, confirm, null)
  }
  expect(await w.deps.db.$count(idempotencyKeys)).toBe(0)
})

test('what a network asked is forgotten after a day, and never kept as it is', async () => {
  await ask(w.deps)
  expect(JSON.stringify(await w.deps.db.select().from(idempotencyKeys))).not.toMatch(
    /203\.0\.113|ada|example/,
  )
  w.clock.advance(24 * HOUR + 1)
  await forgetIdempotencyKeys(w.deps)
  expect(await w.deps.db.$count(idempotencyKeys)).toBe(0)
})

test.each([
  ['a mail domain', true, 'email', 300, (n: number) => `p${n}@firm.example`, 'new@firm.example'],
  [
    'a subdomain of it',
    false,
    'email',
    300,
    (n: number) => `p${n}@firm.example`,
    'new@eu.firm.example',
  ],
  [
    'a domain that ends alike',
    false,
    'email',
    300,
    (n: number) => `p${n}@firm.example`,
    'a@afirm.example',
  ],
  [
    'a big mailbox provider',
    false,
    'email',
    300,
    (n: number) => `p${n}@gmail.com`,
    'new@gmail.com',
  ],
  [
    'a webhook host',
    true,
    'webhook',
    300,
    (n: number) => `https://h.firm.example/${n}`,
    'https://h.firm.example/new',
  ],
  [
    'a host that begins alike',
    false,
    'webhook',
    300,
    (n: number) => `https://h.firm.example/${n}`,
    'https://h.firm.example.org/new',
  ],
  ['the hosts of a chat', false, 'slack', 300, addressOf.slack, addressOf.slack(999)],
  [
    'one mailbox in many spellings',
    true,
    'email',
    5,
    (n: number) => `a.da+${n}@x.example`,
    'ada@x.example',
  ],
  ['as many mailboxes', false, 'email', 5, (n: number) => `ada${n}@x.example`, 'ada@x.example'],
  [
    'a block of numbers',
    true,
    'sms',
    100,
    (n: number) => `+49151000${10_000 + n}`,
    '+4915100019999',
  ],
  ['its neighbour', false, 'sms', 100, (n: number) => `+49151000${10_000 + n}`, '+4915100020000'],
  [
    'all webhooks',
    true,
    'webhook',
    1000,
    (n: number) => `https://h${n}.example/`,
    addressOf.webhook(1),
  ],
] as const)('%s is limited: %s', async (_, isRefused, channel, limit, one, address) => {
  const template = await someone()
  for (const [i, waiting] of many(limit - 1, one).entries()) {
    const crowds = await crowdsOf(w.deps, channel, waiting, null)
    await w.deps.db.write(countRequest(w.deps, crowds, `hash-${i}`, 'subscriber:unknown'))
  }
  const rows = many(limit - 1, one).map((waiting, i) => ({
    ...template,
    seq: undefined,
    id: `waiting${String(i).padStart(5, '0')}`,
    channel,
    address: waiting,
    addressHash: `hash-${i}`,
    createdAt: w.clock.now(),
  }))
  await w.deps.db.insert(subscribers).values(rows)
  const request = { channel, address, ...from(null) }
  await ask(w.deps, request)
  if (isRefused) await expect(ask(w.deps, request)).rejects.toMatchObject(tooMany)
  else await ask(w.deps, request)
  w.clock.advance(HOUR)
  await ask(w.deps, request)
})

const budget: SmsSettings = {
  ...noSms,
  countries: ['DE', 'US'],
  prices: { default: 0.05, US: 0.01 },
  spend_per_day: 1,
  codes_per_country: 3,
}
const german = (n: number) => ({
  channel: 'sms' as const,
  address: addressOf.sms(n),
  ...from(null),
})
const american = { channel: 'sms' as const, address: '+14155550123', ...from(null) }
const untilMidnight = { code: 'too_many', retryAfter: (12 * HOUR) / 1000 }

async function used(usage: Partial<typeof smsUsage.$inferInsert>) {
  await w.deps.db.update(page).set({ sms: budget })
  await w.deps.db.insert(smsUsage).values({ day: '2026-11-21', country: 'DE', ...usage })
}

test('when the codes of a country are used up, its numbers wait until midnight UTC', async () => {
  await used({ codes: 2 })
  await ask(w.deps, german(1))
  await expect(ask(w.deps, german(2))).rejects.toMatchObject(untilMidnight)
  await expect(ask(w.deps, german(1))).rejects.toMatchObject(untilMidnight)
  await ask(w.deps, american)
  w.clock.advance(12 * HOUR)
  await w.deps.db.update(deliveries).set({ state: 'expired' })
  await ask(w.deps, german(2))
})

test("when the day's money is gone, no number is taken, and nothing else is refused", async () => {
  await used({ cost: 960_000 })
  await ask(w.deps, american)
  await expect(ask(w.deps, german(1))).rejects.toMatchObject(untilMidnight)
  await ask(w.deps, from(null))
  w.clock.advance(12 * HOUR)
  await ask(w.deps, german(1))
  expect(await letters(w.deps)).toHaveLength(3)
  expect(await w.deps.db.$count(announcements)).toBe(3)
})
