import { eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import { record } from '../../../../api/actions/sending/outcomes.ts'
import { stopTelling } from '../../../../api/actions/sending/stopping.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { sumUpDue } from '../../../../api/actions/telling/digests.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Preferences } from '../../../../api/domain/subscription.ts'
import { DAY, HOUR } from '../../../../api/domain/time.ts'
import type { DeliveryState } from '../../../../api/domain/words.ts'
import { announcements, batches, deliveries, subscribers } from '../../../../db/schema.ts'
import { allClear } from '../../../support/deliveries.ts'
import { awaitDigests } from '../../../support/following.ts'
import { lastAnnouncement } from '../../../support/ledger.ts'
import { planWork } from '../../../support/maintaining.ts'
import { subscribePeople } from '../../../support/shop.ts'
import {
  openTrouble,
  operator,
  sayMore,
  siesta,
  type Telling,
  tellingWorld,
  tick,
} from '../../../support/telling.ts'
import { anotherProcess } from '../../../support/watching.ts'

const startAndEnd = { updates: 'start_and_end' } as const

type Step = (on: Telling) => Promise<unknown>

const incidentOf = async ({ deps }: Telling) => (await deps.db.query.incidents.findFirst())!.id

const opened: Step = ({ deps }) => openTrouble(deps)

const updated: Step = async (on) => sayMore(on.deps, await incidentOf(on))

const over: Step = async (on) =>
  giveAllClear(on.deps, operator, await incidentOf(on), allClear, true)

const planned: Step = ({ deps }) =>
  planWork(deps, {
    scheduledFor: deps.clock.now() + 20 * HOUR,
    scheduledUntil: deps.clock.now() + 21 * HOUR,
  })

const moved: Step = async (on) =>
  rescheduleMaintenance(on.deps, operator, await incidentOf(on), {
    scheduledFor: on.clock.now() + 30 * HOUR,
    scheduledUntil: on.clock.now() + 31 * HOUR,
    notify: true,
  })

const expanded: Step = ({ deps }) => expandAnnouncements(deps)

const stopped =
  (n: number): Step =>
  async ({ deps }) => {
    const rows = await deps.db.select().from(announcements)
    await stopTelling(deps, operator, rows[n]!.id, 'wrong words')
  }
const firstStopped = stopped(0)
const secondStopped = stopped(1)

/** What who sleeps was told once they are awake, and everybody else by then. */
async function heard(steps: Step[], preferences: Partial<Preferences>): Promise<string[]> {
  await using on = await tellingWorld()
  await subscribePeople(on.deps, 1, 'email', preferences)
  for (const step of steps) {
    on.clock.advance(1000)
    await step(on)
  }
  await expandAnnouncements(on.deps)
  on.clock.advance(9 * HOUR)
  await releaseHeld(on.deps)
  await tick(on.deps)
  await tick(on.deps)
  const subjects = on.post.sandbox.mails.all().map(({ text }) => text ?? '')
  const kinds = [
    'New incident',
    'Incident update',
    'All clear',
    'Maintenance scheduled',
    'Maintenance moved',
  ]
  return subjects.map((text) => kinds.find((kind) => text.includes(kind)) ?? text)
}

const sleeper = { quiet: siesta }
const shortSleeper = { quiet: siesta, ...startAndEnd }

test.each<[string, Partial<Preferences>, Step[], string[]]>([
  [
    'the word before it once a newer one was stopped',
    sleeper,
    [opened, expanded, updated, expanded, secondStopped],
    ['New incident'],
  ],
  ['it when neither was expanded', sleeper, [opened, updated, secondStopped], ['New incident']],
  [
    'it when only the newer one was expanded',
    sleeper,
    [opened, updated, expanded, secondStopped],
    ['New incident'],
  ],
  [
    'it at once when they are awake',
    {},
    [opened, expanded, updated, expanded, secondStopped],
    ['New incident'],
  ],
  [
    'the newest of three once the one between was stopped',
    sleeper,
    [opened, expanded, updated, expanded, updated, secondStopped],
    ['Incident update'],
  ],
  [
    'the one before two that were stopped',
    sleeper,
    [opened, expanded, updated, expanded, updated, stopped(2), expanded, secondStopped],
    ['New incident'],
  ],
  [
    'the correction in place of the beginning that was stopped after it',
    shortSleeper,
    [opened, expanded, updated, expanded, firstStopped],
    ['Incident update'],
  ],
  [
    'nothing when all was stopped',
    sleeper,
    [opened, expanded, updated, expanded, secondStopped, firstStopped],
    [],
  ],
  [
    'nothing when it is over',
    sleeper,
    [opened, expanded, updated, expanded, over, stopped(2), secondStopped],
    [],
  ],
  [
    'nothing of a plan that is another one since',
    sleeper,
    [planned, expanded, moved, expanded, secondStopped],
    [],
  ],
])('whoever waits hears %s', async (_, preferences, steps, expected) => {
  expect(await heard(steps, preferences)).toEqual(expected)
})

