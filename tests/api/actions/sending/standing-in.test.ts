import { expect, test } from 'vitest'
import { batches } from '../../../../db/schema.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { claimNext } from '../../../../api/actions/sending/claiming.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../api/domain/time.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import { gateOf, providersOf, states } from '../../../support/deliveries.ts'
import { relayedWorld, toldBy } from '../../../support/relay.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, tick } from '../../../support/telling.ts'

const people = (count: number) =>
  Array.from({ length: count }, (_, i) => `person${i}@example.com`).toSorted()

test('while the first provider works the second one is not used', async () => {
  await using told = await relayedWorld()
  await subscribePeople(told.deps, 250)
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(told.relay.arrived).toEqual([])
  expect(toldBy(told)).toEqual(people(250))
})

test('a key that is revoked in the middle sends the rest by the second: nobody twice, nobody missed', async () => {
  await using told = await relayedWorld()
  await subscribePeople(told.deps, 300)
  const [first, ...others] = told.deps.providers
  let requests = 0
  const answered = Promise.withResolvers<void>()
  const revoked: Provider = {
    ...first!,
    async send(...request: Parameters<Provider['send']>) {
      if (++requests > 2) {
        await answered.promise
        told.post.sandbox.faults.set('resend', 'auth_refused', null)
        return first!.send(...request)
      }
      const outcome = await first!.send(...request)
      if (told.post.sandbox.mails.total === 200) answered.resolve()
      return outcome
    },
  }
  told.deps.providers = [revoked, ...others]
  await openTrouble(told.deps)
  for (let beat = 0; beat < 3; beat++) await tick(told.deps)
  expect(toldBy(told)).toEqual(people(300))
  expect(told.post.sandbox.mails.total).toBe(200)
  expect(told.relay.arrived).toHaveLength(100)
  expect(await states(told.deps)).toEqual({ accepted: 300 })
  expect(await gateOf(told.deps, 'resend')).toMatchObject({ circuit: 'open' })
})

test('the first takes over again when it answers', async () => {
  await using told = await relayedWorld()
  await subscribePeople(told.deps, 20)
  told.post.sandbox.faults.set('resend', 'auth_refused', null)
  await openTrouble(told.deps)
  for (let beat = 0; beat < 2; beat++) await tick(told.deps)
  expect(told.relay.arrived).toHaveLength(20)

  told.post.sandbox.faults.clear()
  told.clock.advance(MINUTE)
  await openTrouble(told.deps, { name: 'Another' })
  await tick(told.deps)
  expect(await gateOf(told.deps, 'resend')).toMatchObject({ circuit: 'closed', reason: null })
  await openTrouble(told.deps, { name: 'A third' })
  await tick(told.deps)
  const third = told.post.sandbox.mails.all().filter(({ subject }) => subject.includes('A third'))
  expect(third).toHaveLength(20)
  expect(toldBy(told)).toEqual(people(20).flatMap((one) => [one, one, one]))
})

test('trials by the first go on and cost nobody their mail', async () => {
  await using told = await relayedWorld()
  await subscribePeople(told.deps, 10)
  told.post.sandbox.faults.set('resend', 'auth_refused', null)
  for (let minute = 0; minute < 5; minute++) {
    await openTrouble(told.deps, { name: `Trouble ${minute}` })
    await tick(told.deps)
    await tick(told.deps)
    told.clock.advance(MINUTE)
  }
  expect(told.post.sandbox.mails.total).toBe(0)
  expect(told.relay.arrived).toHaveLength(50)
  expect(await states(told.deps)).toEqual({ accepted: 50 })
})

test('what may have been accepted by the first stays with it', async () => {
  await using told = await relayedWorld()
  await subscribePeople(told.deps, 100)
  told.post.sandbox.faults.set('resend', 'error_after', 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  told.post.sandbox.faults.set('resend', 'auth_refused', null)
  for (let minute = 0; minute < 3; minute++) {
    told.clock.advance(MINUTE)
    await tick(told.deps)
  }
  expect(await gateOf(told.deps, 'resend')).toMatchObject({ circuit: 'open' })
  expect(told.relay.arrived).toEqual([])
  expect(await states(told.deps)).toEqual({ sending: 100 })

  told.post.sandbox.faults.clear()
  told.clock.advance(MINUTE)
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ accepted: 100 })
  expect(toldBy(told)).toEqual(people(100))
})

test('while both are in trouble everybody waits, and is told by whoever is well first', async () => {
  let refuses = true
  await using told = await relayedWorld({
    onMailFrom: (_address, _session, done) =>
      done(refuses ? Object.assign(new Error('5.7.1 not you'), { responseCode: 550 }) : null),
  })
  await subscribePeople(told.deps, 5)
  told.post.sandbox.faults.set('resend', 'auth_refused', null)
  await openTrouble(told.deps)
  for (let minute = 0; minute < 4; minute++) {
    await tick(told.deps)
    told.clock.advance(MINUTE)
  }
  expect(await states(told.deps)).toEqual({ pending: 5 })
  expect(await gateOf(told.deps, 'smtp')).toMatchObject({
    code: '5.7.1',
    reason: '550 5.7.1 not you',
  })
  refuses = false
  for (let beat = 0; beat < 3; beat++) {
    await tick(told.deps)
    told.clock.advance(SECOND)
  }
  expect(toldBy(told)).toEqual(people(5))
})

test('two workers, one of them after the other’s trouble, tell nobody twice', async () => {
  await using told = await relayedWorld()
  await subscribePeople(told.deps, 300)
  told.post.sandbox.faults.set('resend', 'auth_refused', 2)
  await openTrouble(told.deps)
  for (let beat = 0; beat < 4; beat++) {
    await Promise.all([tick(told.deps), tick({ ...told.deps, instance: 'other' })])
    told.clock.advance(MINUTE)
  }
  expect(toldBy(told)).toEqual(people(300))
  expect(await states(told.deps)).toEqual({ accepted: 300 })
})

test('what a provider began that is gone now is told by another, unless it may have been told', async () => {
  await using told = await relayedWorld()
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const [gone, sms, relay] = told.deps.providers
  const asker = { provider: gone!, confirmationsOnly: false }
  await claimNext({ ...told.deps, instance: 'gone' }, asker)
  await told.deps.db.update(batches).set({ leasedUntil: null })

  told.deps.providers = [sms!, relay!]
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ sending: 1 })
  told.clock.advance(DAY + HOUR)
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ unknown: 1 })
  expect(toldBy(told)).toEqual([])

  await openTrouble(told.deps, { name: 'Another' })
  await expandAnnouncements(told.deps)
  await claimNext({ ...told.deps, instance: 'gone' }, asker)
  await told.deps.db.update(batches).set({ leasedUntil: null, firstSentAt: null })
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ unknown: 1, accepted: 1 })
  expect(toldBy(told)).toEqual(people(1))
  expect(await providersOf(told.deps)).toEqual({ resend: 1, smtp: 1 })
})
