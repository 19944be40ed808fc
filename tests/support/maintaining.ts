import { sql } from 'drizzle-orm'
import {
  scheduleMaintenance,
  type NewMaintenance,
} from '../../api/actions/maintenances/scheduling.ts'
import type { NewSeries } from '../../api/actions/maintenances/series.ts'
import type { Deps } from '../../api/deps.ts'
import { maintenanceTellings } from '../../api/domain/maintenance.ts'
import { HOUR } from '../../api/domain/time.ts'
import { announcements } from '../../db/schema.ts'
import { shop } from './shop.ts'
import { operator } from './telling.ts'

/** Work on the checkout, an hour from now, for an hour. */
export function plannedWork(deps: Deps, change: Partial<NewMaintenance> = {}): NewMaintenance {
  const now = deps.clock.now()
  return {
    name: 'A new database',
    body: 'The checkout moves to a new database.',
    components: [{ id: shop.checkout }],
    scheduledFor: now + HOUR,
    scheduledUntil: now + 2 * HOUR,
    remindMs: null,
    autoStart: true,
    autoComplete: true,
    tells: [...maintenanceTellings],
    notify: true,
    ...change,
  }
}

export function planWork(deps: Deps, change: Partial<NewMaintenance> = {}): Promise<string> {
  return scheduleMaintenance(deps, operator, plannedWork(deps, change))
}

/** Each Tuesday at ten in the evening; the first lies three days after the clock of tests begins. */
export const tuesdays: NewSeries = {
  name: 'Database upkeep',
  body: 'We tidy up.',
  components: [{ key: 'checkout' }],
  startsLocal: '2026-11-24T22:00',
  timeZone: 'Europe/Berlin',
  rrule: 'FREQ=WEEKLY;BYDAY=TU',
  durationMs: 2 * HOUR,
  remindMs: HOUR,
  autoStart: true,
  autoComplete: true,
  tells: [...maintenanceTellings],
}

/** All that was announced, in its order, without the word that maintenances share. */
export async function kindsTold(deps: Deps): Promise<string[]> {
  const rows = await deps.db
    .select({ kind: announcements.kind })
    .from(announcements)
    .orderBy(sql`rowid`)
  return rows.map(({ kind }) => kind.replace('maintenance_', ''))
}

/** The usual words. */
export const told = { notify: true }
