import { asc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { announcements, incidents, incidentUpdates } from '../../../../db/schema.ts'
import {
  amendMaintenance,
  rescheduleMaintenance,
} from '../../../../api/actions/maintenances/changing.ts'
import {
  cancelMaintenance,
  updateMaintenance,
} from '../../../../api/actions/maintenances/moving.ts'
import { planDue } from '../../../../api/actions/maintenances/planning.ts'
import {
  changeSeries,
  createSeries,
  endSeries,
} from '../../../../api/actions/maintenances/series.ts'
import type { Deps } from '../../../../api/deps.ts'
import { DAY, HOUR, localTime, MINUTE } from '../../../../api/domain/time.ts'
import { tuesdays } from '../../../support/maintaining.ts'
import { shop, shopWorld } from '../../../support/shop.ts'
import { operator } from '../../../support/telling.ts'

function planned(deps: Deps) {
  return deps.db.select().from(incidents).orderBy(asc(incidents.scheduledFor), asc(incidents.id))
}

/** What is planned as clocks in Berlin show it. */
async function calendar(deps: Deps) {
  const rows = await planned(deps)
  return rows
    .filter(({ status }) => status === 'scheduled')
    .map(({ scheduledFor }) => localTime(scheduledFor!, 'Europe/Berlin'))
}

async function told(deps: Deps) {
  const rows = await deps.db
    .select({ kind: announcements.kind, start: incidents.occursAt })
    .from(announcements)
    .innerJoin(incidents, eq(incidents.id, announcements.incidentId))
    .orderBy(asc(announcements.createdAt), asc(incidents.occursAt))
  return rows.map(({ kind, start }) => `${kind} ${localTime(start!, 'Europe/Berlin')}`)
}

const november = ['2026-11-24T22:00', '2026-12-01T22:00', '2026-12-08T22:00', '2026-12-15T22:00']

test('thirty days ahead are planned, and later the next ones', async () => {
  await using made = await shopWorld()
  const id = await createSeries(made.deps, operator, tuesdays)
  expect(await calendar(made.deps)).toEqual(november)
  const [first] = await planned(made.deps)
  expect(first).toMatchObject({
    kind: 'maintenance',
    name: 'Database upkeep',
    status: 'scheduled',
    impact: 'maintenance',
    seriesId: id,
    startedAt: first!.scheduledFor,
    scheduledUntil: first!.scheduledFor! + 2 * HOUR,
    occursAt: first!.scheduledFor,
    remindMs: 60 * MINUTE,
  })
  made.clock.advance(DAY + 10 * HOUR)
  await planDue(made.deps)
  expect(await calendar(made.deps)).toEqual([...november, '2026-12-22T22:00'])
})

test('each is planned once, whoever plans it', async () => {
  await using made = await shopWorld()
  await createSeries(made.deps, operator, tuesdays)
  made.clock.advance(10 * DAY)
  await Promise.all([planDue(made.deps), planDue(made.deps), planDue(made.deps)])
  const starts = await calendar(made.deps)
  expect(starts).toEqual([...november, '2026-12-22T22:00', '2026-12-29T22:00'])
  await planDue(made.deps)
  expect(await calendar(made.deps)).toEqual(starts)
  expect(made.log.join('\n')).not.toContain('cannot be planned')
})

test('nothing is planned for the time that the service slept through', async () => {
  await using made = await shopWorld()
  await createSeries(made.deps, operator, tuesdays)
  made.clock.advance(60 * DAY)
  await planDue(made.deps)
  const starts = await calendar(made.deps)
  expect(starts.slice(4)).toEqual([
    '2027-01-26T22:00',
    '2027-02-02T22:00',
    '2027-02-09T22:00',
    '2027-02-16T22:00',
  ])
})

test('people hear of the first at once, and of the others a week before', async () => {
  await using made = await shopWorld()
  await createSeries(made.deps, operator, { ...tuesdays, startsLocal: '2026-12-01T22:00' })
  expect(await told(made.deps)).toEqual(['maintenance_scheduled 2026-12-01T22:00'])
  made.clock.advance(10 * DAY + 8 * HOUR)
  await Promise.all([planDue(made.deps), planDue(made.deps)])
  expect(await told(made.deps)).toEqual(['maintenance_scheduled 2026-12-01T22:00'])
  made.clock.advance(2 * HOUR)
  await Promise.all([planDue(made.deps), planDue(made.deps)])
  await planDue(made.deps)
  expect(await told(made.deps)).toEqual([
    'maintenance_scheduled 2026-12-01T22:00',
    'maintenance_scheduled 2026-12-08T22:00',
  ])
})

test('nobody hears that it is planned where the series does not tell', async () => {
  await using made = await shopWorld()
  await createSeries(made.deps, operator, { ...tuesdays, tells: ['started'] })
  made.clock.advance(9 * DAY)
  await planDue(made.deps)
  expect(await told(made.deps)).toEqual([])
})

test('another time moves what is planned, and those hear of it who were told', async () => {
  await using made = await shopWorld()
  const id = await createSeries(made.deps, operator, tuesdays)
  const before = await planned(made.deps)
  made.clock.advance(MINUTE)
  await changeSeries(made.deps, operator, id, { startsLocal: '2026-11-24T23:30' }, true)
  expect(await calendar(made.deps)).toEqual(november.map((at) => at.replace('22:00', '23:30')))
  const after = await planned(made.deps)
  expect(after.map((row) => row.id)).toEqual(before.map((row) => row.id))
  expect(after.map(({ sequence }) => sequence)).toEqual([1, 1, 1, 1])
  expect(await told(made.deps)).toEqual([
    'maintenance_scheduled 2026-11-24T23:30',
    'maintenance_moved 2026-11-24T23:30',
  ])
})

test('what was moved, cancelled or renamed by hand stays as it was made', async () => {
  await using made = await shopWorld()
  const id = await createSeries(made.deps, operator, tuesdays)
  const [moved, cancelled, renamed] = await planned(made.deps)
  await rescheduleMaintenance(made.deps, operator, moved!.id, {
    scheduledFor: moved!.scheduledFor! + DAY,
    scheduledUntil: moved!.scheduledUntil! + DAY,
    notify: false,
  })
  await cancelMaintenance(made.deps, operator, cancelled!.id, { notify: false })
  await amendMaintenance(made.deps, operator, renamed!.id, { name: 'The big one' })
  await changeSeries(
    made.deps,
    operator,
    id,
    { name: 'Upkeep', durationMs: HOUR, startsLocal: '2026-11-24T21:00' },
    true,
  )
  const rows = await planned(made.deps)
  expect(
    rows.map(({ name, status, scheduledFor, scheduledUntil }) => [
      localTime(scheduledFor!, 'Europe/Berlin'),
      (scheduledUntil! - scheduledFor!) / HOUR,
      status,
      name,
    ]),
  ).toEqual([
    ['2026-11-25T22:00', 2, 'scheduled', 'Upkeep'],
    ['2026-12-01T22:00', 2, 'cancelled', 'Database upkeep'],
    ['2026-12-08T21:00', 1, 'scheduled', 'The big one'],
    ['2026-12-15T21:00', 1, 'scheduled', 'Upkeep'],
  ])
})

test('another day of the week takes what was moved by hand for its own', async () => {
  await using made = await shopWorld()
  const id = await createSeries(made.deps, operator, tuesdays)
  const [moved] = await planned(made.deps)
  await rescheduleMaintenance(made.deps, operator, moved!.id, {
    scheduledUntil: moved!.scheduledUntil! + HOUR,
    notify: false,
  })
  await changeSeries(made.deps, operator, id, { rrule: 'FREQ=WEEKLY;BYDAY=WE' }, true)
  await planDue(made.deps)
  const days = ['2026-11-24T22:00', '2026-12-02T22:00', '2026-12-09T22:00', '2026-12-16T22:00']
  expect(await calendar(made.deps)).toEqual(days)
})

test('a rarer rule cancels what it leaves no time for', async () => {
  await using made = await shopWorld()
  const id = await createSeries(made.deps, operator, tuesdays)
  await changeSeries(made.deps, operator, id, { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU' }, true)
  expect(await calendar(made.deps)).toEqual(['2026-11-24T22:00', '2026-12-08T22:00'])
  const rows = await planned(made.deps)
  expect(rows.map(({ status }) => status)).toEqual([
    'scheduled',
    'cancelled',
    'scheduled',
    'cancelled',
  ])
  // Nobody had been told of those.
  expect(await told(made.deps)).toEqual(['maintenance_scheduled 2026-11-24T22:00'])
})

test('a more frequent rule adds to what is planned', async () => {
  await using made = await shopWorld()
  const id = await createSeries(made.deps, operator, tuesdays)
  await changeSeries(made.deps, operator, id, { rrule: 'FREQ=WEEKLY;BYDAY=TU,TH' }, true)
  expect(await calendar(made.deps)).toHaveLength(8)
  const rows = await planned(made.deps)
  expect(rows.map(({ sequence }) => sequence)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
})

test('other words and components reach what nobody has been told of', async () => {
  await using made = await shopWorld()
  const id = await createSeries(made.deps, operator, tuesdays)
  await changeSeries(
    made.deps,
    operator,
    id,
    { body: 'We sweep.', components: [{ key: 'search' }] },
    true,
  )
  const updates = await made.deps.db
    .select()
    .from(incidentUpdates)
    .orderBy(asc(incidentUpdates.createdAt))
  expect(updates.map(({ body }) => body)).toEqual([
    'We tidy up.',
    'We sweep.',
    'We sweep.',
    'We sweep.',
    // Of the first they have been told.
    'The plan has changed: the maintenance now affects Search.',
  ])
  const affected = await made.deps.db.query.incidentComponents.findMany()
  expect(new Set(affected.map(({ componentId }) => componentId))).toEqual(new Set([shop.search]))
})

test('a series whose starts are all over can still be renamed', async () => {
  await using made = await shopWorld()
  const rrule = 'FREQ=WEEKLY;BYDAY=TU;COUNT=1'
  const id = await createSeries(made.deps, operator, { ...tuesdays, rrule })
  made.clock.advance(10 * DAY)
  await changeSeries(made.deps, operator, id, { name: 'Once' }, true)
  await expect(changeSeries(made.deps, operator, id, { rrule }, true)).rejects.toThrow(/are over/)
})

test('an ended series plans nothing more, and takes back what is planned only if asked', async () => {
  await using made = await shopWorld()
  const id = await createSeries(made.deps, operator, tuesdays)
  await endSeries(made.deps, operator, id, { cancelPlanned: false, notify: true })
  made.clock.advance(2 * DAY)
  await planDue(made.deps)
  expect(await calendar(made.deps)).toEqual(november)
  await endSeries(made.deps, operator, id, { cancelPlanned: true, notify: false })
  expect(await calendar(made.deps)).toEqual([])
  await expect(changeSeries(made.deps, operator, id, { name: 'New' }, true)).rejects.toThrow(
    /has ended/,
  )
})

test('whatever was said of a date before its plan, people hear of the plan a week before', async () => {
  await using made = await shopWorld()
  const { deps } = made
  await createSeries(deps, operator, tuesdays)
  const [, moved, spokenOf] = await planned(deps)
  made.clock.advance(MINUTE)
  const window = {
    scheduledFor: moved!.scheduledFor! + HOUR,
    scheduledUntil: moved!.scheduledUntil!,
  }
  await rescheduleMaintenance(deps, operator, moved!.id, { ...window, notify: true })
  await updateMaintenance(deps, operator, spokenOf!.id, { body: 'It is a big one.', notify: true })
  const before = [
    'maintenance_scheduled 2026-11-24T22:00',
    // Who skips updates has not heard of this one.
    'maintenance_updated 2026-12-08T22:00',
  ]
  expect(await told(deps)).toEqual(before)
  made.clock.advance(3 * DAY + 9 * HOUR)
  await planDue(deps)
  expect(await told(deps)).toEqual(before)
  made.clock.advance(HOUR)
  await planDue(deps)
  expect(await told(deps)).toEqual([...before, 'maintenance_scheduled 2026-12-01T22:00'])
  made.clock.advance(7 * DAY)
  await Promise.all([planDue(deps), planDue(deps)])
  expect(await told(deps)).toEqual([
    ...before,
    'maintenance_scheduled 2026-12-01T22:00',
    'maintenance_scheduled 2026-12-08T22:00',
  ])
})

test('those hear that a date is cancelled who heard of it, whoever cancels it', async () => {
  await using made = await shopWorld()
  const id = await createSeries(made.deps, operator, tuesdays)
  const [, byHand] = await planned(made.deps)
  made.clock.advance(MINUTE)
  await cancelMaintenance(made.deps, operator, byHand!.id, { notify: true })
  await endSeries(made.deps, operator, id, { cancelPlanned: true, notify: true })
  expect(await calendar(made.deps)).toEqual([])
  expect(await told(made.deps)).toEqual([
    'maintenance_scheduled 2026-11-24T22:00',
    'maintenance_cancelled 2026-11-24T22:00',
  ])
})

test('one that cannot be planned does not hold up the others', async () => {
  await using made = await shopWorld()
  const broken = await createSeries(made.deps, operator, tuesdays)
  await createSeries(made.deps, operator, { ...tuesdays, startsLocal: '2026-11-24T04:00' })
  await made.deps.db.run(
    `UPDATE maintenance_series SET rrule = 'FREQ=NEVER' WHERE id = '${broken}'`,
  )
  made.clock.advance(10 * DAY)
  await planDue(made.deps)
  expect(await calendar(made.deps)).toContain('2026-12-29T04:00')
  expect(made.log.join('\n')).toContain('a maintenance series cannot be planned')
})
