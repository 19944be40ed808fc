import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { batches, deliveries, subscribers } from '../../../../db/schema.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { claimNext } from '../../../../api/actions/sending/claiming.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { DAY, MINUTE } from '../../../../api/domain/time.ts'
import { smtp } from '../../../../api/providers/smtp.ts'
import { allClear, gateOf, states } from '../../../support/deliveries.ts'
import { rudeServer } from '../../../support/mail-server.ts'
import { smtpWorld, toldBy, type Relayed } from '../../../support/relay.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator, tick } from '../../../support/telling.ts'

/** A server that asks to come back later, as long as `stubborn`. */
function greylisting() {
  const manner = { stubborn: true }
  const options: Parameters<typeof smtpWorld>[0] = {
    onRcptTo: (_address, _session, done) =>
      done(
        manner.stubborn
          ? Object.assign(new Error('4.7.1 come back later'), { responseCode: 451 })
          : null,
      ),
  }
  return { manner, options }
}

const why = { code: '4.7.1', reason: '451 4.7.1 come back later' }

async function theDelivery(told: Relayed) {
  const [delivery] = await told.deps.db.select().from(deliveries)
  return delivery!
}

async function wait(told: Relayed, minutes: number) {
  for (let minute = 0; minute < minutes; minute++) {
    told.clock.advance(MINUTE)
    await tick(told.deps)
  }
}

test('a mail that is deferred says why, was never sent, and is told later', async () => {
  const { manner, options } = greylisting()
  await using told = await smtpWorld(options)
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(await theDelivery(told)).toMatchObject({ state: 'sending', ...why })
  const [batch] = await told.deps.db.select().from(batches)
  expect(batch).toMatchObject({ firstSentAt: null, attempts: 1, state: 'open', ...why })
  expect(batch!.notBefore).toBeGreaterThan(told.clock.now())
  expect(await gateOf(told.deps, 'smtp')).toMatchObject({ circuit: 'closed', failures: 0 })

  manner.stubborn = false
  await wait(told, 1)
  expect(await theDelivery(told)).toMatchObject({ state: 'accepted', code: null, reason: null })
  expect(toldBy(told)).toEqual(['person0@example.com'])
})

test('it steps back ever longer, and holds up nobody else', async () => {
  const { options } = greylisting()
  const slow: typeof options = {
    onRcptTo: (address, session, done) =>
      address.address === 'person0@example.com'
        ? options!.onRcptTo!(address, session, done)
        : done(),
  }
  await using told = await smtpWorld(slow)
  await subscribePeople(told.deps, 4)
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ accepted: 3, sending: 1 })
  await wait(told, 60)
  const open = await told.deps.db.select().from(batches).where(eq(batches.state, 'open'))
  expect(open).toHaveLength(1)
  expect(open[0]!.attempts).toBeGreaterThan(8)
  expect(open[0]!.attempts).toBeLessThan(20)
})

test.each([
  ['a newer word has come', 'superseded'],
  ['they have left', 'skipped'],
] as const)('before another attempt it is looked at again: %s', async (reason, state) => {
  const { manner, options } = greylisting()
  await using told = await smtpWorld(options)
  await subscribePeople(told.deps, 1)
  const id = await openTrouble(told.deps)
  await tick(told.deps)
  if (reason === 'a newer word has come')
    await giveAllClear(told.deps, operator, id, allClear, true)
  else await told.deps.db.update(subscribers).set({ state: 'unsubscribed' })
  manner.stubborn = false
  await wait(told, 1)
  expect(await theDelivery(told)).toMatchObject({ state, ...why })
  expect(told.relay.arrived).toHaveLength(state === 'superseded' ? 1 : 0)
})

test('what expires after it was tried is dead, and keeps the last reason', async () => {
  const { options } = greylisting()
  await using told = await smtpWorld(options)
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  told.clock.advance(DAY + MINUTE)
  await tick(told.deps)
  expect(await theDelivery(told)).toMatchObject({ state: 'dead', ...why })
  expect(told.relay.arrived).toEqual([])
})

test('a mail that may have been accepted is not sent again, and says so', async () => {
  await using told = await smtpWorld()
  const rude = await rudeServer({ end: 'cut' })
  const provider = smtp({ url: rude.url, from: 'status@shop.example' })
  told.deps.providers = [provider]
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(await theDelivery(told)).toMatchObject({ state: 'unknown', code: 'unverifiable' })
  told.deps.providers = [smtp({ url: told.relay.url, from: 'status@shop.example' })]
  await wait(told, 3)
  expect(toldBy(told)).toEqual([])
  await rude.close()
})

test('a worker that died with a mail in its hands leaves it unknown, at once and for ever', async () => {
  await using told = await smtpWorld()
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const [provider] = told.deps.providers
  const asker = { provider: provider!, confirmationsOnly: false }
  await claimNext({ ...told.deps, instance: 'dying' }, asker)
  told.clock.advance(2 * MINUTE)
  await tick(told.deps)
  expect(await theDelivery(told)).toMatchObject({ state: 'unknown', code: 'unverifiable' })
  await wait(told, 3)
  expect(toldBy(told)).toEqual([])
})
