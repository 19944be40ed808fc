import { asc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { documents, incidentUpdates, incidents, subscribers } from '../../../../db/schema.ts'
import { cancelMaintenance, startMaintenance } from '../../../../api/actions/maintenances/moving.ts'
import { planDue } from '../../../../api/actions/maintenances/planning.ts'
import {
  changeSeries,
  createSeries,
  type SeriesEdit,
} from '../../../../api/actions/maintenances/series.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { audienceOfDraft, type Draft } from '../../../../api/actions/telling/audience.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Deps } from '../../../../api/deps.ts'
import { maintenanceTellings } from '../../../../api/domain/maintenance.ts'
import { everything, type Preferences } from '../../../../api/domain/subscription.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { shop, subscribePeople } from '../../../support/shop.ts'
import { operator, tellingWorld, tick, type Telling } from '../../../support/telling.ts'

const tuesdays = {
  name: 'Database upkeep',
  body: 'We tidy up.',
  components: [{ id: shop.checkout }],
  startsLocal: '2026-11-24T22:00',
  timeZone: 'Europe/Berlin',
  rrule: 'FREQ=WEEKLY;BYDAY=TU',
  durationMs: 2 * HOUR,
  remindMs: null,
  autoStart: true,
  autoComplete: true,
  tells: [...maintenanceTellings],
}

/** They skip updates, and the last one sleeps. */
const wishes: Partial<Preferences>[] = [
  { components: [shop.checkout] },
  { components: [shop.search] },
  { components: [shop.checkout], quiet: { from: '12:00', until: '20:00' } },
]

async function readers(): Promise<Telling> {
  const made = await tellingWorld()
  await subscribePeople(made.deps, wishes.length)
  for (const [i, wish] of wishes.entries())
    await made.deps.db
      .update(subscribers)
      .set({ preferences: { ...everything, updates: 'start_and_end', ...wish } })
      .where(eq(subscribers.address, `person${i}@example.com`))
  return made
}

/** The mails that each of them got, from the heading down to what is affected. */
async function heard(made: Telling): Promise<string[][]> {
  await tick(made.deps)
  await made.settled()
  const mails = made.post.sandbox.mails.all()
  return wishes.map((_, i) =>
    mails.filter(({ to }) => to === `person${i}@example.com`).map(({ text }) => text),
  )
}

const toSearch = { components: [{ id: shop.search }] }
const affects = 'The plan has changed: the maintenance now affects Search.'
const moves = 'The maintenance has been moved: it is now planned from 24 Nov 2026, 23:00 CET'

test.each<[string, SeriesEdit, string, string[]]>([
  ['other components', toSearch, 'Maintenance scheduled', [affects, '24 Nov 2026, 22:00 CET']],
  [
    'other components at another time',
    { ...toSearch, startsLocal: '2026-11-24T23:00' },
    'Maintenance has been moved',
    [moves, affects],
  ],
  [
    'other components for longer',
    { ...toSearch, durationMs: 3 * HOUR },
    'Maintenance scheduled',
    [affects, '3 hours'],
  ],
])('%s are told to those of the old and of the new ones', async (_, edit, heading, words) => {
  await using made = await readers()
  const { deps, clock } = made
  const id = await createSeries(deps, operator, tuesdays)
  const [first] = await heard(made)
  expect(first).toEqual([expect.stringContaining('We tidy up.')])
  await deps.db.delete(documents)
  clock.advance(MINUTE)
  await changeSeries(deps, operator, id, edit, true)
  const touched = (await deps.db.select().from(documents)).map(({ path }) => path)
  expect(touched).toEqual(
    expect.arrayContaining([`/components/${shop.checkout}`, `/components/${shop.search}`]),
  )
  await tick(deps)
  clock.advance(9 * HOUR)
  await releaseHeld(deps)
  const [old, fresh, sleeper] = await heard(made)
  expect(old).toHaveLength(2)
  expect(fresh).toHaveLength(1)
  // What waited for the morning was stale by then.
  expect(sleeper).toHaveLength(1)
  for (const text of [old![1]!, fresh![0]!, sleeper![0]!]) {
    expect(text).toContain(heading)
    for (const part of words) expect(text).toContain(part)
    expect(text).toContain('- Search: Under maintenance')
    expect(text).not.toContain('Checkout')
  }
})

