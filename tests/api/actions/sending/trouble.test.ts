import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { subscribers } from '../../../../db/schema.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { LEASE } from '../../../../api/actions/sending/batches.ts'
import { claimNext } from '../../../../api/actions/sending/claiming.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { messagesOf } from '../../../../api/actions/sending/messages.ts'
import { record } from '../../../../api/actions/sending/outcomes.ts'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import { allClear, gateOf, states } from '../../../support/deliveries.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator, tellingWorld, tick } from '../../../support/telling.ts'

test.each([
  ['an error after accepting', 'error_after'],
  ['an error before accepting', 'error_before'],
  ['a 429', 'rate_limited'],
] as const)('%s tells nobody twice and loses nobody', async (_, fault) => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 300)
  await subscribePeople(told.deps, 2, 'sms')
  told.post.sandbox.faults.set('resend', fault, 2)
  told.post.sandbox.faults.set('twilio', fault, 1)
  await openTrouble(told.deps)
  for (let beat = 0; beat < 8; beat++) {
    await tick(told.deps)
    told.clock.advance(MINUTE)
  }
  expect(told.post.sandbox.mails.recipients.size).toBe(300)
  expect(told.post.sandbox.texts.recipients.size).toBe(2)
  expect(told.post.sandbox.mails.duplicates + told.post.sandbox.texts.duplicates).toBe(0)
  expect(await states(told.deps)).toEqual({ accepted: 302 })
})

test('what waits to be repeated does not wait for a clock that was set back', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 100)
  await subscribePeople(told.deps, 1, 'sms')
  for (const provider of ['resend', 'twilio'] as const)
    told.post.sandbox.faults.set(provider, 'error_before', 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  told.clock.advance(-10 * MINUTE)
  for (let beat = 0; beat < 4; beat++) {
    await tick(told.deps)
    told.clock.advance(MINUTE)
  }
  expect(await states(told.deps)).toEqual({ accepted: 101 })
})

test('what waits to be repeated is not taken early by whoever waited for the database', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 100)
  told.post.sandbox.faults.set('resend', 'error_before', 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  const now = () => told.clock.now() - 20 * SECOND
  expect(await sendDue({ ...told.deps, clock: { ...told.clock, now } })).toBe(0)
  told.clock.advance(SECOND)
  expect(await sendDue(told.deps)).toBe(1)
})

test('a 429 on the retry of an accepted batch does not dissolve it', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 100)
  await openTrouble(told.deps)
  told.post.sandbox.faults.set('resend', 'error_after', 1)
  await tick(told.deps)
  told.post.sandbox.faults.set('resend', 'rate_limited', 1)
  for (let beat = 0; beat < 5; beat++) {
    told.clock.advance(MINUTE)
    await tick(told.deps)
  }
  expect(told.post.sandbox.mails.duplicates).toBe(0)
  expect(await states(told.deps)).toEqual({ accepted: 100 })
})

test.each([
  ['releases', { kind: 'released' }],
  ['splits', { kind: 'split' }],
  ['fails', { kind: 'failed', code: 'late', reason: 'late' }],
  ['gives up on', { kind: 'unknown', code: 'late', reason: 'late' }],
] as const)(
  'a worker that slept through its lease no longer %s what somebody else is sending',
  async (_, late) => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 3)
    await openTrouble(told.deps)
    await expandAnnouncements(told.deps)
    const [provider] = told.deps.providers
    const { claimed: asleep } = await claimNext(told.deps, {
      provider: provider!,
      confirmationsOnly: false,
    })
    told.clock.advance(LEASE)
    told.post.sandbox.faults.set('resend', 'error_after', 1)
    await sendDue(told.deps)
    await told.deps.db.write(record(told.deps, asleep!, late))
    expect(await states(told.deps)).toEqual({ sending: 3 })
    told.clock.advance(MINUTE)
    await tick(told.deps)
    expect(await states(told.deps)).toEqual({ accepted: 3 })
    expect(told.post.sandbox.mails.duplicates).toBe(0)
  },
)

test('one bad address in a batch does not hold the others', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 100)
  await told.deps.db
    .update(subscribers)
    .set({ address: 'nobody@' })
    .where(eq(subscribers.address, 'person42@example.com'))
  await openTrouble(told.deps)
  for (let beat = 0; beat < 3; beat++) await tick(told.deps)
  expect(told.post.sandbox.mails.recipients.size).toBe(99)
  expect(await states(told.deps)).toEqual({ accepted: 99, failed: 1 })
})

test('a refused key opens the circuit, loses nothing, and heals when the key is accepted again', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 300)
  told.post.sandbox.faults.set('resend', 'auth_refused', null)
  await openTrouble(told.deps)
  for (let beat = 0; beat < 5; beat++) {
    await tick(told.deps)
    told.clock.advance(MINUTE)
  }
  const gate = await gateOf(told.deps, 'resend')
  expect(gate).toMatchObject({ circuit: 'open' })
  expect(gate!.reason).not.toBe('')
  expect((await states(told.deps))['dead']).toBeUndefined()
  told.post.sandbox.faults.clear()
  for (let beat = 0; beat < 5; beat++) {
    told.clock.advance(MINUTE)
    await tick(told.deps)
  }
  expect(told.post.sandbox.mails.recipients.size).toBe(300)
  expect(told.post.sandbox.mails.duplicates).toBe(0)
  expect(await gateOf(told.deps, 'resend')).toMatchObject({ circuit: 'closed', reason: null })
})

