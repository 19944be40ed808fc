import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { changePreferences, type Change } from '../../../../api/actions/subscribers/subscription.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { sumUpDue } from '../../../../api/actions/telling/digests.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { Preferences } from '../../../../api/domain/subscription.ts'
import { HOUR } from '../../../../api/domain/time.ts'
import type { DeliveryState } from '../../../../api/domain/words.ts'
import { announcements, deliveries, incidents } from '../../../../db/schema.ts'
import { awaitDigests } from '../../../support/following.ts'
import { shopWorld, subscribePeople } from '../../../support/shop.ts'
import { theSubscriber, tokensOf } from '../../../support/subscribing.ts'
import { openTrouble, sayMore, siesta } from '../../../support/telling.ts'

/** Somebody asleep to whom an opening and an update were told; when the update came the opening was in this state. */
async function asleep(preferences: Partial<Preferences>, opening: DeliveryState = 'held') {
  const on = await shopWorld()
  await subscribePeople(on.deps, 1, 'email', { quiet: siesta, ...preferences })
  on.clock.advance(1000)
  const id = await openTrouble(on.deps)
  await expandAnnouncements(on.deps)
  await on.deps.db.update(deliveries).set({ state: opening })
  on.clock.advance(1000)
  await sayMore(on.deps, id)
  return on
}

async function choose(deps: Deps, change: Change): Promise<void> {
  const { manage } = await tokensOf(deps, await theSubscriber(deps))
  await changePreferences(deps, manage, change, null)
}

/** What became of everything that was to be told, the oldest first. */
async function fates(deps: Deps) {
  const rows = await deps.db
    .select({ kind: announcements.kind, state: deliveries.state })
    .from(deliveries)
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .orderBy(deliveries.id)
  return rows.map(({ kind, state }) => `${kind} ${state}`)
}

const gone = 'incident_opened superseded'

test.each<[string, Change, string[]]>([
  ['it comes in the morning', {}, [gone, 'incident_updated pending']],
  [
    'it comes at once where they sleep no more',
    { quiet: null },
    [gone, 'incident_updated pending'],
  ],
  [
    'it stands in the digest',
    { digest_at: '21:00' },
    [gone, 'incident_updated skipped', 'digest pending'],
  ],
])(
  'an update that took the place of the opening is the beginning to who wants no updates any more: %s',
  async (_, change, expected) => {
    await using on = await asleep({})
    await expandAnnouncements(on.deps)
    expect(await fates(on.deps)).toEqual([gone, 'incident_updated held'])
    await choose(on.deps, { updates: 'start_and_end', ...change })
    on.clock.advance(9 * HOUR)
    await releaseHeld(on.deps)
    await sumUpDue(on.deps)
    expect(await fates(on.deps)).toEqual(expected)
  },
)

test.each<[string, DeliveryState, string]>([
  ['dropped where the opening was told', 'delivered', 'skipped'],
  ['dropped where the opening is told just now', 'sending', 'skipped'],
  ['dropped where the opening may have been told', 'unknown', 'skipped'],
  ['kept where the opening was given up', 'dead', 'held'],
])('an update that waits for who wants no updates any more is %s', async (_, opening, state) => {
  await using on = await asleep({}, opening)
  await expandAnnouncements(on.deps)
  await choose(on.deps, { updates: 'start_and_end' })
  expect(await fates(on.deps)).toEqual([`incident_opened ${opening}`, `incident_updated ${state}`])
})

test('an update that waits is dropped where the opening waits still, and that is told', async () => {
  await using on = await asleep({})
  // Before the opening was swept.
  await on.deps.db
    .update(announcements)
    .set({ sweptAt: 0 })
    .where(eq(announcements.kind, 'incident_opened'))
  await expandAnnouncements(on.deps)
  await choose(on.deps, { updates: 'start_and_end' })
  on.clock.advance(9 * HOUR)
  await releaseHeld(on.deps)
  expect(await fates(on.deps)).toEqual(['incident_opened pending', 'incident_updated skipped'])
})

test('an update that waits is dropped where a digest told the opening', async () => {
  await using on = await asleep({ digest_at: '20:30' })
  await on.deps.db
    .update(announcements)
    .set({ stoppedAt: 0 })
    .where(eq(announcements.kind, 'incident_updated'))
  await awaitDigests(on.deps)
  await choose(on.deps, { digest_at: null })
  await sumUpDue(on.deps)
  const [incident] = await on.deps.db.select().from(incidents)
  await sayMore(on.deps, incident!.id)
  await expandAnnouncements(on.deps)
  await choose(on.deps, { updates: 'start_and_end' })
  expect(await fates(on.deps)).toEqual(['digest pending', 'incident_updated skipped'])
})

test.each<[string, Change, string[]]>([
  ['in the morning', {}, ['incident_opened superseded', 'incident_updated pending']],
  ['at once', { quiet: null }, ['incident_opened pending', 'incident_updated pending']],
  ['in a digest', { digest_at: '21:00' }, ['incident_opened skipped', 'digest pending']],
])(
  'who wants updates from now on is told the one since what waits %s',
  async (_, change, expected) => {
    await using on = await asleep({ updates: 'start_and_end' })
    await expandAnnouncements(on.deps)
    expect(await fates(on.deps)).toEqual(['incident_opened held'])
    await choose(on.deps, { updates: 'all', ...change })
    on.clock.advance(9 * HOUR)
    await releaseHeld(on.deps)
    await sumUpDue(on.deps)
    expect(await fates(on.deps)).toEqual(expected)
  },
)

test('who wants updates from now on is not told those of before where nothing waits', async () => {
  await using on = await asleep({ updates: 'start_and_end' }, 'delivered')
  await expandAnnouncements(on.deps)
  await choose(on.deps, { updates: 'all' })
  expect(await fates(on.deps)).toEqual(['incident_opened delivered'])
})