test('other components are told to nobody where the operator says so, or where nobody has heard of them', async () => {
  await using made = await readers()
  const { deps, clock } = made
  const id = await createSeries(deps, operator, tuesdays)
  clock.advance(MINUTE)
  await changeSeries(deps, operator, id, toSearch, false)
  clock.advance(MINUTE)
  const said = await deps.db.select().from(incidentUpdates)
  expect(said.map(({ body }) => body)).toEqual(Array(4).fill('We tidy up.'))
  const [old, fresh] = await heard(made)
  expect([old!.length, fresh!.length]).toEqual([1, 0])
  clock.advance(3 * DAY + 10 * HOUR)
  await planDue(deps)
  const [, second] = await deps.db.select().from(incidents).orderBy(asc(incidents.scheduledFor))
  expect(second!.status).toBe('scheduled')
  const [, later] = await heard(made)
  expect(later).toEqual([expect.stringContaining('- Search: Under maintenance')])
  expect(later![0]).not.toContain('Checkout')
})

test('whoever waits to hear that a date affects them no more does not take it for work on theirs', async () => {
  await using made = await readers()
  const { deps, clock } = made
  const id = await createSeries(deps, operator, tuesdays)
  await tick(deps)
  clock.advance(9 * HOUR)
  await releaseHeld(deps)
  expect((await heard(made)).map(({ length }) => length)).toEqual([1, 0, 1])
  clock.advance(DAY - 8 * HOUR)
  await changeSeries(deps, operator, id, toSearch, true)
  await expandAnnouncements(deps)
  clock.advance(MINUTE)
  const [first] = await deps.db.select().from(incidents).orderBy(asc(incidents.scheduledFor))
  await startMaintenance(deps, operator, first!.id, { notify: true })
  await tick(deps)
  clock.advance(9 * HOUR)
  await releaseHeld(deps)
  const [, , sleeper] = await heard(made)
  expect(sleeper).toEqual([expect.stringContaining('Checkout'), expect.stringContaining(affects)])
})

const rarer = {
  ...toSearch,
  rrule: 'FREQ=WEEKLY;BYDAY=WE;COUNT=1',
  startsLocal: '2026-12-30T22:00',
}

test.each<[string, (deps: Deps, series: string, first: string) => Promise<void>]>([
  [
    'given up by the change that spares them',
    (deps, series) => changeSeries(deps, operator, series, rarer, true),
  ],
  [
    'cancelled while they wait to hear that it spares them',
    async (deps, series, first) => {
      await changeSeries(deps, operator, series, toSearch, true)
      await expandAnnouncements(deps)
      await cancelMaintenance(deps, operator, first, { notify: true })
    },
  ],
])('those who heard of a date hear that it is cancelled: %s', async (_, change) => {
  await using made = await readers()
  const { deps, clock } = made
  const id = await createSeries(deps, operator, tuesdays)
  await tick(deps)
  clock.advance(9 * HOUR)
  await releaseHeld(deps)
  await heard(made)
  clock.advance(DAY - 8 * HOUR)
  const [first] = await deps.db.select().from(incidents).orderBy(asc(incidents.scheduledFor))
  await change(deps, id, first!.id)
  const after = await deps.db.query.incidents.findFirst({ where: eq(incidents.id, first!.id) })
  expect(after!.status).toBe('cancelled')
  expect(await audienceOfDraft(deps, cancellationOf(first!.id))).toEqual({
    email: { at_once: 2, held: 1, digest: 0 },
  })
  await tick(deps)
  clock.advance(9 * HOUR)
  await releaseHeld(deps)
  const last = (await heard(made)).map((texts) => texts.at(-1))
  expect(last).toEqual(Array(3).fill(expect.stringContaining('Maintenance cancelled')))
})

function cancellationOf(incidentId: string): Draft {
  const nothing = { components: [], severity: null, impact: null }
  return { kind: 'maintenance_cancelled', incidentId, ...nothing }
}
