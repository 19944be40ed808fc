import { sql, type SQLWrapper } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { forgetAlerts } from '../../../api/actions/alerts/forgetting.ts'
import { watch } from '../../../api/actions/alerts/watching.ts'
import { giveDueAllClears, proposedAllClears } from '../../../api/actions/incidents/all-clears.ts'
import {
  expandAnnouncements,
  toExpand,
  toSweep,
  writeTo,
} from '../../../api/actions/telling/announcements.ts'
import { waitingByChannel } from '../../../api/actions/console.ts'
import { thePage } from '../../../api/actions/page.ts'
import { runDueProbes } from '../../../api/actions/probes/probing.ts'
import { readiness } from '../../../api/actions/duties.ts'
import { forgetOld } from '../../../api/actions/sending/retention.ts'
import { sendDue } from '../../../api/actions/sending/sending.ts'
import { digestsDue } from '../../../api/actions/telling/digests.ts'
import { heldUntil, releaseHeld } from '../../../api/actions/telling/quiet-hours.ts'
import { stopAnnouncement } from '../../../api/actions/telling/stopping.ts'
import type { Deps } from '../../../api/deps.ts'
import { DAY, HOUR } from '../../../api/domain/time.ts'
import { announcements, deliveries, renderings, subscribers } from '../../../db/schema.ts'
import { addProbe, broken, checks, probedShop, urlOf } from '../../support/probed.ts'
import { openShop, subscribePeople } from '../../support/shop.ts'
import { openTrouble } from '../../support/telling.ts'
import { planOf, statementsOf } from '../../support/watching.ts'
import { world, type World } from '../../support/world.ts'

test.each<[string, (deps: Deps) => SQLWrapper, string]>([
  ['what is to be expanded', toExpand, 'announcements_to_expand'],
  ['what is to be swept', toSweep, 'announcements_to_sweep'],
  ['what waits for a provider', waitingByChannel, 'deliveries_ready'],
  ['what waits for the end of quiet hours', heldUntil, 'deliveries_held'],
  ['whose digest is due', digestsDue, 'subscribers_digest_due'],
])('%s is found by its own index, whatever was told before', async (_, query, index) => {
  await using made = await world()
  const plan = await made.deps.db.all<{ detail: string }>(
    sql`EXPLAIN QUERY PLAN ${query(made.deps).getSQL()}`,
  )
  expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining(`INDEX ${index}`)])
})

/** Indexes of what is left to do, tables of a few rows, and what a statement made itself. */
const mayBeWalked =
  /^SCAN (\(subquery|CONSTANT ROW$|(asking|gone|summing_up|i|duties|page|provider_gates)$|\S+ VIRTUAL TABLE|\w+ USING (COVERING )?INDEX (announcements_to_(sweep|expand)|batches_due|deliveries_(ready|held)|incidents_open)\b)/

/** What the work puts to the database that takes longer the more was told before. */
async function walks(on: World, work: (deps: Deps) => Promise<unknown>): Promise<string[]> {
  const found: string[] = []
  for (const statement of await statementsOf(on, work))
    for (const step of await planOf(on, statement))
      if (step.startsWith('SCAN') && !mayBeWalked.test(step))
        found.push(`${step}: ${statement.sql}`)
  return found
}

async function tellEverybody(on: World): Promise<void> {
  await openShop(on.deps)
  await subscribePeople(on.deps, 3)
  await openTrouble(on.deps)
}

test('telling, stopping and a second with nothing to do walk through no table', async () => {
  await using on = await world()
  await tellEverybody(on)
  const tellAndStop = async (deps: Deps) => {
    await expandAnnouncements(deps)
    const { id } = (await on.deps.db.select().from(announcements))[0]!
    await on.deps.db.write(stopAnnouncement(on.deps, id))
    await expandAnnouncements(deps)
    await releaseHeld(deps)
    await sendDue(deps)
    await readiness(deps, {})
  }
  expect(await walks(on, tellAndStop)).toEqual([])
})

test('forgetting walks through no table', async () => {
  await using on = await world()
  await tellEverybody(on)
  const { deps } = on
  const [person] = await deps.db.select().from(subscribers)
  await deps.db.write(writeTo(deps, person!, 'confirmation'))
  await expandAnnouncements(deps)
  await deps.db.run(sql`
    INSERT INTO ${renderings} SELECT id, 'email', 'en', 'Subject', 'Html', 'Text', 0 FROM ${announcements}`)
  on.clock.advance(100 * DAY)
  expect(await walks(on, forgetOld)).toEqual([])
  expect(await deps.db.$count(deliveries)).toBe(0)
})

test('a round of checks walks through no table, however many regions vote', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p')
  await addProbe(on.deps, 'q', { regions: ['main', 'office'] })
  await runDueProbes(on.deps)
  on.clock.advance(HOUR)
  expect(await walks(on, runDueProbes)).toEqual([])
})

test('looking for trouble of our own walks through no table', async () => {
  await using on = await world()
  await tellEverybody(on)
  await watch(on.deps, {})
  on.clock.advance(HOUR)
  expect(await walks(on, lookForTrouble)).toEqual([])
})

async function lookForTrouble(deps: Deps): Promise<void> {
  await watch(deps, {})
  await forgetAlerts(deps)
}

test('asking whether incidents of probes are over walks through no table', async () => {
  await using on = await probedShop()
  await addProbe(on.deps, 'p', { watchMs: 0 })
  await checks(on)
  expect(await walks(on, giveDueAllClears)).toEqual([])
  on.answers.set(urlOf('p'), broken)
  await checks(on, 4)
  on.answers.clear()
  await checks(on, 4)
  expect((await proposedAllClears(on.deps, await thePage(on.deps))).size).toBe(1)
  expect(await walks(on, giveDueAllClears)).toEqual([])
})
