import * as fc from 'fast-check'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  canExpand,
  eventOf,
  expandAnnouncements,
} from '../../../../api/actions/telling/announcements.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Preferences } from '../../../../api/domain/subscription.ts'
import { HOUR } from '../../../../api/domain/time.ts'
import { allClear, states } from '../../../support/deliveries.ts'
import { shop, subscribePeople } from '../../../support/shop.ts'
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
import { announcements, components, incidents, subscribers } from '../../../../db/schema.ts'
import { isSuperseded } from '../../../../api/actions/telling/superseding.ts'
import { isTold } from '../../../../api/domain/audience.ts'
import { impacts } from '../../../../api/domain/words.ts'
import { anyPreferences } from '../../../support/wishes.ts'

async function sleeper(preferences: Partial<Preferences>): Promise<Telling> {
  const told = await tellingWorld()
  await subscribePeople(told.deps, 1, 'email', { quiet: siesta, ...preferences })
  return told
}

type Step = (told: Telling, id: string) => Promise<void>

const update: Step = ({ deps }, id) => sayMore(deps, id)

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

test.each<[string, Step, Record<string, number>]>([
  ['said aloud', over, { superseded: 1, held: 1 }],
  ['said by nobody', overQuietly, { superseded: 1 }],
])('what waits for the morning is taken back at once after the end, %s', async (_, end, left) => {
  await using told = await sleeper(startAndEnd)
  const id = await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  told.clock.advance(1000)
  await update(told, id)
  await expandAnnouncements(told.deps)
  expect(await states(told.deps)).toEqual({ held: 1 })
  told.clock.advance(1000)
  await end(told, id)
  await expandAnnouncements(told.deps)
  expect(await states(told.deps)).toEqual(left)
  expect(await canExpand(told.deps)).toBe(false)
})

test.each<[string, Step]>([
  ['aloud', over],
  ['quietly', overQuietly],
])('what ends %s while stale words are swept leaves nobody waiting', async (_, end) => {
  await using told = await sleeper(startAndEnd)
  const id = await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  told.clock.advance(1000)
  await update(told, id)
  let uses = 0
  const sweeping = await anotherProcess(told, {
    before: async (statements) => {
      // Everybody has been looked at.
      if (statements.some(({ sql }) => sql.includes('SET swept_at')) && ++uses === 1)
        await end(told, id)
    },
  })
  await expandAnnouncements(sweeping)
  expect(await states(told.deps)).toEqual({ held: 1 })
  await expandAnnouncements(sweeping)
  expect((await states(told.deps))['superseded']).toBe(1)
  sweeping.db.close()
})

const named = (ids: string[], names: Record<string, string>) => ids.map((id) => names[id] ?? id)

test('the database counts as a newer word what the rule of the audience tells', async () => {
  await using told = await tellingWorld()
  const { db } = told.deps
  await subscribePeople(told.deps, 40)
  const incident_id = await openTrouble(told.deps)
  const [first] = await db.select().from(announcements)
  const supersededAt = told.clock.now()
  await db.update(announcements).set({ supersededAt })
  const move = (groupId: string | null) =>
    db.update(components).set({ groupId }).where(eq(components.id, shop.checkout))
  const kind = fc.constantFrom('incident_updated', 'incident_resolved', 'postmortem_published')
  await fc.assert(
    fc.asyncProperty(
      kind,
      fc.constantFrom(...impacts),
      fc.subarray([shop.checkout, shop.search]),
      fc.boolean(),
      fc.array(anyPreferences, { minLength: 40, maxLength: 40 }),
      async (kind, impact, componentIds, isRegrouped, wishes) => {
        const newer = { ...first!, id: 'newer', kind, impact, componentIds, supersededAt: null }
        await db.delete(announcements).where(sql`id = 'newer'`)
        await db.insert(announcements).values(newer)
        const everyone = wishes.map((wish, i) => ({
          seq: i + 1,
          preferences: {
            ...wish,
            components: named(wish.components, { a: shop.checkout, b: shop.search }),
            groups: named(wish.groups, { a: shop.group }),
            incidents: named(wish.incidents, { a: incident_id }),
          },
        }))
        for (const { seq, preferences } of everyone)
          await db
            .update(subscribers)
            .set({ preferences })
            .where(sql`seq = ${seq}`)
        const opened = (await eventOf(told.deps, first!))!
        if (isRegrouped) await move(null)
        const rows = await db.all<{ seq: number; stale: number }>(sql`
          SELECT s.seq AS seq, ${isSuperseded()} AS stale
          FROM ${announcements} a CROSS JOIN ${subscribers} s WHERE a.id = ${first!.id} ORDER BY s.seq`)
        // What reached them is a beginning to them, though its component has left their group.
        const about = { ...(await eventOf(told.deps, newer))!, before: [opened] }
        await move(shop.group)
        // The others get no row of it, and to some of them the newer word is the beginning.
        const isTheirs = (_: unknown, i: number) => isTold(everyone[i]!.preferences, opened)
        expect(rows.filter(isTheirs).map(({ stale }) => Boolean(stale))).toEqual(
          everyone.filter(isTheirs).map(({ preferences }) => isTold(preferences, about)),
        )
      },
    ),
    { numRuns: 50 },
  )
})
