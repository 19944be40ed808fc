import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { gateAfter, giveBack, grant } from '../../../../api/actions/sending/gates.ts'
import { openGate } from '../../../../api/actions/sending/rates.ts'
import type { Outcome } from '../../../../api/domain/delivery.ts'
import { MINUTE, SECOND } from '../../../../api/domain/time.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import { providerGates } from '../../../../db/schema.ts'
import { gateOf } from '../../../support/deliveries.ts'
import { world, type World } from '../../../support/world.ts'

const provider = (ratePerSecond: number) =>
  ({ name: 'resend', channel: 'email', ratePerSecond }) as Provider

type Request = { isConfirmation?: boolean; isDue?: boolean }

/** The claim that is let through now, if it is. */
async function pass(made: World, rate: number, request: Request = {}): Promise<string | null> {
  const { deps } = made
  const { isConfirmation = false, isDue = true } = request
  const claim = deps.newId()
  const gate = openGate(deps, provider(rate))
  await deps.db.write([
    ...gate.statements,
    ...grant(deps, provider(rate), {
      claim,
      isConfirmation,
      isDue: isDue ? sql`true` : sql`false`,
    }),
  ])
  gate.seen(true)
  return (await gateOf(deps, 'resend'))!.grantedTo === claim ? claim : null
}

async function passes(made: World, rate: number, tries: number, request?: Request) {
  let passed = 0
  for (let i = 0; i < tries; i++) if (await pass(made, rate, request)) passed++
  return passed
}

async function learn(made: World, outcome: Outcome, claim?: string | null): Promise<void> {
  await made.deps.db.write(gateAfter(made.deps, provider(0), outcome, claim))
}

const fine: Outcome = { kind: 'answered', results: [] }
const lost: Outcome = { kind: 'uncertain', code: 'timeout', reason: 'no answer' }
const closed: Outcome = { kind: 'closed', code: 'invalid_api_key', reason: 'the key is refused' }
const slow: Outcome = { kind: 'throttled', code: '429', reason: 'slow down', retry_after_ms: 7000 }

/** A circuit that opened a moment ago. */
async function openCircuit(made: World): Promise<void> {
  await pass(made, 0)
  await learn(made, closed)
}

test('at five a second one passes every fifth of a second, and somewhat later', async () => {
  await using made = await world()
  await pass(made, 5)
  made.clock.advance(193)
  await pass(made, 5)
  expect(await passes(made, 5, 10)).toBe(0)
  made.clock.advance(207)
  expect(await passes(made, 5, 10)).toBe(0)
  made.clock.advance(1)
  expect(await passes(made, 5, 10)).toBe(1)
})

test('of what comes in a confirmation is first', async () => {
  await using made = await world()
  await pass(made, 5)
  made.clock.advance(188)
  expect(await passes(made, 5, 1)).toBe(0)
  expect(await passes(made, 5, 1, { isConfirmation: true })).toBe(1)
})

test('at one request per second nothing starves', async () => {
  await using made = await world()
  expect(await passes(made, 1, 3)).toBe(1)
  made.clock.advance(1030)
  expect(await passes(made, 1, 3)).toBe(1)
})

test('two workers together do not exceed the rate', async () => {
  await using made = await world()
  const both = await Promise.all([passes(made, 5, 10), passes(made, 5, 10)])
  expect(both[0]! + both[1]!).toBe(1)
})

test('where nothing is due nothing is taken from the rate', async () => {
  await using made = await world()
  expect(await passes(made, 5, 3, { isDue: false })).toBe(0)
  expect(await passes(made, 5, 3)).toBe(1)
})

test('a request that was not made gives back what it took', async () => {
  await using made = await world()
  const claim = await pass(made, 5)
  await made.deps.db.write(giveBack(made.deps, provider(5), claim))
  expect(await passes(made, 5, 3)).toBe(1)
})

test('a clock that is set back is not paid for with silence', async () => {
  await using made = await world()
  await passes(made, 5, 2)
  made.clock.advance(-10 * MINUTE)
  expect(await passes(made, 5, 2)).toBe(1)
})

test.each<[string, (made: World) => Promise<unknown>]>([
  ['at once', () => Promise.resolve()],
  ['whatever else is heard of the provider first', (made) => learn(made, lost)],
])('a pause does not outlast a clock that is set back, %s', async (_, meanwhile) => {
  await using made = await world()
  await passes(made, 5, 1)
  await learn(made, slow)
  made.clock.advance(-10 * MINUTE)
  await meanwhile(made)
  expect(await passes(made, 5, 2)).toBe(1)
  await learn(made, slow)
  made.clock.advance(6 * SECOND)
  expect(await passes(made, 5, 2)).toBe(0)
  made.clock.advance(SECOND)
  expect(await passes(made, 5, 2)).toBe(1)
})

test('a pause is kept by whoever asked before it and was heard after it', async () => {
  await using made = await world()
  await pass(made, 5)
  const asking = { ...made.deps.clock, now: () => made.clock.now() - 20 * SECOND }
  const waiting = { ...made, deps: { ...made.deps, clock: asking } }
  await learn(made, slow)
  expect(await passes(waiting, 5, 1)).toBe(0)
  await learn(waiting, lost)
  expect(await passes(waiting, 5, 1)).toBe(0)
  made.clock.advance(6 * SECOND)
  expect(await passes(made, 5, 1)).toBe(0)
})

