import { asc, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { amendIncident } from '../../../../api/actions/incidents/drafts.ts'
import { addUpdate, giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import type { Deps } from '../../../../api/deps.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import { announcements } from '../../../../db/schema.ts'
import { shopWorld } from '../../../support/shop.ts'
import { openTrouble, operator } from '../../../support/telling.ts'

const allClear = {
  issue: 'Checkout was slow.',
  root_cause: 'A full disk.',
  fix: 'A larger disk.',
  impact: '12 minutes.',
  postmortem_url: null,
}

const told = (deps: Deps) =>
  deps.db
    .select({ kind: announcements.kind, impact: announcements.impact })
    .from(announcements)
    .orderBy(asc(announcements.createdAt), asc(announcements.priority))

describe('an all-clear', () => {
  test('is told as gravely as anything before it, so that whoever heard of the beginning hears it', async () => {
    await using on = await shopWorld()
    const id = await openTrouble(on.deps)
    await amendIncident(on.deps, operator, id, { impact: 'minor' })
    on.clock.advance(MINUTE)
    await giveAllClear(on.deps, operator, id, allClear, true)
    expect(await told(on.deps)).toEqual([
      { kind: 'incident_opened', impact: 'major' },
      { kind: 'incident_resolved', impact: 'major' },
    ])
  })

  test('that is not told still takes back what has not been sent of older words', async () => {
    await using on = await shopWorld()
    const id = await openTrouble(on.deps)
    on.clock.advance(MINUTE)
    await giveAllClear(on.deps, operator, id, allClear, false)
    expect(
      await on.deps.db.select().from(announcements).where(eq(announcements.incidentId, id)),
    ).toMatchObject([
      {
        kind: 'incident_opened',
        supersededAt: on.clock.now(),
        outdatedAt: on.clock.now(),
      },
    ])
  })

  test('but an update that is not told takes none back', async () => {
    await using on = await shopWorld()
    const id = await openTrouble(on.deps)
    on.clock.advance(MINUTE)
    const words = { status: 'identified' as const, body: 'A disk is full.', notify: false }
    await addUpdate(on.deps, operator, id, { ...words, components: [], nextUpdateAt: null })
    expect(await on.deps.db.select().from(announcements)).toMatchObject([
      { kind: 'incident_opened', supersededAt: null, outdatedAt: null },
    ])
  })
})
