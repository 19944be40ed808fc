import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import {
  auditLog,
  deliveries,
  providerGates,
  subscribers,
  suppressions,
} from '../../../../db/schema.ts'
import { states } from '../../../support/deliveries.ts'
import { endpointWorld, subscribeEndpoints, tell, theEndpoint } from '../../../support/endpoints.ts'
import { openTrouble, tick } from '../../../support/telling.ts'

const broken = () => new Response('oops', { status: 500 })
const once = { retries: [] }

describe('an endpoint that fails', () => {
  test('is left alone after ten failures in an hour, with the reason, once', async () => {
    await using on = await endpointWorld(once)
    await subscribeEndpoints(on, 1)
    on.answer.with = broken
    for (let i = 0; i < 9; i++) await tell(on, 1)
    expect(await theEndpoint(on)).toMatchObject({ failures: 9 })
    expect(await on.deps.db.$count(suppressions)).toBe(0)
    await tell(on, 1)
    const { addressHash } = await theEndpoint(on)
    expect(await on.deps.db.select().from(suppressions)).toEqual([
      {
        channel: 'webhook',
        addressHash,
        reason: 'unreachable',
        detail: 'the receiver answered 500',
        createdAt: on.clock.now(),
      },
    ])
    expect(
      await on.deps.db.select().from(auditLog).where(eq(auditLog.action, 'address.suppressed')),
    ).toMatchObject([
      {
        actor: 'provider:webhook',
        object: `address:${addressHash}`,
        detail: { channel: 'webhook', reason: 'unreachable', detail: 'the receiver answered 500' },
      },
    ])
    await tell(on, 1)
    expect(on.seen).toHaveLength(10)
    expect(await states(on.deps)).toEqual({ dead: 10, suppressed: 1 })
  })

  test('begins anew with one success', async () => {
    await using on = await endpointWorld(once)
    await subscribeEndpoints(on, 1)
    on.answer.with = broken
    for (let i = 0; i < 9; i++) await tell(on, 1)
    on.answer.with = () => new Response()
    await tell(on, 1)
    expect(await theEndpoint(on)).toMatchObject({ failures: 0, failuresSince: null })
    on.answer.with = broken
    for (let i = 0; i < 9; i++) await tell(on, 1)
    expect(await on.deps.db.$count(suppressions)).toBe(0)
  })

  test.each([
    ['ten at the end of an hour that began with one', [0, 58, 1, 1, 1, 1, 1, 1, 1, 1, 1], true],
    ['twelve an hour, without end', Array.from({ length: 24 }, () => 5), true],
    ['one every ten minutes, without end', Array.from({ length: 30 }, () => 10), false],
    [
      'nine in an hour, and nine in another',
      [0, ...Array(8).fill(1), 24 * 60, ...Array(8).fill(1)],
      false,
    ],
  ])('%s', async (_sentence, minutes, isLeft) => {
    await using on = await endpointWorld(once)
    await subscribeEndpoints(on, 1)
    on.answer.with = broken
    for (const wait of minutes) await tell(on, wait)
    expect(await on.deps.db.$count(suppressions)).toBe(isLeft ? 1 : 0)
  })

  test('is counted at each repetition of its schedule too', async () => {
    await using on = await endpointWorld()
    await subscribeEndpoints(on, 1)
    on.answer.with = broken
    for (let i = 0; i < 3; i++) await tell(on, 1)
    const before = on.seen.length
    expect(before).toBeGreaterThanOrEqual(3)
    on.clock.advance(10 * SECOND)
    await sendDue(on.deps)
    on.clock.advance(10 * MINUTE)
    await sendDue(on.deps)
    expect(on.seen.length).toBeGreaterThan(before)
    expect((await theEndpoint(on)).failures).toBe(on.seen.length)
    on.clock.advance(40 * MINUTE)
    await sendDue(on.deps)
    on.clock.advance(2 * HOUR)
    await sendDue(on.deps)
    // An older incident's words are not superseded by another's: all three were repeated until the tenth failure.
    const [suppression] = await on.deps.db.select().from(suppressions)
    expect(suppression).toMatchObject({ reason: 'unreachable' })
  })

  test('that says that it is gone is left alone at once', async () => {
    await using on = await endpointWorld()
    await subscribeEndpoints(on, 1)
    on.answer.with = () => new Response(null, { status: 410 })
    await tell(on, 0)
    expect(await on.deps.db.select().from(suppressions)).toMatchObject([{ reason: 'unreachable' }])
    expect(await states(on.deps)).toEqual({ failed: 1 })
  })

  test('is nobody else’s trouble: the others hear of it, and no circuit opens', async () => {
    await using on = await endpointWorld()
    await subscribeEndpoints(on, 30)
    on.answer.with = (path) => (Number(path.slice(1)) < 15 ? broken() : new Response())
    await tell(on, 0)
    expect(await states(on.deps)).toEqual({ accepted: 15, sending: 15 })
    expect(await on.deps.db.$count(providerGates)).toBe(0)
    const [waiting] = await on.deps.db
      .select()
      .from(deliveries)
      .where(eq(deliveries.state, 'sending'))
    expect(waiting).toMatchObject({ code: 'http_500', reason: 'the receiver answered 500' })
  })

  test.each([
    ['a webhook', {}],
    ['a chat', { idempotent: false, retries: undefined }],
  ])('%s that only asks us to be slower is well: it hears all of a burst', async (_, kind) => {
    await using on = await endpointWorld(kind)
    await subscribeEndpoints(on, 1)
    let taken = 0
    on.answer.with = () => new Response(null, { status: taken++ < 14 ? 429 : 200 })
    for (let i = 0; i < 12; i++) await openTrouble(on.deps, { name: `Trouble ${i}` })
    await tick(on.deps)
    expect(await theEndpoint(on)).toMatchObject({ failures: 0 })
    for (let minute = 0; minute < 20; minute++) {
      on.clock.advance(MINUTE)
      await sendDue(on.deps)
    }
    expect(await states(on.deps)).toEqual({ accepted: 12 })
    expect(await on.deps.db.$count(suppressions)).toBe(0)
  })

  test('that asks all to slow down is heard for itself alone', async () => {
    const slowed: Partial<Provider> = {
      send: () =>
        Promise.resolve({ kind: 'throttled', code: '429', reason: 'slow', retry_after_ms: HOUR }),
    }
    await using on = await endpointWorld(slowed)
    await subscribeEndpoints(on, 2)
    await tell(on, 0)
    expect(await states(on.deps)).toEqual({ sending: 2 })
    expect(await on.deps.db.$count(providerGates)).toBe(0)
  })
})

