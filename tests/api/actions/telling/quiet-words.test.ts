import { expect, test } from 'vitest'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import {
  cancelMaintenance,
  completeMaintenance,
  startMaintenance,
  updateMaintenance,
} from '../../../../api/actions/maintenances/moving.ts'
import { maintainDue } from '../../../../api/actions/maintenances/running.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Preferences } from '../../../../api/domain/subscription.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { allClear, states } from '../../../support/deliveries.ts'
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

const silently = { notify: false }

type Step = (told: Telling, id: string) => Promise<unknown>

const inAnHour: Step = async ({ clock }) => clock.advance(HOUR)

const say =
  (notify: boolean): Step =>
  ({ deps }, id) =>
    sayMore(deps, id, { notify })

const sayOfWork =
  (notify: boolean): Step =>
  ({ deps }, id) =>
    updateMaintenance(deps, operator, id, { body: 'It is two databases.', notify })

const begins: Step = async ({ deps }) => expect(await maintainDue(deps)).toBe(1)
const begunByHand: Step = ({ deps }, id) => startMaintenance(deps, operator, id, silently)
const done: Step = ({ deps }, id) => completeMaintenance(deps, operator, id, silently)
const cancelled: Step = ({ deps }, id) => cancelMaintenance(deps, operator, id, silently)

const moved: Step = ({ deps, clock }, id) =>
  rescheduleMaintenance(deps, operator, id, {
    scheduledFor: clock.now() + 30 * HOUR,
    scheduledUntil: clock.now() + 31 * HOUR,
    ...silently,
  })

/** How many mails who sleeps gets of it once they are awake: where each word was expanded at once, and all in the end. */
async function inTheMorning(
  begin: (told: Telling) => Promise<string>,
  steps: Step[],
  preferences: Partial<Preferences> = {},
): Promise<number[]> {
  const ends: number[] = []
  for (const isPrompt of [true, false]) {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 1, 'email', { quiet: siesta, ...preferences })
    const id = await begin(told)
    for (const step of steps) {
      if (isPrompt) await expandAnnouncements(told.deps)
      told.clock.advance(1000)
      await step(told, id)
    }
    await expandAnnouncements(told.deps)
    told.clock.advance(9 * HOUR)
    await releaseHeld(told.deps)
    await tick(told.deps)
    ends.push(told.post.sandbox.mails.all().length)
  }
  return ends
}

test.each<[string, Step[], number]>([
  ['is news after a quiet correction', [say(false)], 1],
  ['is news after quiet words, and loud ones that they do not hear of', [say(true), say(false)], 1],
  [
    'is stale after a quiet end',
    [({ deps }, id) => giveAllClear(deps, operator, id, allClear, false)],
    0,
  ],
])('in the morning an opening that waits %s', async (_, steps, count) => {
  const ends = await inTheMorning(({ deps }) => openTrouble(deps), steps, {
    updates: 'start_and_end',
  })
  expect(ends).toEqual([count, count])
})

const untoldStart = { tells: ['scheduled' as const, 'updated' as const] }

test.each<[string, Step[], number]>([
  ['is news after a quiet word about it', [sayOfWork(false)], 1],
  ['is news once the work began as planned', [inAnHour, begins], 1],
  ['is news once it was begun by hand a little late', [inAnHour, begunByHand], 1],
  ['is stale when it was begun before its time', [begunByHand], 0],
  ['is stale when the work is over', [inAnHour, begins, done], 0],
  ['is stale when it was cancelled', [cancelled], 0],
  ['is stale when it was moved', [moved], 0],
  ['is stale when it was moved after a word they do not hear of', [sayOfWork(true), moved], 0],
  ['gives way to the word that follows when it was moved', [moved, sayOfWork(true)], 1],
])('in the morning a plan that waits %s', async (_, steps, count) => {
  const ends = await inTheMorning(
    ({ deps }) => planWork(deps, { ...untoldStart, autoComplete: false }),
    steps,
    {
      updates: 'start_and_end',
    },
  )
  expect(ends).toEqual([count, count])
})

test('a quiet word cancels nobody who waits for their turn', async () => {
  await using told = await tellingWorld()
  const { deps, clock } = told
  await subscribePeople(deps, 5)
  const id = await openTrouble(deps)
  await expandAnnouncements(deps)
  clock.advance(MINUTE)
  await say(false)(told, id)
  await tick(deps)
  expect(await states(deps)).toEqual({ accepted: 5 })
})

test('loud words take back a beginning from nobody who skips updates, however the clock goes on', async () => {
  await using told = await tellingWorld()
  const { deps, clock } = told
  await subscribePeople(deps, 3, 'email', { quiet: siesta, updates: 'start_and_end' })
  const ticking = {
    ...deps,
    clock: {
      ...clock,
      now() {
        clock.advance(1)
        return clock.now()
      },
    },
  }
  const id = await openTrouble(ticking)
  await expandAnnouncements(deps)
  await say(true)({ ...told, deps: ticking }, id)
  await expandAnnouncements(deps)
  expect(await states(deps)).toEqual({ held: 3 })
  clock.advance(9 * HOUR)
  await releaseHeld(deps)
  await tick(deps)
  expect(await states(deps)).toEqual({ accepted: 3 })
})
