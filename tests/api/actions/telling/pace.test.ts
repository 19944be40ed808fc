import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { paceOf } from '../../../../api/actions/telling/pace.ts'
import { timedAudienceOf } from '../../../../api/actions/telling/audience-time.ts'
import { announcementProgress } from '../../../../api/actions/telling/progress.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { timePlace } from '../../../../api/domain/letters/letter.ts'
import { noSms } from '../../../../api/domain/sms.ts'
import type { Deps } from '../../../../api/deps.ts'
import { MINUTE, SECOND } from '../../../../api/domain/time.ts'
import type { Channel } from '../../../../api/domain/words.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import {
  announcements,
  batches,
  deliveries,
  page,
  providerGates,
  renderings,
} from '../../../../db/schema.ts'
import { shop, shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble } from '../../../support/telling.ts'

function wire(name: string, channel: Channel, change: Partial<Provider> = {}): Provider {
  return {
    name,
    channel,
    batchSize: 1,
    idempotent: true,
    ratePerSecond: 1,
    send: () => Promise.reject(new Error('nothing is sent in this test')),
    receive: () => Promise.resolve(null),
    ...change,
  }
}

async function shopWith(...providers: Provider[]) {
  const made = await shopWorld({ providers })
  return made
}

async function gate(deps: Deps, provider: string, ratePerSecond: number, circuit = 'closed') {
  const now = deps.clock.now()
  await deps.db.insert(providerGates).values({
    provider,
    ratePerSecond,
    tokens: 0,
    refilledAt: now,
    updatedAt: now,
    circuit: circuit as 'closed',
  })
}

/** Batches that ended evenly over the last `seconds`. */
async function sent(deps: Deps, channel: Channel, count: number, size: number, seconds: number) {
  const now = deps.clock.now()
  for (let i = 0; i < count; i++) {
    const at = now - Math.floor((i * seconds * SECOND) / count)
    await deps.db.insert(batches).values({
      id: deps.newId(),
      provider: 'x',
      channel,
      priority: 1,
      state: 'done',
      size,
      notBefore: at,
      createdAt: at,
      updatedAt: at,
    })
  }
}

const big = { batchSize: 100, ratePerSecond: 5 }

test.each<[string, Provider[], [name: string, rate: number, circuit: string][], number | null]>([
  ['by the provider alone', [wire('a', 'email', big)], [], 500],
  ['by what its headers said', [wire('a', 'email', big)], [['a', 10, 'closed']], 1000],
  ['without a limit', [wire('a', 'email', { ratePerSecond: 0 })], [], null],
  ['by nobody while it refuses', [wire('a', 'email', big)], [['a', 5, 'open']], 0],
  [
    'by who stands in',
    [wire('a', 'email', big), wire('b', 'email', { ratePerSecond: 3 })],
    [['a', 5, 'open']],
    3,
  ],
  ['of a server of their own', [wire('a', 'email', { independent: true })], [], null],
  ['where there is no provider', [wire('a', 'sms')], [], 0],
])('a channel is allowed a rate %s', async (_, providers, gates, allowed) => {
  await using on = await shopWith(...providers)
  for (const [name, rate, circuit] of gates) await gate(on.deps, name, rate, circuit)
  expect(await paceOf(on.deps, 'email')).toEqual({ allowed, measured: null })
})

test('the rate is measured over the last minute, while something waits', async () => {
  await using on = await shopWith(wire('a', 'email', { ratePerSecond: 0 }))
  await subscribePeople(on.deps, 3)
  await sent(on.deps, 'email', 30, 10, 30)
  expect(await paceOf(on.deps, 'email')).toEqual({ allowed: null, measured: null })
  on.clock.advance(SECOND)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  on.clock.advance(10 * SECOND)
  await sent(on.deps, 'email', 10, 20, 9)
  expect(await paceOf(on.deps, 'email')).toEqual({ allowed: null, measured: 20 })
  on.clock.advance(2 * MINUTE)
  expect(await paceOf(on.deps, 'email')).toEqual({ allowed: null, measured: null })
})

