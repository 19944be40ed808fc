import { expect, test } from 'vitest'
import { MINUTE } from '../../../../api/domain/time.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import { alerts, deliveries, page, smsUsage } from '../../../../db/schema.ts'
import { noSms } from '../../../../api/domain/sms.ts'
import { gateOf, providersOf, states } from '../../../support/deliveries.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, tick, type Telling } from '../../../support/telling.ts'
import { numbers, sentBy, twoSendersWorld } from '../../../support/two-senders.ts'

const { first, second } = numbers
const person = (i: number) => `+49151${String(i).padStart(8, '0')}`
const toldOnce = (told: Telling, count: number) => {
  const { total, duplicates, recipients } = told.post.sandbox.texts
  expect({ total, duplicates, people: recipients.size }).toEqual({
    total: count,
    duplicates: 0,
    people: count,
  })
}

/** The way to Twilio on which some requests are answered before they arrive. */
function answering(answers: Record<string, [status: number, code: number]>): typeof fetch {
  return async (input, init) => {
    const to = init?.body instanceof URLSearchParams ? init.body.get('To') : null
    const answer = to === null ? undefined : answers[to]
    if (!answer) return fetch(input, init)
    const [status, code] = answer
    return Response.json({ code, message: `because of ${code}`, status }, { status })
  }
}

const refuse: Provider['send'] = () =>
  Promise.resolve({
    kind: 'answered',
    results: [{ kind: 'refused', code: '21612', reason: 'no', elsewhere: true }],
  })

test('while the first sender works the second one is not used', async () => {
  await using told = await twoSendersWorld()
  await subscribePeople(told.deps, 20, 'sms')
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(sentBy(told)).toEqual({ [first]: 20 })
})

test.each([
  ['is not ours', '+15005550007', '21606'],
  ['has a full queue', '+15005550008', '21611'],
])('a first sender that %s leaves everybody to the second', async (_, from, code) => {
  await using told = await twoSendersWorld({ from })
  await subscribePeople(told.deps, 20, 'sms')
  await openTrouble(told.deps)
  for (let beat = 0; beat < 3; beat++) await tick(told.deps)
  expect(sentBy(told)).toEqual({ [second]: 20 })
  toldOnce(told, 20)
  expect(await states(told.deps)).toEqual({ accepted: 20 })
  expect(await providersOf(told.deps)).toEqual({ 'twilio-fallback': 20 })
  expect(await gateOf(told.deps, 'twilio')).toMatchObject({ circuit: 'open', code })
})

test('who is refused by the way of the first alone is told by the second, and paid for once', async () => {
  const barred = answering({ [person(3)]: [400, 21408], [person(7)]: [400, 21612] })
  await using told = await twoSendersWorld({ fetch: barred })
  const sms = { ...noSms, countries: ['DE'], prices: { default: 0.1 }, spend_per_day: 1 }
  await told.deps.db.update(page).set({ sms })
  await subscribePeople(told.deps, 10, 'sms')
  await openTrouble(told.deps)
  for (let beat = 0; beat < 2; beat++) await tick(told.deps)
  toldOnce(told, 10)
  expect(sentBy(told)).toEqual({ [first]: 8, [second]: 2 })
  expect(await states(told.deps)).toEqual({ accepted: 10 })
  expect(await gateOf(told.deps, 'twilio')).toMatchObject({ circuit: 'closed' })
  expect(await told.deps.db.select().from(smsUsage)).toMatchObject([{ segments: 10 }])
  expect(await told.deps.db.select().from(alerts)).toContainEqual(
    expect.objectContaining({ eventType: 'sms_refused_DE', severity: 'warning' }),
  )
})

test('who is refused by both fails for the reason of the second', async () => {
  await using told = await twoSendersWorld({ fetch: answering({ [person(0)]: [400, 21408] }) })
  const [one, other] = told.deps.providers
  told.deps.providers = [one!, { ...other!, send: refuse }]
  await subscribePeople(told.deps, 1, 'sms')
  await openTrouble(told.deps)
  for (let beat = 0; beat < 3; beat++) await tick(told.deps)
  expect(await told.deps.db.select().from(deliveries)).toMatchObject([
    { state: 'failed', code: '21612' },
  ])
})

test.each([
  ['opted out', 21610],
  ['has no such number', 21211],
  ['cannot receive SMS', 21614],
])('who %s is not asked by the second', async (_, code) => {
  await using told = await twoSendersWorld({ fetch: answering({ [person(0)]: [400, code] }) })
  await subscribePeople(told.deps, 1, 'sms')
  await openTrouble(told.deps)
  for (let beat = 0; beat < 3; beat++) await tick(told.deps)
  expect(told.post.sandbox.texts.total).toBe(0)
  expect(await told.deps.db.select().from(deliveries)).toMatchObject([
    { state: 'failed', code: String(code) },
  ])
})

test('what may have been accepted by the first stays with it until it says that it was not', async () => {
  await using told = await twoSendersWorld()
  await subscribePeople(told.deps, 2, 'sms')
  told.post.sandbox.faults.set('twilio', 'error_after', 1)
  told.post.sandbox.faults.set('twilio', 'error_before', 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(told.post.sandbox.texts.total).toBe(1)
  const [one, other] = told.deps.providers
  const closed = { kind: 'closed' as const, code: '20003', reason: 'Authenticate' }
  told.deps.providers = [{ ...one!, send: () => Promise.resolve(closed) }, other!]
  await openTrouble(told.deps, { name: 'Another' })
  await tick(told.deps)
  await tick(told.deps)
  expect(sentBy(told)).toEqual({ [first]: 1, [second]: 2 })
  for (let minute = 0; minute < 4; minute++) {
    told.clock.advance(MINUTE)
    await tick(told.deps)
    await tick(told.deps)
  }
  expect(sentBy(told)).toEqual({ [first]: 1, [second]: 3 })
  expect(told.post.sandbox.texts.duplicates).toBe(0)
  expect(await states(told.deps)).toEqual({ accepted: 4 })
})
