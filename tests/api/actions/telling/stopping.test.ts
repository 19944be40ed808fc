import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { supersede } from '../../../../api/actions/telling/taking-back.ts'
import { sumUpDue } from '../../../../api/actions/telling/digests.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import { stopAnnouncement } from '../../../../api/actions/telling/stopping.ts'
import type { Deps } from '../../../../api/deps.ts'
import { everything } from '../../../../api/domain/subscription.ts'
import { DAY, HOUR, SECOND } from '../../../../api/domain/time.ts'
import { announcements, deliveries, subscribers } from '../../../../db/schema.ts'
import { states } from '../../../support/deliveries.ts'
import { awaitDigests } from '../../../support/following.ts'
import { shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble, siesta } from '../../../support/telling.ts'
import { anotherProcess, statementsOf } from '../../../support/watching.ts'
import type { World } from '../../../support/world.ts'

async function told(count = 3): Promise<World> {
  const on = await shopWorld()
  await subscribePeople(on.deps, count)
  await subscribePeople(on.deps, 2, 'sms', { quiet: siesta })
  await openTrouble(on.deps)
  return on
}

/** A newer word came of which nobody here hears: the one before it is news to all of them still. */
async function supersedeForOthers({ deps, clock }: World): Promise<string> {
  const preferences = { ...everything, updates: 'start_and_end' as const, quiet: null }
  await deps.db.update(subscribers).set({ preferences })
  clock.advance(SECOND)
  const first = (await deps.db.select().from(announcements))[0]!
  await deps.db.write([supersede(deps, first.incidentId!)])
  const newer = { ...first, id: 'newer', kind: 'incident_updated' as const, supersededAt: null }
  const expandedAt = clock.now()
  await deps.db.insert(announcements).values({ ...newer, createdAt: expandedAt, expandedAt })
  return first.id
}

async function stop(deps: Deps): Promise<void> {
  const { id } = (await deps.db.select({ id: announcements.id }).from(announcements))[0]!
  await deps.db.write(stopAnnouncement(deps, id))
}

test('whoever has not been told of what was stopped is left out, and it is said why', async () => {
  await using on = await told()
  await expandAnnouncements(on.deps)
  await on.deps.db.run(sql`UPDATE ${deliveries} SET state = 'accepted' WHERE id = 1`)
  await on.deps.db.run(sql`UPDATE ${deliveries} SET state = 'sending' WHERE id = 2`)
  await stop(on.deps)
  await expandAnnouncements(on.deps)
  expect(await states(on.deps)).toEqual({ accepted: 1, sending: 1, skipped: 3 })
  const skipped = await on.deps.db
    .select({ code: deliveries.code, reason: deliveries.reason })
    .from(deliveries)
    .where(eq(deliveries.state, 'skipped'))
  const why = { code: 'stopped', reason: 'stopped by an operator' }
  expect(skipped).toEqual([why, why, why])
})

test('what was stopped before it was expanded reaches nobody', async () => {
  await using on = await told()
  await stop(on.deps)
  expect(await expandAnnouncements(on.deps)).toBe(0)
  expect(await states(on.deps)).toEqual({})
  const now = on.clock.now()
  expect(await on.deps.db.select().from(announcements)).toMatchObject([
    { expandedAt: now, stoppedAt: now, sweptAt: now },
  ])
})

test('what is stopped while it is expanded ends there, and everybody in it is left out', async () => {
  await using on = await told(2500)
  const id = await supersedeForOthers(on)
  let uses = 0
  const expanding = await anotherProcess(on, {
    before: async (statements) => {
      if (statements.some(({ sql }) => sql.includes('INSERT')) && ++uses === 2)
        await on.deps.db.write(stopAnnouncement(on.deps, id))
    },
  })
  await expandAnnouncements(expanding)
  expect(await states(on.deps)).toEqual({ pending: 1000 })
  await expandAnnouncements(expanding)
  // The newer word is the first that reaches them.
  expect(await states(on.deps)).toEqual({ skipped: 1000, pending: 2502 })
  expanding.db.close()
})

test('what is stopped while stale news is swept leaves nobody who would still get it', async () => {
  await using on = await told(1500)
  await expandAnnouncements(on.deps)
  const id = await supersedeForOthers(on)
  let uses = 0
  const sweeping = await anotherProcess(on, {
    before: async (statements) => {
      // One chunk has been looked through.
      if (statements.some(({ sql }) => sql.includes('gone')) && ++uses === 2)
        await on.deps.db.write(stopAnnouncement(on.deps, id))
    },
  })
  await expandAnnouncements(sweeping)
  expect((await states(on.deps))['skipped']).toBe(502)
  await expandAnnouncements(sweeping)
  expect(await states(on.deps)).toEqual({ skipped: 1502, pending: 1502 })
  sweeping.db.close()
})

test('what was superseded and swept before it was stopped is swept again', async () => {
  await using on = await told()
  await expandAnnouncements(on.deps)
  // As a sweep leaves it that found nobody for whom it is stale.
  const past = on.clock.now()
  await on.deps.db.update(announcements).set({ supersededAt: past, sweptAt: past })
  on.clock.advance(SECOND)
  await stop(on.deps)
  await expandAnnouncements(on.deps)
  expect(await states(on.deps)).toEqual({ skipped: 5 })
  expect(await on.deps.db.select().from(announcements)).toMatchObject([{ supersededAt: past }])
})

test('what was stopped stays stopped since then', async () => {
  await using on = await told()
  await stop(on.deps)
  const first = on.clock.now()
  on.clock.advance(HOUR)
  await stop(on.deps)
  expect(await on.deps.db.select().from(announcements)).toMatchObject([{ stoppedAt: first }])
})

test('in the morning nobody gets what was stopped in the night, swept or not', async () => {
  await using on = await told(0)
  await expandAnnouncements(on.deps)
  await stop(on.deps)
  on.clock.advance(8 * HOUR)
  expect(await releaseHeld(on.deps)).toBe(0)
  const stopped = { state: 'skipped', code: 'stopped' }
  expect(await on.deps.db.select().from(deliveries)).toMatchObject([stopped, stopped])
})

test('what was stopped is in no digest', async () => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 2, 'email', { digest_at: '20:00' })
  await awaitDigests(on.deps)
  on.clock.advance(SECOND)
  await openTrouble(on.deps)
  await stop(on.deps)
  await expandAnnouncements(on.deps)
  on.clock.advance(DAY)
  expect(await sumUpDue(on.deps)).toBe(0)
})

test('once it is swept, a second with nothing to tell is one question', async () => {
  await using on = await told()
  await stop(on.deps)
  await expandAnnouncements(on.deps)
  expect(await statementsOf(on, expandAnnouncements)).toHaveLength(2)
})
