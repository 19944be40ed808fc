import { sql, type SQLWrapper } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { toExpand, toSweep } from '../../../api/actions/telling/announcements.ts'
import { waitingByChannel } from '../../../api/actions/console.ts'
import { digestsDue } from '../../../api/actions/telling/digests.ts'
import { heldUntil } from '../../../api/actions/telling/quiet-hours.ts'
import type { Deps } from '../../../api/deps.ts'
import { world } from '../../support/world.ts'

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
