import {
  scheduleMaintenance,
  type NewMaintenance,
} from '../../api/actions/maintenances/scheduling.ts'
import type { Deps } from '../../api/deps.ts'
import { maintenanceTellings } from '../../api/domain/maintenance.ts'
import { HOUR } from '../../api/domain/time.ts'
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

/** The usual words. */
export const told = { notify: true }
