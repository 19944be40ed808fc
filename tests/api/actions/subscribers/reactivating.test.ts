import { afterEach, beforeEach, expect, test } from 'vitest'
import { confirmByToken } from '../../../../api/actions/subscribers/confirming.ts'
import { askAgain } from '../../../../api/actions/subscribers/reactivating.ts'
import { suppress } from '../../../../api/actions/subscribers/suppressions.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { channels, type SuppressionReason } from '../../../../api/domain/words.ts'
import { auditLog, subscribers, suppressions } from '../../../../db/schema.ts'
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
const operator = { id: 'operator', requestId: 'r2' }

beforeEach(async () => {
  w = await subscribingWorld({}, channels)
})
afterEach(() => w[Symbol.asyncDispose]())

const again = async () => askAgain(w.deps, operator, (await theSubscriber(w.deps)).id)
const confirmed = async () =>
  confirmByToken(w.deps, (await tokensOf(w.deps, await theSubscriber(w.deps))).confirm, null)

async function silenced(reason: SuppressionReason) {
  const { channel, addressHash } = await theSubscriber(w.deps)
  await w.deps.db.write(suppress(w.deps, { channel, addressHash }, reason, 'said why'))
}

async function subscribed() {
  await ask(w.deps, { channel: 'webhook', address: addressOf.webhook(1), components: ['search'] })
  await confirmed()
  w.clock.advance(HOUR)
}

test.each<SuppressionReason>(['bounce', 'invalid', 'provider', 'unreachable'])(
  'a quarantine for %s ends with a new question, and its answer resumes the subscription',
  async (reason) => {
    await subscribed()
    const before = await theSubscriber(w.deps)
    await silenced(reason)
    await w.deps.db.update(subscribers).set({ failures: 10, failuresSince: w.clock.now() })
    await again()
    expect(await w.deps.db.$count(suppressions)).toBe(0)
    expect(await theSubscriber(w.deps)).toMatchObject({
      state: 'pending',
      preferences: before.preferences,
      consent: before.consent,
      challengedAt: w.clock.now(),
      failures: 0,
      failuresSince: null,
    })
    expect((await letters(w.deps)).map(({ kind, state }) => [kind, state])).toEqual([
      ['confirmation', 'skipped'],
      ['confirmation', 'pending'],
    ])
    expect((await w.deps.db.select().from(auditLog)).at(-1)).toMatchObject({
      actor: 'operator',
      action: 'subscription.asked_again',
      object: `subscriber:${before.id}`,
      detail: { channel: 'webhook', quarantine: reason },
      requestId: 'r2',
    })
    await confirmed()
    expect((await theSubscriber(w.deps)).state).toBe('active')
  },
)

test.each<SuppressionReason>(['stop', 'complaint', 'manual'])(
  'silence for %s is lifted by nobody but its owner',
  async (reason) => {
    await subscribed()
    await silenced(reason)
    await expect(again()).rejects.toMatchObject({ code: 'conflict' })
    expect(await w.deps.db.select().from(suppressions)).toMatchObject([{ reason }])
    expect((await theSubscriber(w.deps)).state).toBe('unsubscribed')
    expect(await letters(w.deps)).toHaveLength(1)
  },
)

test('who is confirmed and well is not asked again', async () => {
  await subscribed()
  await expect(again()).rejects.toMatchObject({ code: 'conflict' })
})

test('who did not answer is asked again a minute later, three times in an hour', async () => {
  await ask(w.deps)
  await expect(again()).rejects.toMatchObject({ code: 'too_many', retryAfter: 60 })
  for (let i = 0; i < 2; i++) {
    w.clock.advance(MINUTE)
    await again()
  }
  w.clock.advance(MINUTE)
  await expect(again()).rejects.toMatchObject({ code: 'too_many', retryAfter: 57 * 60 })
  expect(await letters(w.deps)).toHaveLength(3)
})

test('of many who ask at once one asks', async () => {
  await subscribed()
  await silenced('unreachable')
  const asked = await Promise.allSettled(Array.from({ length: 10 }, again))
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await letters(w.deps)).toHaveLength(2)
})

test('a STOP that comes in between is not undone', async () => {
  await ask(w.deps, { channel: 'sms', address: addressOf.sms(1) })
  await confirmed()
  w.clock.advance(HOUR)
  await silenced('invalid')
  const { batch } = w.deps.db
  w.deps.db.batch = (async (statements: never) => {
    const found = await batch.call(w.deps.db, statements)
    w.deps.db.batch = batch
    await silenced('stop')
    return found
  }) as never
  await expect(again()).rejects.toMatchObject({ code: 'conflict' })
  expect(await w.deps.db.select().from(suppressions)).toMatchObject([{ reason: 'stop' }])
})

test('nobody who was erased, or never was, is asked', async () => {
  await ask(w.deps)
  await w.deps.db.update(subscribers).set({ state: 'erased', address: null })
  await expect(again()).rejects.toMatchObject({ code: 'not_found' })
  await expect(askAgain(w.deps, operator, 'nobody000000')).rejects.toMatchObject({
    code: 'not_found',
  })
})
