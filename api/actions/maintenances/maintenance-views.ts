import { and, eq, inArray, sql } from 'drizzle-orm'
import { incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { MINUTE } from '../../domain/time.ts'
import type { MaintenanceStatus } from '../../domain/words.ts'
import { incidentsWithTimelines } from '../incidents/incident-views.ts'
import { isoOrNull, thePage } from '../page.ts'
import { findMaintenance } from './maintenances.ts'
import { unheardAmong } from './occurrences.ts'

export type MaintenanceView = Awaited<ReturnType<typeof maintenances>>[number]

const LISTED = 100

/** The maintenances with the latest start, all or those in one status. */
export function listMaintenances(deps: Deps, status?: MaintenanceStatus) {
  const chosen = status === undefined ? sql`true` : sql`status = ${status}`
  return maintenances(
    deps,
    sql`${incidents.id} IN (SELECT id FROM ${incidents}
      WHERE kind = 'maintenance' AND ${chosen} ORDER BY started_at DESC LIMIT ${LISTED})`,
  )
}

/** One maintenance as operators see it. */
export async function operatorMaintenance(deps: Deps, id: string): Promise<MaintenanceView> {
  await findMaintenance(deps, id)
  const [maintenance] = await maintenances(deps, eq(incidents.id, id))
  return maintenance!
}

/** Maintenances as operators see them: what the public reads, and how they run. */
export async function maintenances(deps: Deps, condition: ReturnType<typeof and>) {
  const page = await thePage(deps)
  const shown = await incidentsWithTimelines(
    deps,
    page,
    and(condition, eq(incidents.kind, 'maintenance')),
  )
  const rows = await deps.db
    .select()
    .from(incidents)
    .where(
      inArray(
        incidents.id,
        shown.map(({ id }) => id),
      ),
    )
  const unheard = await unheardAmong(deps, rows)
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  return shown.map((maintenance) => {
    const row = rowOf.get(maintenance.id)!
    return {
      ...maintenance,
      remind_before_min: row.remindMs === null ? null : row.remindMs / MINUTE,
      reminded_at: isoOrNull(row.remindedAt),
      auto_start: row.autoStart,
      auto_complete: row.autoComplete,
      tells: row.tells,
      sequence: row.sequence,
      series_id: row.seriesId,
      occurs_at: isoOrNull(row.occursAt),
      untold: unheard.has(row.id),
    }
  })
}
