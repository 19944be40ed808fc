import { asc, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { announcements, auditLog, documents, incidents } from '../../../../db/schema.ts'
import { addUpdate } from '../../../../api/actions/incidents/incidents.ts'
import {
  amendMaintenance,
  rescheduleMaintenance,
} from '../../../../api/actions/maintenances/changing.ts'
import {
  operatorMaintenance,
  listMaintenances,
} from '../../../../api/actions/maintenances/maintenance-views.ts'
import {
  cancelMaintenance,
  completeMaintenance,
  startMaintenance,
  updateMaintenance,
  verifyMaintenance,
} from '../../../../api/actions/maintenances/moving.ts'
import type { Deps } from '../../../../api/deps.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { planWork, plannedWork, told } from '../../../support/maintaining.ts'
import { historyOf, statusOfComponent } from '../../../support/probed.ts'
import { shop, shopWorld } from '../../../support/shop.ts'
import { operator, openTrouble } from '../../../support/telling.ts'

async function kindsTold(deps: Deps) {
  const rows = await deps.db.select().from(announcements).orderBy(asc(announcements.createdAt))
  return rows.map(({ kind }) => kind)
}

const rowOf = async (deps: Deps, id: string) =>
  (await deps.db.select().from(incidents).where(eq(incidents.id, id)))[0]!

describe('a maintenance', () => {
  test('is scheduled, starts, is verified and completes: components, words, news and audit in turn', async () => {
    await using made = await shopWorld()
    const { deps, clock } = made
    const since = clock.now()
    const id = await planWork(deps)
    expect(await statusOfComponent(deps)).toBe('operational')
    clock.advance(HOUR)
    await startMaintenance(deps, operator, id, told)
    expect(await statusOfComponent(deps)).toBe('under_maintenance')
    clock.advance(30 * MINUTE)
    await verifyMaintenance(deps, operator, id, { body: 'Almost there.', notify: true })
    expect(await statusOfComponent(deps)).toBe('under_maintenance')
    clock.advance(MINUTE)
    await completeMaintenance(deps, operator, id, told)
    expect(await historyOf(deps, since)).toEqual([
      'operational 0-3600',
      'under_maintenance 3600-5460',
      'operational 5460-',
    ])
    expect(await kindsTold(deps)).toEqual([
      'maintenance_scheduled',
      'maintenance_started',
      'maintenance_updated',
      'maintenance_completed',
    ])
    const view = await operatorMaintenance(deps, id)
    expect(view).toMatchObject({
      status: 'completed',
      impact: 'maintenance',
      started_at: new Date(since + HOUR).toISOString(),
      resolved_at: new Date(clock.now()).toISOString(),
      created_at: new Date(since).toISOString(),
      sequence: 0,
    })
    expect(view.updates.map(({ status, body }) => [status, body])).toEqual([
      ['completed', 'The work is complete.'],
      ['verifying', 'Almost there.'],
      ['in_progress', 'The work has begun.'],
      ['scheduled', 'The checkout moves to a new database.'],
    ])
    const done = await deps.db.select().from(auditLog).orderBy(asc(auditLog.id))
    expect(done.map(({ action, object }) => [action, object === `maintenances/${id}`])).toEqual([
      ['maintenance.schedule', true],
      ['maintenance.start', true],
      ['maintenance.verify', true],
      ['maintenance.complete', true],
    ])
    const touched = (await deps.db.select().from(documents)).map(({ path }) => path)
    expect(touched).toEqual(
      expect.arrayContaining([
        '/',
        `/incidents/${id}`,
        '/history/2026-11',
        '/maintenance.ics',
        `/incidents/${id}/event.ics`,
        '/api/v2/scheduled-maintenances.json',
        '/history.atom',
      ]),
    )
  })

  test.each([
    ['start', 'maintenance_started', 'started'],
    ['complete', 'maintenance_completed', 'completed'],
    ['cancel', 'maintenance_cancelled', null],
  ] as const)('that is to %s tells what it is set to tell', async (move, kind, telling) => {
    const verbs = {
      start: startMaintenance,
      complete: completeMaintenance,
      cancel: cancelMaintenance,
    }
    for (const [tells, notify, isTold] of [
      [['scheduled', ...(telling ? [telling] : [])], true, true],
      [['scheduled'], true, telling === null],
      [['scheduled', ...(telling ? [telling] : [])], false, false],
    ] as const) {
      await using made = await shopWorld()
      const { deps } = made
      const id = await planWork(deps, { tells: [...tells] })
      if (move === 'complete') await startMaintenance(deps, operator, id, { notify: false })
      await verbs[move](deps, operator, id, { notify })
      const expected = ['maintenance_scheduled', ...(isTold ? [kind] : [])]
      expect(await kindsTold(deps)).toEqual(expected)
    }
  })

  test('moved while it is scheduled stands elsewhere in the calendar and in the history', async () => {
    await using made = await shopWorld()
    const { deps, clock } = made
    const id = await planWork(deps)
    await deps.db.delete(documents)
    const window = {
      scheduledFor: Date.parse('2027-01-03T02:00:00Z'),
      scheduledUntil: Date.parse('2027-01-03T03:00:00Z'),
    }
    clock.advance(MINUTE)
    await rescheduleMaintenance(deps, operator, id, { ...window, ...told })
    expect(await rowOf(deps, id)).toMatchObject({
      ...window,
      startedAt: window.scheduledFor,
      sequence: 1,
      status: 'scheduled',
    })
    const touched = (await deps.db.select().from(documents)).map(({ path }) => path)
    expect(touched).toEqual(expect.arrayContaining(['/history/2026-11', '/history/2027-01']))
    expect(await kindsTold(deps)).toEqual(['maintenance_scheduled', 'maintenance_moved'])
    const [update] = (await operatorMaintenance(deps, id)).updates
    expect(update!.body).toBe(
      'The maintenance has been moved: it is now planned from 3 Jan 2027, 03:00 CET to 3 Jan 2027, 04:00 CET.',
    )
    await expect(
      rescheduleMaintenance(deps, operator, id, { ...window, ...told }),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  test('under way keeps its start; its end moves later and earlier', async () => {
    await using made = await shopWorld()
    const { deps, clock } = made
    const id = await planWork(deps)
    const until = (await rowOf(deps, id)).scheduledUntil!
    clock.advance(HOUR)
    await startMaintenance(deps, operator, id, told)
    const move = (window: object) =>
      rescheduleMaintenance(deps, operator, id, { ...window, ...told })
    await move({ scheduledUntil: until + HOUR })
    await move({ scheduledUntil: until - MINUTE })
    expect((await kindsTold(deps)).slice(2)).toEqual([
      'maintenance_extended',
      'maintenance_updated',
    ])
    expect((await operatorMaintenance(deps, id)).updates.map(({ body }) => body)).toEqual([
      'We now expect the work to end earlier, at 21 Nov 2026, 14:59 CET.',
      'We need more time: until 21 Nov 2026, 16:00 CET.',
      'The work has begun.',
      'The checkout moves to a new database.',
    ])
    expect(await rowOf(deps, id)).toMatchObject({ sequence: 2, status: 'in_progress' })
    await expect(move({ scheduledFor: until, scheduledUntil: until + HOUR })).rejects.toMatchObject(
      {
        fields: [{ path: 'scheduled_for', message: expect.stringContaining('only its end') }],
      },
    )
  })

  test('cancelled half-way leaves its components to themselves', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const id = await planWork(deps)
    await startMaintenance(deps, operator, id, told)
    await cancelMaintenance(deps, operator, id, { body: 'It does not fit.', notify: true })
    expect(await statusOfComponent(deps)).toBe('operational')
    expect(await rowOf(deps, id)).toMatchObject({ status: 'cancelled', sequence: 1 })
    await expect(startMaintenance(deps, operator, id, told)).rejects.toMatchObject({
      code: 'conflict',
      message: '"A new database" is cancelled and cannot be started; schedule a new one instead',
    })
    await expect(
      updateMaintenance(deps, operator, id, { body: 'Too late.', notify: true }),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is amended without a word; a new name is news to calendars', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const id = await planWork(deps)
    await amendMaintenance(deps, operator, id, { autoStart: false, remindMs: 30 * MINUTE })
    expect(await rowOf(deps, id)).toMatchObject({ autoStart: false, sequence: 0 })
    await amendMaintenance(deps, operator, id, { name: 'A newer database', remindMs: null })
    expect(await rowOf(deps, id)).toMatchObject({
      name: 'A newer database',
      remindMs: null,
      sequence: 1,
    })
    expect(await kindsTold(deps)).toEqual(['maintenance_scheduled'])
    await cancelMaintenance(deps, operator, id, told)
    await amendMaintenance(deps, operator, id, { name: 'The newest database' })
    await expect(amendMaintenance(deps, operator, id, { tells: [] })).rejects.toMatchObject({
      message: '"The newest database" is cancelled; only its name can be corrected',
    })
  })

  test('is not an incident, nor an incident a maintenance', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const maintenance = await planWork(deps)
    const incident = await openTrouble(deps)
    const update = {
      status: 'identified' as const,
      body: 'Found.',
      components: [],
      notify: true,
      nextUpdateAt: null,
    }
    await expect(addUpdate(deps, operator, maintenance, update)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`/api/admin/maintenances/${maintenance}`),
    })
    await expect(startMaintenance(deps, operator, incident, told)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`/api/admin/incidents/${incident}`),
    })
    await expect(startMaintenance(deps, operator, 'nothing', told)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await listMaintenances(deps)).map(({ id }) => id)).toEqual([maintenance])
    expect(await listMaintenances(deps, 'completed')).toEqual([])
  })

  test('that two operators complete at once is completed once', async () => {
    await using made = await shopWorld()
    const { deps } = made
    const id = await planWork(deps)
    await startMaintenance(deps, operator, id, told)
    const complete = () => completeMaintenance(deps, operator, id, told)
    const results = await Promise.allSettled([complete(), complete()])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await kindsTold(deps)).filter((kind) => kind === 'maintenance_completed')).toHaveLength(
      1,
    )
  })

  test('names an unknown component by its place', async () => {
    await using made = await shopWorld()
    const wrong = plannedWork(made.deps, { components: [{ id: shop.search }, { key: 'nothing' }] })
    await expect(planWork(made.deps, wrong)).rejects.toMatchObject({
      fields: [{ path: 'components.1.key', message: expect.stringContaining('checkout') }],
    })
  })
})
