import * as fc from 'fast-check'
import { sql } from 'drizzle-orm'
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
import { announcements, incidents, subscribers } from '../../../../db/schema.ts'
import { isSuperseded } from '../../../../api/actions/telling/superseding.ts'
import { natures } from '../../../../api/domain/announcement.ts'
import { isTold } from '../../../../api/domain/audience.ts'
import { impacts } from '../../../../api/domain/words.ts'
import { anyPreferences } from '../../../support/wishes.ts'

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

test('the database counts as a newer word what the rule of the audience tells', async () => {
  await using told = await tellingWorld()
  const { db } = told.deps
  await subscribePeople(told.deps, 40)
  const incident_id = await openTrouble(told.deps)
  const [first] = await db.select().from(announcements)
  const supersededAt = told.clock.now()
  await db.update(announcements).set({ supersededAt })
  const kind = fc.constantFrom('incident_updated', 'incident_resolved', 'postmortem_published')
  await fc.assert(
    fc.asyncProperty(
      kind,
      fc.constantFrom(...impacts),
      fc.array(anyPreferences, { minLength: 40, maxLength: 40 }),
      async (kind, impact, wishes) => {
        const newer = { ...first!, id: 'newer', kind, impact, supersededAt: null } as const
        await db.delete(announcements).where(sql`id = 'newer'`)
        await db.insert(announcements).values(newer)
        const everyone = wishes.map((wish, i) => {
          const incidents = wish.incidents.map((id) => (id === 'a' ? incident_id : id))
          return { seq: i + 1, preferences: { ...wish, incidents } }
        })
        for (const { seq, preferences } of everyone)
          await db
            .update(subscribers)
            .set({ preferences })
            .where(sql`seq = ${seq}`)
        const rows = await db.all<{ seq: number; stale: number }>(sql`
          SELECT s.seq AS seq, ${isSuperseded()} AS stale
          FROM ${announcements} a CROSS JOIN ${subscribers} s WHERE a.id = ${first!.id} ORDER BY s.seq`)
        const { event, phase } = natures[kind]
        // An incident only ever affects more components: whoever heard of it by them hears of it by them again.
        const about = { kind: event!, phase, impact, incident_id, component_ids: [], group_ids: [] }
        expect(rows.map(({ stale }) => Boolean(stale))).toEqual(
          everyone.map(({ preferences }) => isTold(preferences, about)),
        )
      },
    ),
    { numRuns: 25 },
  )
})
