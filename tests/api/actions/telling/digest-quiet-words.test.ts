import { asc } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import {
  cancelMaintenance,
  updateMaintenance,
} from '../../../../api/actions/maintenances/moving.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { sumUpDue } from '../../../../api/actions/telling/digests.ts'
import type { Deps } from '../../../../api/deps.ts'
import { DAY, HOUR } from '../../../../api/domain/time.ts'
import type { AnnouncementKind, UpdateWish } from '../../../../api/domain/words.ts'
import { announcements } from '../../../../db/schema.ts'
import { allClear, awaitDigests } from '../../../support/following.ts'
import { planWork } from '../../../support/maintaining.ts'
import { shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator } from '../../../support/telling.ts'
import type { World } from '../../../support/world.ts'

type Begin = (deps: Deps) => Promise<string>
type Step = (on: World, id: string) => Promise<unknown>

const opened: Begin = (deps) => openTrouble(deps)
const planned: Begin = (deps) => planWork(deps, windowIn(deps, 5))

function windowIn({ clock }: Deps, days: number) {
  const scheduledFor = clock.now() + days * DAY
  return { scheduledFor, scheduledUntil: scheduledFor + HOUR }
}

const moveBy =
  (days: number, notify: boolean): Step =>
  ({ deps }, id) =>
    rescheduleMaintenance(deps, operator, id, { ...windowIn(deps, days), notify })
const cancelBy =
  (notify: boolean): Step =>
  ({ deps }, id) =>
    cancelMaintenance(deps, operator, id, { notify })

const endedQuietly: Step = ({ deps }, id) => giveAllClear(deps, operator, id, allClear, false)
const movedQuietly = moveBy(6, false)
const movedAgain = moveBy(7, true)
const cancelledQuietly = cancelBy(false)
const cancelled = cancelBy(true)
const updated: Step = ({ deps }, id) =>
  updateMaintenance(deps, operator, id, { body: 'It is two databases.', notify: true })

const morning = Date.parse('2026-11-22T07:00:00Z')
const theDigest: Step = async ({ deps, clock }) => {
  const days = Math.ceil((clock.now() - morning) / DAY)
  clock.advance(morning + days * DAY - clock.now())
  await sumUpDue(deps)
}

/** What the digests of one reader told when all of this happened, the oldest first. */
async function read(begin: Begin, steps: Step[], updates: UpdateWish): Promise<string[][]> {
  await using on = await shopWorld()
  const { deps, clock } = on
  await subscribePeople(deps, 1, 'email', { digest_at: '08:00', updates })
  await awaitDigests(deps)
  clock.advance(1)
  const id = await begin(deps)
  for (const step of [...steps, theDigest]) {
    await expandAnnouncements(deps)
    clock.advance(1000)
    await step(on, id)
  }
  return await toldIn(deps)
}

async function toldIn(deps: Deps): Promise<string[][]> {
  const rows = await deps.db
    .select({ id: announcements.id, kind: announcements.kind, contents: announcements.contents })
    .from(announcements)
    .orderBy(asc(announcements.createdAt))
  const kinds = new Map(rows.map(({ id, kind }) => [id, kind]))
  return rows.flatMap(({ contents }) => (contents ? [contents.map((id) => kinds.get(id)!)] : []))
}

const plan = 'maintenance_scheduled'

test.each<[string, Begin, Step[], AnnouncementKind[][]]>([
  ['no beginning of what ended quietly', opened, [endedQuietly], []],
  ['no plan that was cancelled quietly', planned, [cancelledQuietly], []],
  ['no plan for a time that quietly became another', planned, [movedQuietly], []],
  ['a plan, and nothing of its quiet end', planned, [theDigest, cancelledQuietly], [[plan]]],
  [
    'only what was said after it became another',
    planned,
    [movedQuietly, movedAgain],
    [['maintenance_moved']],
  ],
  ['what was said of it next', planned, [movedQuietly, updated], [['maintenance_updated']]],
  [
    'what was said of it next, after a digest with the plan',
    planned,
    [theDigest, movedQuietly, updated],
    [[plan], ['maintenance_updated']],
  ],
  [
    'its loud end, after a digest with nothing of it',
    planned,
    [movedQuietly, theDigest, cancelled],
    [['maintenance_cancelled']],
  ],
])('a digest tells %s', async (_, begin, steps, expected) => {
  expect(await read(begin, steps, 'all')).toEqual(expected)
  expect(await read(begin, steps, 'start_and_end')).toEqual(expected)
})