describe('an endpoint that could not be told', () => {
  test('waits for those who are to be told now', async () => {
    await using on = await endpointWorld()
    await subscribeEndpoints(on, 60)
    on.answer.with = broken
    await tell(on, 0)
    const first = on.seen[0]!.headers.get('webhook-id')
    on.clock.advance(10 * SECOND)
    await openTrouble(on.deps, { name: 'Another' })
    await tick(on.deps)
    const repeated = on.seen.slice(60).map(({ headers }) => headers.get('webhook-id') === first)
    expect(repeated).toHaveLength(120)
    // What is claimed last may overtake what was claimed first in the other lanes.
    expect(repeated.slice(0, 40)).not.toContain(true)
  })
})

describe('an endpoint that hangs', () => {
  test('holds up nobody for longer than a second, with as many others as there are lanes', async () => {
    await using on = await endpointWorld()
    await subscribeEndpoints(on, 60)
    const hanging = Promise.withResolvers<Response>()
    on.answer.with = async (path) =>
      Number(path.slice(1)) < 30 ? (await hanging.promise).clone() : new Response()
    await openTrouble(on.deps)
    const round = tick(on.deps)
    const told = async () => (await states(on.deps))['accepted']
    await expect.poll(() => on.seen.length, { timeout: 10_000 }).toBe(16)
    on.clock.advance(SECOND)
    await expect.poll(told, { timeout: 10_000 }).toBe(30)
    hanging.resolve(new Response())
    await round
    expect(await states(on.deps)).toEqual({ accepted: 60 })
    expect(on.seen).toHaveLength(60)
  })

  test('leaves room for the others, and for what comes up meanwhile', async () => {
    await using on = await endpointWorld()
    await subscribeEndpoints(on, 60)
    const hanging = Promise.withResolvers<Response>()
    let open = 0
    let most = 0
    on.answer.with = async (path) => {
      if (path === '/0') return hanging.promise
      most = Math.max(most, ++open)
      await new Promise((resolve) => setImmediate(resolve))
      open--
      return new Response()
    }
    await openTrouble(on.deps)
    const round = tick(on.deps)
    await expect
      .poll(() => states(on.deps), { timeout: 10_000 })
      .toEqual({ accepted: 59, sending: 1 })
    expect(most).toBeLessThanOrEqual(17)

    await on.deps.db
      .update(subscribers)
      .set({ state: 'unsubscribed' })
      .where(eq(subscribers.seq, 1))
    await openTrouble(on.deps, { name: 'Meanwhile' })
    await expandAnnouncements(on.deps)
    await expect
      .poll(
        async () => {
          on.clock.advance(SECOND)
          return (await states(on.deps))['accepted']
        },
        { timeout: 10_000 },
      )
      .toBe(59 + 59)
    hanging.resolve(new Response())
    await round
  })
})
