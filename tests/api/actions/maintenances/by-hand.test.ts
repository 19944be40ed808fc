import { asc } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { announcements, incidents } from '../../../../db/schema.ts'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import { planDue } from '../../../../api/actions/maintenances/planning.ts'
import { changeSeries, createSeries } from '../../../../api/actions/maintenances/series.ts'
import type { Window } from '../../../../api/domain/maintenance-window.ts'
import { DAY, HOUR, localTime, MINUTE } from '../../../../api/domain/time.ts'
import { tuesdays } from '../../../support/maintaining.ts'
import { shopWorld } from '../../../support/shop.ts'
import { operator } from '../../../support/telling.ts'

const berlin = (at: number | null) => localTime(at!, 'Europe/Berlin')

test.each<[string, (before: Window) => Window, string, number]>([
  [
    'another day',
    ({ scheduledFor, scheduledUntil }) => ({
      scheduledFor: scheduledFor + DAY,
      scheduledUntil: scheduledUntil + DAY,
    }),
    '2026-11-25T22:00',
    2,
  ],
  [
    'another length',
    ({ scheduledFor, scheduledUntil }) => ({ scheduledFor, scheduledUntil: scheduledUntil + HOUR }),
    '2026-11-24T22:00',
    3,
  ],
])(
  'of a told date that was given %s by hand people hear of its other components and nothing else',
  async (_, byHand, start, hours) => {
    await using made = await shopWorld()
    const { deps, clock } = made
    const id = await createSeries(deps, operator, tuesdays)
    const firsts = () => deps.db.select().from(incidents).orderBy(asc(incidents.occursAt))
    const [first] = await firsts()
    clock.advance(MINUTE)
    const window = byHand(first as Window)
    await rescheduleMaintenance(deps, operator, first!.id, { ...window, notify: false })
    clock.advance(MINUTE)
    await changeSeries(
      deps,
      operator,
      id,
      {
        startsLocal: '2026-11-24T21:00',
        components: [{ key: 'search' }],
        name: 'Upkeep',
        remindMs: 2 * HOUR,
        tells: ['scheduled', 'completed'],
      },
      true,
    )
    await planDue(deps)
    const [row, ...others] = await firsts()
    expect(row).toMatchObject({
      id: first!.id,
      name: 'Upkeep',
      status: 'scheduled',
      remindMs: 2 * HOUR,
      tells: ['scheduled', 'completed'],
    })
    expect(berlin(row!.scheduledFor)).toBe(start)
    expect(berlin(row!.occursAt)).toBe('2026-11-24T21:00')
    expect((row!.scheduledUntil! - row!.scheduledFor!) / HOUR).toBe(hours)
    expect(others.map(({ occursAt }) => berlin(occursAt))).toEqual([
      '2026-12-01T21:00',
      '2026-12-08T21:00',
      '2026-12-15T21:00',
    ])
    const told = await deps.db.select().from(announcements).orderBy(asc(announcements.createdAt))
    expect(told.map(({ kind, incidentId }) => [kind, incidentId])).toEqual([
      ['maintenance_scheduled', first!.id],
      ['maintenance_scheduled', first!.id],
    ])
  },
)