/** Two were spared the opening for an update, of which one was in this state when it was stopped. */
async function sparedFor(state: DeliveryState, firstSentAt: number | null = 1) {
  const on = await tellingWorld()
  await subscribePeople(on.deps, 2)
  await opened(on)
  await expandAnnouncements(on.deps)
  on.clock.advance(1000)
  await updated(on)
  await expandAnnouncements(on.deps)
  const { id } = await lastAnnouncement(on.deps)
  const batch = {
    id: 'b',
    provider: 'resend',
    channel: 'email',
    priority: 2,
    state: 'open',
    firstSentAt,
    notBefore: 0,
    createdAt: 1,
    updatedAt: 1,
  } as const
  await on.deps.db.insert(batches).values(batch)
  await on.deps.db
    .update(deliveries)
    .set({ state, batchId: 'b' })
    .where(sql`announcement_id = ${id} AND subscriber_seq = 1`)
  await stopTelling(on.deps, operator, id, 'wrong words')
  await expandAnnouncements(on.deps)
  return on
}

const opening = async ({ deps }: Telling) =>
  (await deps.db.select().from(deliveries).orderBy(deliveries.id)).slice(0, 2)

describe('a stopped update', () => {
  test.each<[DeliveryState, boolean]>([
    ['sending', true],
    ['accepted', true],
    ['unknown', true],
    ['delivered', true],
    ['dead', false],
    ['failed', false],
  ])('that is %s takes the place of the word before it: %s', async (state, isHeard) => {
    await using on = await sparedFor(state)
    expect((await opening(on)).map((row) => row.state)).toEqual([
      isHeard ? 'superseded' : 'pending',
      'pending',
    ])
  })

  test('that waits for another attempt, as its request was refused, takes no place', async () => {
    await using on = await sparedFor('sending', null)
    expect(await opening(on)).toMatchObject([{ state: 'pending' }, { state: 'pending' }])
  })

  test('whose request was in vain after all takes no place', async () => {
    await using on = await sparedFor('sending')
    const { db } = on.deps
    await db.update(batches).set({ claim: 'c' })
    const batch = (await db.query.batches.findFirst())!
    const why = { code: 'timeout', reason: 'no answer' }
    const vain = { kind: 'released', why } as const
    await db.write(record(on.deps, { batch, members: [], first: true }, vain))
    await expandAnnouncements(on.deps)
    expect(await opening(on)).toMatchObject([{ state: 'pending' }, { state: 'pending' }])
  })

  test('leaves the word before it to be told under a key of its own', async () => {
    await using on = await sparedFor('pending')
    expect(await opening(on)).toMatchObject([{ replays: 1 }, { replays: 1 }])
  })
})

test('what was too late already is not brought back', async () => {
  await using on = await tellingWorld()
  await subscribePeople(on.deps, 1)
  await opened(on)
  await expandAnnouncements(on.deps)
  on.clock.advance(DAY)
  await updated(on)
  await expandAnnouncements(on.deps)
  await secondStopped(on)
  await expandAnnouncements(on.deps)
  expect(await on.deps.db.select().from(deliveries)).toMatchObject([
    { state: 'superseded' },
    { state: 'skipped' },
  ])
})

test('whoever read the opening in a digest that they gave up since is not told it again', async () => {
  await using on = await tellingWorld()
  await subscribePeople(on.deps, 1, 'email', { digest_at: '14:00' })
  await subscribePeople(on.deps, 1, 'sms', { quiet: siesta })
  await awaitDigests(on.deps)
  on.clock.advance(1000)
  await opened(on)
  await expandAnnouncements(on.deps)
  on.clock.advance(HOUR)
  expect(await sumUpDue(on.deps)).toBe(1)
  const preferences = sql`json_set(preferences, '$.digest_at', NULL)`
  await on.deps.db.update(subscribers).set({ preferences }).where(eq(subscribers.channel, 'email'))
  await updated(on)
  await stopped(2)(on)
  await expandAnnouncements(on.deps)
  await tick(on.deps)
  expect(on.post.sandbox.mails.all()).toHaveLength(1)
})

test('who was read by the rule before a stop is asked anew after it', async () => {
  await using on = await tellingWorld()
  await subscribePeople(on.deps, 1500, 'email', startAndEnd)
  await opened(on)
  await expandAnnouncements(on.deps)
  on.clock.advance(1000)
  await updated(on)
  let uses = 0
  const expanding = await anotherProcess(on, {
    before: async (statements) => {
      if (statements.some(({ sql }) => sql.includes('INSERT')) && ++uses === 2)
        await firstStopped(on)
    },
  })
  await expandAnnouncements(expanding)
  expect(uses).toBe(2)
  await expandAnnouncements(on.deps)
  const { id } = await lastAnnouncement(on.deps)
  expect(await on.deps.db.$count(deliveries, eq(deliveries.announcementId, id))).toBe(1500)
  expanding.db.close()
})