test('clocks that differ somewhat let nobody through twice', async () => {
  await using made = await world()
  await pass(made, 5)
  made.clock.advance(-2 * SECOND)
  expect(await passes(made, 5, 2)).toBe(0)
  made.clock.advance(2 * SECOND + 192)
  expect(await passes(made, 5, 2)).toBe(0)
  made.clock.advance(1)
  expect(await passes(made, 5, 2)).toBe(1)
})

test.each([
  ['with a rate', 5],
  ['without one', 0],
])('nobody passes before the provider said, %s', async (_, rate) => {
  await using made = await world()
  await passes(made, rate, 1)
  await learn(made, slow)
  made.clock.advance(6 * SECOND)
  expect(await passes(made, rate, 3)).toBe(0)
  made.clock.advance(1 * SECOND)
  expect(await passes(made, rate, 1)).toBe(1)
})

test('an answer to what was sent before does not undo a pause', async () => {
  await using made = await world()
  await pass(made, 0)
  await learn(made, lost)
  await learn(made, slow)
  await learn(made, fine)
  expect(await gateOf(made.deps, 'resend')).toMatchObject({ failures: 0 })
  expect(await passes(made, 0, 1)).toBe(0)
})

test('a refused account opens the circuit: one trial at a time, and one good answer closes it', async () => {
  await using made = await world()
  await openCircuit(made)
  expect(await passes(made, 0, 3)).toBe(0)
  made.clock.advance(30 * SECOND)
  const trial = await pass(made, 0)
  expect(trial).not.toBeNull()
  expect(await passes(made, 0, 3)).toBe(0)
  await learn(made, lost, trial)
  made.clock.advance(29 * SECOND)
  expect(await passes(made, 0, 3)).toBe(0)
  made.clock.advance(1 * SECOND)
  const another = await pass(made, 0)
  await learn(made, fine, another)
  expect(await gateOf(made.deps, 'resend')).toMatchObject({ circuit: 'closed', reason: null })
  expect(await passes(made, 0, 3)).toBe(3)
})

test('while a trial is under way nothing else passes, however late others answer', async () => {
  await using made = await world()
  const early = await pass(made, 0)
  await learn(made, closed)
  made.clock.advance(30 * SECOND)
  const trial = await pass(made, 0)
  await learn(made, fine, early)
  await learn(made, lost, early)
  made.clock.advance(MINUTE - 1)
  expect(await passes(made, 0, 3)).toBe(0)
  await learn(made, fine, trial)
  expect(await passes(made, 0, 3)).toBe(3)
})

test('who died with a trial is followed by another after a minute', async () => {
  await using made = await world()
  await openCircuit(made)
  made.clock.advance(30 * SECOND)
  expect(await passes(made, 0, 1)).toBe(1)
  made.clock.advance(MINUTE)
  expect(await passes(made, 0, 2)).toBe(1)
})

test.each<[string, (made: World, trial: string | null) => Promise<unknown>]>([
  ['was not made', ({ deps }, trial) => deps.db.write(giveBack(deps, provider(0), trial))],
  [
    'says nothing of others',
    (made, trial) => learn(made, { kind: 'deferred', code: '451', reason: 'later' }, trial),
  ],
])('a trial that %s is followed by another at once', async (_, end) => {
  await using made = await world()
  await openCircuit(made)
  made.clock.advance(30 * SECOND)
  await end(made, await pass(made, 0))
  expect(await passes(made, 0, 3)).toBe(1)
})

test('ten lost answers in a row open it, nine do not, and one good one begins anew', async () => {
  await using made = await world()
  await passes(made, 0, 1)
  for (let i = 0; i < 9; i++) await learn(made, lost)
  expect(await passes(made, 0, 1)).toBe(1)
  await learn(made, fine)
  for (let i = 0; i < 9; i++) await learn(made, lost)
  expect(await passes(made, 0, 1)).toBe(1)
  await learn(made, lost)
  expect(await passes(made, 0, 1)).toBe(0)
  expect(await gateOf(made.deps, 'resend')).toMatchObject({ circuit: 'open', code: 'timeout' })
})

test('lost answers that come at the same moment are all counted', async () => {
  await using made = await world()
  await passes(made, 0, 1)
  await Promise.all(Array.from({ length: 10 }, () => learn(made, lost)))
  expect(await gateOf(made.deps, 'resend')).toMatchObject({ circuit: 'open', failures: 10 })
})

test('the provider’s headers set the rate', async () => {
  await using made = await world()
  await passes(made, 5, 1)
  const limits = { limit: 2, remaining: 1, reset_ms: 1000 }
  await learn(made, { kind: 'answered', results: [], limits })
  made.clock.advance(474)
  expect(await passes(made, 5, 3)).toBe(0)
  made.clock.advance(1)
  expect(await passes(made, 5, 3)).toBe(1)
})

test('where each address is a server of its own nobody waits, and nothing is learned of all', async () => {
  await using made = await world()
  const { deps } = made
  const webhook = { ...provider(0), name: 'webhook', independent: true }
  expect(gateAfter(deps, webhook, lost)).toEqual([])
  expect(openGate(deps, webhook).statements).toEqual([])
  expect(grant(deps, webhook, { claim: '', isConfirmation: false, isDue: sql`true` })).toEqual([])
  expect(await deps.db.$count(providerGates)).toBe(0)
})
