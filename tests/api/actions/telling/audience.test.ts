import { eq, sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import {
  audienceOfDraft,
  type Audience,
  type Draft,
} from '../../../../api/actions/telling/audience.ts'
import { amendIncident } from '../../../../api/actions/incidents/drafts.ts'
import { giveAllClear, openIncident } from '../../../../api/actions/incidents/incidents.ts'
import type { Deps } from '../../../../api/deps.ts'
import { isTold, whenTold, type Event, type Reach } from '../../../../api/domain/audience.ts'
import type { Preferences } from '../../../../api/domain/subscription.ts'
import { HOUR } from '../../../../api/domain/time.ts'
import { minimumImpacts, type Channel } from '../../../../api/domain/words.ts'
import { announcements, deliveries, subscribers, suppressions } from '../../../../db/schema.ts'
import { allClear } from '../../../support/following.ts'
import { shop, shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator, sayMore, trouble } from '../../../support/telling.ts'
import { anyPreferences, anyZone } from '../../../support/wishes.ts'

const draft: Draft = {
  kind: 'incident_opened',
  components: [{ id: shop.checkout, status: 'partial_outage' }],
  severity: null,
  impact: null,
  incidentId: null,
}

const one = { at_once: 1, held: 0, digest: 0 }

test('who would be told is counted by channel', async () => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 2, 'email')
  await subscribePeople(on.deps, 1, 'sms', { quiet: { from: '12:00', until: '14:00' } })
  await subscribePeople(on.deps, 1, 'webhook', { components: [shop.search] })
  await subscribePeople(on.deps, 1, 'slack', { digest_at: '08:00' })
  expect(await audienceOfDraft(on.deps, draft)).toEqual({
    email: { at_once: 2, held: 0, digest: 0 },
    sms: { at_once: 0, held: 1, digest: 0 },
    slack: { at_once: 0, held: 0, digest: 1 },
  })
})

test('who is suppressed, or no subscriber, is not counted', async () => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 3)
  const [first, second] = await on.deps.db.select().from(subscribers)
  const { channel, addressHash } = first!
  await on.deps.db.write([
    on.deps.db
      .insert(suppressions)
      .values({ channel, addressHash, reason: 'bounce', createdAt: on.clock.now() }),
    on.deps.db
      .update(subscribers)
      .set({ state: 'unsubscribed' })
      .where(eq(subscribers.seq, second!.seq)),
  ])
  expect(await audienceOfDraft(on.deps, draft)).toEqual({ email: one })
})

test.each<[string, Partial<Draft>, Audience]>([
  ['of the components', {}, { email: one }],
  ['of the severity', { severity: 'SEV-1' }, { email: one, sms: one }],
  ['that was chosen', { impact: 'minor' }, {}],
])('the impact is that %s', async (_, change, audience) => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 1, 'email', { min_impact: 'major' })
  await subscribePeople(on.deps, 1, 'sms', { min_impact: 'critical' })
  expect(await audienceOfDraft(on.deps, { ...draft, ...change })).toEqual(audience)
})

test('an all-clear reaches whoever heard of the beginning', async () => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 1, 'email', { min_impact: 'major', updates: 'start_and_end' })
  const incidentId = await openTrouble(on.deps)
  await amendIncident(on.deps, operator, incidentId, { impact: 'minor' })
  const about = { ...draft, components: [], incidentId }
  expect(await audienceOfDraft(on.deps, { ...about, kind: 'incident_updated' })).toEqual({})
  expect(await audienceOfDraft(on.deps, { ...about, kind: 'incident_resolved' })).toEqual({
    email: one,
  })
})

test.each<[string, Partial<Draft>, string]>([
  ['severity', { severity: 'SEV-9' }, 'severity: must be one of SEV-1'],
  ['component', { components: [{ key: 'no', status: 'operational' }] }, 'an unknown component'],
  ['incident', { incidentId: 'nothing00000' }, 'there is no incident nothing00000'],
  ['audience of more than one', { kind: 'confirmation' }, 'told to one person alone'],
])('there is no such %s', async (_, change, message) => {
  await using on = await shopWorld()
  await expect(audienceOfDraft(on.deps, { ...draft, ...change })).rejects.toThrow(message)
})

type Person = { channel: Channel; timeZone: string; preferences: Preferences }

const anyPerson: fc.Arbitrary<Person> = fc.record({
  channel: fc.constantFrom<Channel>('email', 'sms', 'webhook'),
  timeZone: anyZone,
  preferences: anyPreferences,
})

const named = (names: Record<string, string>) => (id: string) => names[id] ?? `other${id}`

/** The letters of `anyPreferences` as they are called in this shop. */
function inShop({ preferences: chosen, ...person }: Person, incidentId: string): Person {
  return {
    ...person,
    preferences: {
      ...chosen,
      components: chosen.components.map(named({ a: shop.checkout, b: shop.search })),
      groups: chosen.groups.map(named({ a: shop.group })),
      incidents: chosen.incidents.map(named({ a: incidentId })),
    },
  }
}

