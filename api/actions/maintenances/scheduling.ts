import type { Statement } from '../../../db/client.ts'
import { incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { announcementOfMove } from '../../domain/maintenance-telling.ts'
import { assertWindow, type Window } from '../../domain/maintenance-window.ts'
import type { MaintenancePlan } from '../../domain/maintenance.ts'
import { remember } from '../access/idempotency.ts'
import { resolveComponents, situations, type Situation } from '../components/components.ts'
import { blank, tell } from '../incidents/timeline.ts'
import { thePage, type Page } from '../page.ts'
import { audit, decide, type Actor } from '../save.ts'
import { remindedBy, type Maintenance } from './maintenances.ts'

/** What is planned, whoever plans it. */
export type PlannedWork = Window &
  MaintenancePlan & {
    name: string
    body: string
    notify: boolean
    /** The series it belongs to, and the start that this gave it. */
    occurrence?: { seriesId: string; occursAt: number }
  }

export type ComponentName = { id?: string | undefined; key?: string | undefined }
export type NewMaintenance = Omit<PlannedWork, 'occurrence'> & { components: ComponentName[] }

/** Schedules a maintenance and tells of it; returns its id. */
export function scheduleMaintenance(
  deps: Deps,
  actor: Actor,
  { components, ...work }: NewMaintenance,
): Promise<string> {
  return decide(async () => {
    const page = await thePage(deps)
    assertWindow(work, deps.clock.now())
    const heard = await situations(deps, await idsOf(deps, components))
    const { id, statements } = plan(deps, actor, page, work, heard)
    await deps.db.write([...statements, ...remember(deps, actor, id)])
    return id
  })
}

/** The ids of components that a plan names; an unknown one is named with its place in the request. */
export async function idsOf(deps: Deps, components: ComponentName[]): Promise<string[]> {
  const named = components.map(({ id, key }) => ({ id, key, status: 'under_maintenance' as const }))
  return [...(await resolveComponents(deps, named)).keys()]
}

/** Every row of a maintenance that is planned for these components, whose window has been judged. */
export function plan(
  deps: Deps,
  actor: Actor,
  page: Page,
  { body, notify, occurrence, ...work }: PlannedWork,
  heard: Situation[],
): { id: string; statements: Statement[] } {
  const now = deps.clock.now()
  const kind = announcementOfMove('schedule', { tells: work.tells, notify })
  const maintenance: Maintenance = {
    ...blank,
    id: deps.newId(),
    kind: 'maintenance',
    name: work.name,
    status: 'scheduled',
    impact: 'maintenance',
    impactOverride: null,
    severity: null,
    draft: false,
    startedAt: work.scheduledFor,
    monitoringAt: null,
    resolvedAt: null,
    scheduledFor: work.scheduledFor,
    scheduledUntil: work.scheduledUntil,
    remindMs: work.remindMs,
    remindedAt: remindedBy(work, kind !== null, now),
    autoStart: work.autoStart,
    autoComplete: work.autoComplete,
    tells: work.tells,
    seriesId: occurrence?.seriesId ?? null,
    occursAt: occurrence?.occursAt ?? null,
    createdAt: now,
    updatedAt: now,
  }
  const { id, name, scheduledFor, scheduledUntil } = maintenance
  return {
    id,
    statements: [
      deps.db.insert(incidents).values(maintenance),
      ...tell(deps, actor, {
        incident: maintenance,
        situations: heard,
        changes: new Map(heard.map(({ component }) => [component.id, 'under_maintenance'])),
        status: 'scheduled',
        body,
        kind,
        timeZone: page.timeZone,
      }),
      audit(deps, actor, 'maintenance.schedule', `maintenances/${id}`, {
        name,
        scheduled_for: new Date(scheduledFor).toISOString(),
        scheduled_until: new Date(scheduledUntil).toISOString(),
      }),
    ],
  }
}