test('what is read once serves everybody for a second', async () => {
  await using on = await shopWith(wire('a', 'sms'))
  await subscribePeople(on.deps, 1, 'sms')
  expect(await paceOf(on.deps, 'sms')).toMatchObject({ allowed: 1 })
  await gate(on.deps, 'a', 7)
  expect(await paceOf(on.deps, 'sms')).toMatchObject({ allowed: 1 })
  on.clock.advance(SECOND)
  expect(await paceOf(on.deps, 'sms')).toMatchObject({ allowed: 7 })
})

const draft = {
  kind: 'incident_opened' as const,
  components: [{ id: shop.checkout, status: 'partial_outage' as const }],
  severity: null,
  impact: null,
  incidentId: null,
  name: 'Checkout is slow',
  body: '',
}

test('ten thousand SMS from one number take 2 h 47 min, and longer words twice that', async () => {
  await using on = await shopWith(wire('a', 'sms'))
  await on.deps.db.update(page).set({ sms: { ...noSms, countries: ['DE'] } })
  await subscribePeople(on.deps, 10_000, 'sms')
  const short = await timedAudienceOf(on.deps, draft)
  expect(short.sms).toEqual({ at_once: 10_000, held: 0, digest: 0, remaining_ms: 10_000 * SECOND })
  const long = await timedAudienceOf(on.deps, { ...draft, body: 'We look into it. '.repeat(20) })
  expect(long.sms!.remaining_ms).toBe(20_000 * SECOND)
})

test('texts of two segments take twice as long, new and waiting, and as measured', async () => {
  await using on = await shopWith(wire('a', 'sms'))
  await subscribePeople(on.deps, 1000, 'sms')
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const { id } = (await on.deps.db.select().from(announcements))[0]!
  await on.deps.db.run(sql`UPDATE ${deliveries} SET state = 'accepted' WHERE id > 500`)
  await on.deps.db.insert(renderings).values({
    announcementId: id,
    channel: 'sms',
    locale: 'en',
    subject: '',
    html: '',
    // With the time in its place, which is told in each reader's zone.
    text: `Checkout is slow at ${timePlace(on.clock.now())}. ${'We look into it. '.repeat(14)}`,
    createdAt: on.clock.now(),
  })
  on.clock.advance(MINUTE)
  for (let i = 0; i < 30; i++) {
    const at = on.clock.now() - 2 * i * SECOND
    const dated = { notBefore: at, createdAt: at, updatedAt: at }
    const batch = { provider: 'a', channel: 'sms', priority: 1, state: 'done', size: 1 } as const
    await on.deps.db.insert(batches).values({ id: `${id}.${i}.${i}.1`, ...batch, ...dated })
  }
  expect(await paceOf(on.deps, 'sms')).toEqual({ allowed: 1, measured: 1 })
  const [sms] = (await announcementProgress(on.deps, id)).channels
  expect(sms).toMatchObject({ waiting: 500, per_second: 0.5, remaining_ms: 1000 * SECOND })
  const timed = await timedAudienceOf(on.deps, {
    ...draft,
    body: 'We look into it. '.repeat(14),
  })
  expect(timed.sms).toMatchObject({ at_once: 1000, remaining_ms: 3000 * SECOND })
})

test('what is as urgent or more urgent comes first, what is less urgent does not', async () => {
  await using on = await shopWith(wire('a', 'email'))
  await subscribePeople(on.deps, 20)
  await openTrouble(on.deps)
  await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  const [first, second] = await on.deps.db.select().from(announcements)
  const [one] = (await announcementProgress(on.deps, first!.id)).channels
  expect(one).toMatchObject({ waiting: 20, per_second: 1, remaining_ms: 40 * SECOND })
  await on.deps.db.run(`UPDATE deliveries SET priority = 3 WHERE announcement_id = '${second!.id}'`)
  on.clock.advance(SECOND)
  const [urgent] = (await announcementProgress(on.deps, first!.id)).channels
  expect(urgent).toMatchObject({ remaining_ms: 20 * SECOND })
})