async function replacePeople(deps: Deps, people: Person[]): Promise<void> {
  const now = deps.clock.now()
  await deps.db.write([deps.db.delete(deliveries), deps.db.delete(subscribers)])
  await deps.db.insert(subscribers).values(
    people.map((person, i) => ({
      ...person,
      id: `person${i}`,
      address: `${i}`,
      addressHash: `hash${i}`,
      state: 'active' as const,
      challengedAt: now,
      consent: { at: now, source: 'test', text_version: '1', ip_hash: null },
      createdAt: now,
      confirmedAt: now,
      updatedAt: now,
    })),
  )
}

/** What the rule says of each of them, one after the other. */
function byRule(people: Person[], event: Event, now: number): Audience {
  const audience: Audience = {}
  for (const { channel, timeZone, preferences } of people) {
    if (!isTold(preferences, event)) continue
    const counts = (audience[channel] ??= { at_once: 0, held: 0, digest: 0 })
    counts[whenTold(preferences, timeZone, event, now).kind]++
  }
  return audience
}

/** What the newest announcement became, as far as rows are made for it. */
async function expanded(deps: Deps): Promise<Record<string, number>> {
  await expandAnnouncements(deps)
  const rows = await deps.db
    .select({ channel: deliveries.channel, state: deliveries.state, count: sql<number>`count(*)` })
    .from(deliveries)
    .where(
      sql`announcement_id = (SELECT id FROM ${announcements} ORDER BY created_at DESC, rowid DESC LIMIT 1)`,
    )
    .groupBy(deliveries.channel, deliveries.state)
  return Object.fromEntries(rows.map(({ channel, state, count }) => [`${channel} ${state}`, count]))
}

function rowsOf(audience: Audience): Record<string, number> {
  const rows = Object.entries(audience).flatMap(([channel, { at_once, held }]) => [
    [`${channel} pending`, at_once] as const,
    [`${channel} held`, held] as const,
  ])
  return Object.fromEntries(rows.filter(([, count]) => count > 0))
}

const anyStory = fc.record({
  people: fc.array(anyPerson, { minLength: 1, maxLength: 25 }),
  impact: fc.option(fc.constantFrom(...minimumImpacts)),
  hour: fc.integer({ min: 0, max: 23 }),
  isOpenedQuietly: fc.boolean(),
})

test('the preview, what is sent and the rule agree, from beginning to end', async () => {
  await using on = await shopWorld()
  const { deps, clock } = on
  await fc.assert(
    fc.asyncProperty(anyStory, async ({ people: drawn, impact, hour, isOpenedQuietly }) => {
      clock.advance(hour * HOUR)
      const { components } = draft
      const given = impact === 'none' ? null : impact
      const before: Reach[] = []
      const agree = async (
        about: Draft,
        facts: Pick<Event, 'phase' | 'incident_id'> & Pick<Reach, 'impact' | 'component_ids'>,
        people: Person[],
        publish: () => unknown,
      ) => {
        const reach = { ...facts, group_ids: [shop.group] }
        const event: Event = { kind: 'incident', ...reach, before: [...before] }
        const preview = await audienceOfDraft(deps, about)
        expect(preview).toEqual(byRule(people, event, clock.now()))
        await publish()
        expect(await expanded(deps)).toEqual(rowsOf(preview))
        before.push(reach)
        clock.advance(1)
      }

      let incidentId = 'unborn000000'
      const open = async () => {
        const input = { ...trouble, components, impact: given, notify: !isOpenedQuietly }
        incidentId = await openIncident(deps, operator, input)
      }
      const start = { impact: given ?? ('major' as const), component_ids: [shop.checkout] }
      const strangers = drawn.map((person) => inShop(person, incidentId))
      await replacePeople(deps, strangers)
      if (isOpenedQuietly) await open()
      else
        await agree(
          { ...draft, impact: given },
          { ...start, phase: 'start', incident_id: '' },
          strangers,
          open,
        )

      const people = drawn.map((person) => inShop(person, incidentId))
      await replacePeople(deps, people)
      const about = { ...draft, incidentId }
      const middle = { ...start, phase: 'middle', incident_id: incidentId } as const
      const update = (components: Draft['components']) => () =>
        sayMore(deps, incidentId, { components })
      const both = [shop.checkout, shop.search]
      const slow = [{ id: shop.search, status: 'degraded_performance' as const }]
      await agree(
        { ...about, kind: 'incident_updated', components: slow },
        { ...middle, component_ids: both },
        people,
        update(slow),
      )

      const down = [{ id: shop.search, status: 'major_outage' as const }]
      const worst = { ...middle, component_ids: both, impact: given ?? ('critical' as const) }
      await agree(
        { ...about, kind: 'incident_updated', components: down },
        worst,
        people,
        update(down),
      )

      await agree(
        { ...about, kind: 'incident_resolved', components: [] },
        { ...worst, phase: 'end' },
        people,
        () => giveAllClear(deps, operator, incidentId, allClear, true),
      )
    }),
    { numRuns: 25 },
  )
}, 30_000)

test('thousands are counted in parts, each of them once', async () => {
  await using on = await shopWorld()
  await subscribePeople(on.deps, 4100)
  expect(await audienceOfDraft(on.deps, draft)).toEqual({
    email: { at_once: 4100, held: 0, digest: 0 },
  })
})
