import { expect, test } from 'vitest'
import { gateAfter, returnTrial, waitAtGate } from '../../../../api/actions/sending/gates.ts'
import type { Outcome } from '../../../../api/domain/delivery.ts'
import { SECOND } from '../../../../api/domain/time.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import { providerGates } from '../../../../db/schema.ts'
import { world, type World } from '../../../support/world.ts'

const provider = (ratePerSecond: number) =>
  ({ name: 'resend', channel: 'email', ratePerSecond }) as Provider

async function passes(
  made: World,
  rate: number,
  tries: number,
  confirmation = false,
): Promise<number> {
  let passed = 0
  for (let i = 0; i < tries; i++)
    if ((await waitAtGate(made.deps, provider(rate), confirmation)) === 0) passed++
  return passed
}

async function learn(made: World, rate: number, outcome: Outcome): Promise<void> {
  await made.deps.db.write(await gateAfter(made.deps, provider(rate), outcome))
}

const fine: Outcome = { kind: 'answered', results: [] }
const lost: Outcome = { kind: 'uncertain', code: 'timeout', reason: 'no answer' }

test('a second of the rate passes, less what is kept for confirmations', async () => {
  await using made = await world()
  expect(await passes(made, 5, 10)).toBe(4)
  expect(await passes(made, 5, 10, true)).toBe(1)
  made.clock.advance(SECOND)
  expect(await passes(made, 5, 10)).toBe(4)
})

test('at one request per second nothing can be kept, and nothing starves', async () => {
  await using made = await world()
  expect(await passes(made, 1, 3)).toBe(1)
  made.clock.advance(SECOND)
  expect(await passes(made, 1, 3)).toBe(1)
})

test('two workers together do not exceed the rate', async () => {
  await using made = await world()
  const both = await Promise.all([passes(made, 5, 10), passes(made, 5, 10)])
  expect(both[0]! + both[1]!).toBe(4)
})

test.each([
  ['with a rate', 5],
  ['without one', 0],
])('nobody passes before the provider said, %s', async (_, rate) => {
  await using made = await world()
  await passes(made, rate, 1)
  await learn(made, rate, {
    kind: 'throttled',
    code: '429',
    reason: 'slow down',
    retry_after_ms: 7000,
  })
  made.clock.advance(6 * SECOND)
  expect(await passes(made, rate, 3)).toBe(0)
  made.clock.advance(1 * SECOND)
  expect(await passes(made, rate, 1)).toBe(1)
})

test('a refused account opens the circuit: one trial per pause, and one good answer closes it', async () => {
  await using made = await world()
  await passes(made, 0, 1)
  await learn(made, 0, { kind: 'closed', code: 'invalid_api_key', reason: 'the key is refused' })
  expect(await passes(made, 0, 3)).toBe(0)
  made.clock.advance(30 * SECOND)
  expect(await passes(made, 0, 3)).toBe(1)
  await learn(made, 0, lost)
  made.clock.advance(29 * SECOND)
  expect(await passes(made, 0, 3)).toBe(0)
  made.clock.advance(1 * SECOND)
  expect(await passes(made, 0, 3)).toBe(1)
  await learn(made, 0, fine)
  expect(await passes(made, 0, 3)).toBe(3)
})

test('ten lost answers in a row open it, nine do not', async () => {
  await using made = await world()
  await passes(made, 0, 1)
  for (let i = 0; i < 9; i++) await learn(made, 0, lost)
  expect(await passes(made, 0, 1)).toBe(1)
  await learn(made, 0, lost)
  expect(await passes(made, 0, 1)).toBe(0)
})

test('the provider’s headers set the rate', async () => {
  await using made = await world()
  await passes(made, 5, 1)
  const limits = { limit: 2, remaining: 1, reset_ms: 1000 }
  await learn(made, 5, { kind: 'answered', results: [], limits })
  made.clock.advance(10 * SECOND)
  expect(await passes(made, 5, 10, true)).toBe(2)
})

test('a trial that found nothing to send is given back', async () => {
  await using made = await world()
  await passes(made, 0, 1)
  await learn(made, 0, { kind: 'closed', code: 'invalid_api_key', reason: 'the key is refused' })
  await returnTrial(made.deps, provider(0))
  expect(await passes(made, 0, 1)).toBe(0)
  made.clock.advance(30 * SECOND)
  expect(await passes(made, 0, 2)).toBe(1)
  await returnTrial(made.deps, provider(0))
  expect(await passes(made, 0, 2)).toBe(1)
})

test('where each address is a server of its own nobody waits, and nothing is learned of all', async () => {
  await using made = await world()
  const webhook = { ...provider(0), name: 'webhook', independent: true }
  for (let i = 0; i < 20; i++) await made.deps.db.write(await gateAfter(made.deps, webhook, lost))
  expect(await waitAtGate(made.deps, webhook, false)).toBe(0)
  expect(await made.deps.db.$count(providerGates)).toBe(0)
})
