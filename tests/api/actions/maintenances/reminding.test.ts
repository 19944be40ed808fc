import { asc, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { announcements, incidents } from '../../../../db/schema.ts'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import { updateMaintenance } from '../../../../api/actions/maintenances/moving.ts'
import { planDue } from '../../../../api/actions/maintenances/planning.ts'
import { maintainDue } from '../../../../api/actions/maintenances/running.ts'
import { changeSeries, createSeries } from '../../../../api/actions/maintenances/series.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { MaintenanceTelling } from '../../../../api/domain/maintenance.ts'
import { DAY, HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { states } from '../../../support/deliveries.ts'
import { kindsTold, planWork, tuesdays } from '../../../support/maintaining.ts'
import { shopWorld, subscribePeople } from '../../../support/shop.ts'
import { operator, tellingWorld, tick } from '../../../support/telling.ts'

const later = (deps: Deps) => ({
  scheduledFor: deps.clock.now() + 2 * HOUR,
  scheduledUntil: deps.clock.now() + 3 * HOUR,
  remindMs: HOUR,
})

test.each([
  ['quietly', false, []],
  ['aloud', true, ['extended']],
])(
  'a reminder is not told again when only the end is another one, said %s',
  async (_, notify, kinds) => {
    await using made = await shopWorld()
    const { deps, clock } = made
    const id = await planWork(deps, later(deps))
    clock.advance(HOUR)
    await maintainDue(deps)
    const reminded = clock.now()
    clock.advance(MINUTE)
    await rescheduleMaintenance(deps, operator, id, {
      scheduledUntil: clock.now() + 3 * HOUR,
      notify,
    })
    clock.advance(MINUTE)
    await maintainDue(deps)
    expect(await kindsTold(deps)).toEqual(['scheduled', 'reminder', ...kinds])
    const [row] = await deps.db.select().from(incidents)
    expect(row!.remindedAt).toBe(reminded)
  },
)

test('a reminder is not told again when the dates of a series become longer quietly', async () => {
  await using made = await shopWorld()
  const { deps, clock } = made
  const id = await createSeries(deps, operator, tuesdays)
  clock.advance(3 * DAY + 8 * HOUR)
  await maintainDue(deps)
  expect(await kindsTold(deps)).toEqual(['scheduled', 'reminder'])
  clock.advance(MINUTE)
  await changeSeries(deps, operator, id, { durationMs: 3 * HOUR }, false)
  clock.advance(MINUTE)
  await maintainDue(deps)
  expect(await kindsTold(deps)).toEqual(['scheduled', 'reminder'])
})

test.each<[string, MaintenanceTelling[], string[]]>([
  [
    'is not reminded of before its plan is told, nor after',
    ['scheduled', 'reminder'],
    ['scheduled'],
  ],
  ['is reminded of where its plan is not told', ['reminder'], ['reminder']],
])('a date of a series %s', async (_, tells, kinds) => {
  await using made = await shopWorld()
  const { deps, clock } = made
  await createSeries(deps, operator, { ...tuesdays, tells, remindMs: 10 * DAY })
  await deps.db.delete(announcements)
  // Nine days before the second date, then six.
  for (const days of [1.5, 3]) {
    clock.advance(days * DAY)
    await maintainDue(deps)
    await planDue(deps)
    await maintainDue(deps)
  }
  const [, second] = await deps.db.select().from(incidents).orderBy(asc(incidents.occursAt))
  expect(second!.remindedAt).not.toBeNull()
  const told = await deps.db
    .select()
    .from(announcements)
    .orderBy(sql`rowid`)
  const mine = told.filter(({ incidentId }) => incidentId === second!.id)
  expect(mine.map(({ kind }) => kind.replace('maintenance_', ''))).toEqual(kinds)
})

test('in the morning people read what an operator said of a date, and its plan', async () => {
  await using made = await tellingWorld()
  const { deps, clock } = made
  await subscribePeople(deps, 1, 'email', { quiet: { from: '12:00', until: '23:30' } })
  await createSeries(deps, operator, tuesdays)
  await deps.db.delete(announcements)
  const [, second] = await deps.db.select().from(incidents).orderBy(asc(incidents.occursAt))
  clock.advance(3 * DAY + 2 * HOUR)
  await updateMaintenance(deps, operator, second!.id, { body: 'It is a big one.', notify: true })
  await tick(deps)
  clock.advance(7 * HOUR + MINUTE)
  await planDue(deps)
  await tick(deps)
  expect(await states(deps)).toEqual({ held: 2 })
  clock.advance(2 * HOUR)
  await releaseHeld(deps)
  await tick(deps)
  await made.settled()
  expect(made.post.sandbox.mails.all().map(({ text }) => text)).toEqual([
    expect.stringContaining('It is a big one.'),
    expect.stringContaining('We tidy up.'),
  ])
})
