import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { LEASE } from '../../../../api/actions/sending/batches.ts'
import { claimNext } from '../../../../api/actions/sending/claiming.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { record } from '../../../../api/actions/sending/outcomes.ts'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { stopTelling } from '../../../../api/actions/sending/stopping.ts'
import { everything } from '../../../../api/domain/subscription.ts'
import { MINUTE, SECOND } from '../../../../api/domain/time.ts'
import { announcements, deliveries, subscribers } from '../../../../db/schema.ts'
import { crowdWorld, tellCrowd } from '../../../support/crowd.ts'
import { allClear, states } from '../../../support/deliveries.ts'
import { subscribePeople } from '../../../support/shop.ts'
import {
  openTrouble,
  operator,
  sayMore,
  type Telling,
  tellingWorld,
  tick,
} from '../../../support/telling.ts'

/** A hundred mails of which nobody knows whether they were accepted; they were not. */
async function lostMails(told: Telling): Promise<string> {
  await subscribePeople(told.deps, 100)
  told.post.sandbox.faults.set('resend', 'error_before', 1)
  const incident = await openTrouble(told.deps)
  await tick(told.deps)
  expect(await states(told.deps)).toEqual({ sending: 100 })
  return incident
}

async function later(told: Telling): Promise<void> {
  for (let minute = 0; minute < 3; minute++) {
    await tick(told.deps)
    told.clock.advance(MINUTE)
  }
}

test('old words are not repeated after newer ones', async () => {
  await using told = await tellingWorld()
  const incident = await lostMails(told)
  await giveAllClear(told.deps, operator, incident, allClear, true)
  await later(told)
  const mails = told.post.sandbox.mails.all()
  expect(mails).toHaveLength(100)
  expect(mails.every(({ text }) => text.includes('Resolved'))).toBe(true)
  expect(await states(told.deps)).toEqual({ unknown: 100, accepted: 100 })
  const [lost] = await told.deps.db.select().from(deliveries)
  expect(lost).toMatchObject({ state: 'unknown', code: 'superseded' })
})

test('they are repeated as they were while one of them hears no newer ones', async () => {
  await using told = await tellingWorld()
  const incident = await lostMails(told)
  await told.deps.db
    .update(subscribers)
    .set({ preferences: { ...everything, updates: 'start_and_end' } })
    .where(eq(subscribers.seq, 42))
  await sayMore(told.deps, incident)
  await later(told)
  expect(told.post.sandbox.mails).toMatchObject({ total: 199, duplicates: 0 })
  expect(await states(told.deps)).toEqual({ accepted: 199 })
})

test('what an operator stopped is not repeated', async () => {
  await using told = await tellingWorld()
  await lostMails(told)
  const [telling] = await told.deps.db.select().from(announcements)
  await stopTelling(told.deps, operator, telling!.id, 'It was a false alarm.')
  await later(told)
  expect(told.post.sandbox.mails.total).toBe(0)
  const [lost] = await told.deps.db.select().from(deliveries)
  expect(lost).toMatchObject({ state: 'unknown', code: 'stopped' })
})

test('whoever sleeps through a lease still knows what was accepted', async () => {
  await using on = await crowdWorld({ idempotent: false })
  await tellCrowd(on.deps, 3)
  const asker = { provider: on.provider, confirmationsOnly: false }
  const { claimed: asleep } = await claimNext(on.deps, asker)
  on.clock.advance(LEASE + SECOND)
  await sendDue(on.deps)
  expect(await states(on.deps)).toEqual({ unknown: 3 })
  const results = asleep!.members.map(() => ({ kind: 'accepted' as const, provider_id: 'p' }))
  await on.deps.db.write(record(on.deps, asleep!, { kind: 'done', results }))
  expect(await states(on.deps)).toEqual({ accepted: 3 })
  const [told] = await on.deps.db.select().from(deliveries)
  expect(told).toMatchObject({ code: null, reason: null })
  expect(on.sent).toEqual([])
})