test('a provider that is down for half an hour is asked once per pause, and nothing dies', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 200)
  told.post.sandbox.faults.set('resend', 'error_before', null)
  await openTrouble(told.deps)
  for (let minute = 0; minute < 30; minute++) {
    await tick(told.deps)
    told.clock.advance(MINUTE)
  }
  expect((await states(told.deps))['dead']).toBeUndefined()
  told.post.sandbox.faults.clear()
  for (let minute = 0; minute < 30; minute++) {
    told.clock.advance(MINUTE)
    await tick(told.deps)
  }
  expect(told.post.sandbox.mails.recipients.size).toBe(200)
})

test('a worker that died in the middle of a request is followed by one that repeats it exactly', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 100)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const [mail] = told.deps.providers
  const asker = { provider: mail!, confirmationsOnly: false }
  const { claimed: dying } = await claimNext({ ...told.deps, instance: 'dying' }, asker)
  await mail!.send(
    await messagesOf(told.deps, dying!.members),
    dying!.batch.id,
    AbortSignal.timeout(5000),
  )
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ sending: 100 })
  told.clock.advance(2 * MINUTE)
  await tick(told.deps)
  expect(told.post.sandbox.mails.total).toBe(100)
  expect(told.post.sandbox.mails.duplicates).toBe(0)
  expect(await states(told.deps)).toEqual({ accepted: 100 })
})

test('a request that may have been accepted is not repeated once its key is forgotten', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 100)
  told.post.sandbox.faults.set('resend', 'error_after', 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  told.clock.advance(25 * HOUR)
  await tick(told.deps)
  expect(told.post.sandbox.mails.duplicates).toBe(0)
  expect(await states(told.deps)).toEqual({ unknown: 100 })
})

test('who was refused with a wrong key is looked at again: left and superseded means not told', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 100)
  told.post.sandbox.faults.set('resend', 'auth_refused', null)
  const id = await openTrouble(told.deps)
  await tick(told.deps)
  await giveAllClear(told.deps, operator, id, allClear, true)
  await told.deps.db
    .update(subscribers)
    .set({ state: 'unsubscribed' })
    .where(eq(subscribers.address, 'person1@example.com'))
  told.post.sandbox.faults.clear()
  for (let beat = 0; beat < 4; beat++) {
    told.clock.advance(MINUTE)
    await tick(told.deps)
  }
  const mails = told.post.sandbox.mails.all()
  expect(mails).toHaveLength(99)
  expect(mails.every(({ text }) => text.includes('Resolved'))).toBe(true)
})

test('doubts about old texts do not hold up new ones, and end', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 5, 'sms')
  await openTrouble(told.deps)
  const [, sms] = told.deps.providers
  const lost: Provider = {
    ...sms!,
    send: () => Promise.resolve({ kind: 'uncertain', code: 'timeout', reason: 'no answer' }),
    find: () => Promise.resolve('unknown'),
  }
  await tick({ ...told.deps, providers: [lost] })
  expect(await states(told.deps)).toEqual({ sending: 5 })
  await openTrouble(told.deps, { name: 'Another' })
  const blind: Provider = { ...sms!, find: () => Promise.resolve('unknown') }
  told.clock.advance(MINUTE)
  await tick({ ...told.deps, providers: [blind] })
  expect(told.post.sandbox.texts.total).toBe(5)
  told.clock.advance(25 * HOUR)
  await tick({ ...told.deps, providers: [blind] })
  expect(await states(told.deps)).toEqual({ accepted: 5, unknown: 5 })
})

test('somebody erased while their mail was uncertain does not keep the telling open', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 100)
  told.post.sandbox.faults.set('resend', 'error_before', 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  await told.deps.db
    .update(subscribers)
    .set({ state: 'erased', address: null })
    .where(eq(subscribers.address, 'person7@example.com'))
  told.clock.advance(MINUTE)
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ accepted: 99, skipped: 1 })
})

test('a letter that cannot be written holds up no other', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 3)
  const broken = await openTrouble(told.deps, { name: 'Broken' })
  const { render } = told.deps
  told.deps.render = (path, locals) =>
    JSON.stringify(locals).includes(broken)
      ? Promise.resolve(new Response(null, { status: 500 }))
      : render(path, locals)
  await tick(told.deps)
  await openTrouble(told.deps, { name: 'Healthy' })
  await tick(told.deps)
  expect(told.post.sandbox.mails.all().map(({ subject }) => subject)).toEqual(
    Array(3).fill('[Corner Shop] Healthy'),
  )
})

test('what could not be told within a day is not told at all', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 2)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  told.clock.advance(25 * HOUR)
  await sendDue(told.deps)
  expect(told.post.sandbox.mails.total).toBe(0)
  expect(await states(told.deps)).toEqual({ expired: 2 })
})
