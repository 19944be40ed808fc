import { expect, test } from 'vitest'
import { claimNext } from '../../../../api/actions/sending/claiming.ts'
import { listDeliveries } from '../../../../api/actions/sending/ledger.ts'
import { messagesOf } from '../../../../api/actions/sending/messages.ts'
import { forgetOld } from '../../../../api/actions/sending/retention.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import type { Deps } from '../../../../api/deps.ts'
import { noSms } from '../../../../api/domain/sms.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { batches, page } from '../../../../db/schema.ts'
import { endpointWorld, subscribeEndpoints, tell } from '../../../support/endpoints.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, tellingWorld, tick, type Telling } from '../../../support/telling.ts'

async function first(deps: Deps) {
  const [delivery] = (await listDeliveries(deps, { page: 1, pageSize: 10 })).deliveries
  return delivery!
}

test('by whom, when and how often somebody was told can be looked up as long as that they were', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  const sentAt = new Date(told.clock.now()).toISOString()
  await tick(told.deps)
  const known = { provider: 'resend', attempts: 1, first_sent_at: sentAt }
  for (const days of [3, 86]) {
    told.clock.advance(days * DAY)
    await forgetOld(told.deps)
    expect(await first(told.deps)).toMatchObject({ state: 'accepted', ...known })
  }
  told.clock.advance(2 * DAY)
  await forgetOld(told.deps)
  expect((await listDeliveries(told.deps, { page: 1, pageSize: 10 })).total).toBe(0)
  expect(await told.deps.db.$count(batches)).toBe(0)
})

test('each request is counted once it was made, and never before', async () => {
  await using on = await endpointWorld({ retries: [HOUR, HOUR] })
  await subscribeEndpoints(on, 1)
  on.answer.with = () => new Response('oops', { status: 500 })
  await openTrouble(on.deps)
  const counted = []
  for (let attempt = 0; attempt < 3; attempt++) {
    await tick(on.deps)
    counted.push([on.seen.length, (await first(on.deps)).attempts])
    on.clock.advance(2 * HOUR)
  }
  expect(counted).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
  expect(await first(on.deps)).toMatchObject({ state: 'dead', attempts: 3 })
})

/** What the provider makes of requests and questions; who is told has two days to be told. */
const troubles: [string, number, (told: Telling) => Promise<unknown>, object][] = [
  [
    'whose answer was lost, and that was found',
    1,
    async ({ post, clock, deps }) => {
      post.sandbox.faults.set('twilio', 'error_after', 1)
      await tick(deps)
      clock.advance(MINUTE)
    },
    { state: 'accepted' },
  ],
  [
    'that was cut off, and found',
    1,
    async ({ clock, deps }) => {
      const [, sms] = deps.providers
      const turn = await claimNext(deps, { provider: sms!, confirmationsOnly: false })
      const messages = await messagesOf(deps, turn.claimed!.members)
      await sms!.send(messages, '', AbortSignal.timeout(SECOND))
      clock.advance(2 * MINUTE)
    },
    { state: 'accepted' },
  ],
  [
    'that is looked for in a list that does not answer',
    1,
    async ({ post, clock, deps }) => {
      post.sandbox.faults.set('twilio', 'error_before', null)
      for (let beat = 0; beat < 4; beat++) {
        await tick(deps)
        clock.advance(MINUTE)
      }
    },
    { state: 'sending' },
  ],
  [
    'that became too late',
    1,
    async ({ post, clock, deps }) => {
      post.sandbox.faults.set('twilio', 'error_before', null)
      await tick(deps)
      clock.advance(2 * DAY)
    },
    { state: 'unknown', code: 'too_late' },
  ],
  [
    'too expensive to be sent',
    0,
    ({ deps }) =>
      deps.db.update(page).set({
        sms: { ...noSms, countries: ['DE'], prices: { default: 1 }, spend_per_day: 0.1 },
      }),
    { state: 'dead', code: 'spend_limit', first_sent_at: null },
  ],
  [
    'that wait for a list',
    0,
    async ({ post, clock, deps }) => {
      post.sandbox.faults.set('twilio', 'error_before', null)
      clock.advance(SECOND)
      deps.startedAt = clock.now()
    },
    { state: 'sending', code: 'no_list', first_sent_at: null },
  ],
]

test.each(troubles)('of an SMS %s there were %i requests', async (_, requests, before, what) => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  await before(told)
  await tick(told.deps)
  expect(await first(told.deps)).toMatchObject({ ...what, attempts: requests })
})

test('of a mail that cannot be written there was no request', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  told.deps.render = () => Promise.resolve(new Response(null, { status: 500 }))
  for (let beat = 0; beat < 3; beat++) {
    await tick(told.deps)
    told.clock.advance(MINUTE)
  }
  const none = { attempts: 0, first_sent_at: null }
  expect(await first(told.deps)).toMatchObject({ code: 'rendering', ...none })
})

test('of whom no request is known any more it is not said that none was made', async () => {
  await using on = await endpointWorld()
  await subscribeEndpoints(on, 1)
  await tell(on, 0)
  await on.deps.db.delete(batches)
  expect(await first(on.deps)).toMatchObject({ state: 'accepted', attempts: null })
})

test('of whom nothing was ever tried there was no request', async () => {
  await using told = await tellingWorld()
  told.deps.providers = []
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(await first(told.deps)).toMatchObject({ state: 'pending', attempts: 0, provider: null })
})
