import { expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { addUpdate, giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Preferences } from '../../../../api/domain/subscription.ts'
import { HOUR } from '../../../../api/domain/time.ts'
import { allClear, states } from '../../../support/deliveries.ts'
import { subscribePeople } from '../../../support/shop.ts'
import {
  openTrouble,
  operator,
  tellingWorld,
  tick,
  type Telling,
} from '../../../support/telling.ts'
import { incidents } from '../../../../db/schema.ts'

/** It is one o'clock in the shop. */
const quiet = { from: '12:00', until: '20:00' }

async function sleeper(preferences: Partial<Preferences>): Promise<Telling> {
  const told = await tellingWorld()
  await subscribePeople(told.deps, 1, 'email', { quiet, ...preferences })
  return told
}

type Step = (told: Telling, id: string) => Promise<void>

const update: Step = ({ deps }, id) =>
  addUpdate(deps, operator, id, {
    status: 'identified',
    body: 'It is the disk.',
    components: [],
    notify: true,
    nextUpdateAt: null,
  })

const milder: Step = async (told, id) => {
  await told.deps.db.update(incidents).set({ impactOverride: 'minor' })
  await update(told, id)
}

const over: Step = ({ deps }, id) => giveAllClear(deps, operator, id, allClear, true)
const overQuietly: Step = ({ deps }, id) => giveAllClear(deps, operator, id, allClear, false)

const startAndEnd = { updates: 'start_and_end' } as const

test.each<[string, Partial<Preferences>, Step[], string[]]>([
  ['who hears of everything gets the newest word only', {}, [update], ['superseded', 'accepted']],
  ['who skips updates still learns of the beginning', startAndEnd, [update], ['accepted']],
  [
    'who hears of grave things still learns of one that was called milder since',
    { min_impact: 'major' },
    [milder],
    ['accepted'],
  ],
  ['who skips updates gets the end only', startAndEnd, [update, over], ['superseded', 'accepted']],
  ['and nothing when it ended quietly', startAndEnd, [update, overQuietly], ['superseded']],
])('in the morning %s', async (_, preferences, steps, expected) => {
  for (const prompt of [true, false]) {
    await using told = await sleeper(preferences)
    const id = await openTrouble(told.deps)
    for (const step of steps) {
      // Not only when what came before was expanded in time.
      if (prompt) await expandAnnouncements(told.deps)
      told.clock.advance(1000)
      await step(told, id)
    }
    await expandAnnouncements(told.deps)
    told.clock.advance(9 * HOUR)
    await releaseHeld(told.deps)
    await tick(told.deps)
    const ends = Object.keys(await states(told.deps))
    expect(ends).toEqual(prompt ? expected : expected.filter((state) => state !== 'superseded'))
  }
})
