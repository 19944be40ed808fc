import { asc } from 'drizzle-orm'
import { maintenanceSeries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import type { MaintenancePlan } from '../../domain/maintenance.ts'
import { remember } from '../access/idempotency.ts'
import { thePage } from '../page.ts'
import { audit, decide, type Actor } from '../save.ts'
import { cancelMaintenance } from './moving.ts'
import { findSeries, plannedOf, saveSeries, type Series } from './occurrences.ts'
import { giveUpStrays, planSeries } from './planning.ts'
import { assertRecurrence, type Recurrence } from './recurrence.ts'
import { idsOf, type ComponentName } from './scheduling.ts'
import { changesOfOccurrences } from './series-changes.ts'

export type NewSeries = Recurrence &
  MaintenancePlan & {
    name: string
    body: string
    components: ComponentName[]
    durationMs: number
  }
export type SeriesEdit = { [Field in keyof NewSeries]?: NewSeries[Field] | undefined }

/** Begins a series and plans what is near; returns its id. */
export async function createSeries(
  deps: Deps,
  actor: Actor,
  { components, ...input }: NewSeries,
): Promise<string> {
  const now = deps.clock.now()
  assertRecurrence(input, input.durationMs, now)
  const id = deps.newId()
  const series: Series = {
    ...input,
    id,
    componentIds: await idsOf(deps, components),
    plannedUntil: now,
    endedAt: null,
    version: 0,
    createdAt: now,
    updatedAt: now,
  }
  await deps.db.write([
    deps.db.insert(maintenanceSeries).values(series),
    audit(deps, actor, 'series.create', `maintenance-series/${id}`, {
      name: series.name,
      rrule: series.rrule,
    }),
    ...remember(deps, actor, id),
  ])
  await planSeries(deps, id)
  return id
}

/** Newest first, the ended ones after all others. */
export async function listSeries(deps: Deps): Promise<Series[]> {
  const rows = await deps.db.select().from(maintenanceSeries).orderBy(asc(maintenanceSeries.name))
  return rows.toSorted((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null))
}

/** What decides when it takes place; only a change of it is judged, lest an old series cannot be renamed. */
const timing = new Set(['startsLocal', 'timeZone', 'rrule', 'durationMs'])

/** Changes a series and what is still planned of it; what was moved by hand keeps its time. */
export async function changeSeries(
  deps: Deps,
  actor: Actor,
  id: string,
  { components, ...edit }: SeriesEdit,
  notify: boolean,
): Promise<void> {
  const componentIds = components && (await idsOf(deps, components))
  await decide(async () => {
    const page = await thePage(deps)
    const before = await findSeries(deps, id)
    assertGoingOn(before)
    const now = deps.clock.now()
    const given = Object.entries({ ...edit, componentIds }).filter(
      ([, value]) => value !== undefined,
    )
    const after: Series = { ...before, ...Object.fromEntries(given), updatedAt: now }
    const isRearranged = given.some(([field]) => timing.has(field))
    if (isRearranged) assertRecurrence(after, after.durationMs, now)
    await deps.db.write([
      saveSeries(deps, before, { ...after, plannedUntil: now }),
      ...(await changesOfOccurrences(deps, actor, { page, before, after, notify })),
      audit(deps, actor, 'series.change', `maintenance-series/${id}`, {
        fields: given.map(([field]) => field),
      }),
    ])
  })
  await giveUpStrays(deps, id, { actor, notify })
  await planSeries(deps, id)
}

/** Plans nothing more of a series; what is planned takes place unless it is cancelled too. */
export async function endSeries(
  deps: Deps,
  actor: Actor,
  id: string,
  { cancelPlanned, notify }: { cancelPlanned: boolean; notify: boolean },
): Promise<void> {
  await decide(async () => {
    const before = await findSeries(deps, id)
    if (before.endedAt !== null) return
    const now = deps.clock.now()
    await deps.db.write([
      saveSeries(deps, before, { ...before, endedAt: now, updatedAt: now }),
      audit(deps, actor, 'series.end', `maintenance-series/${id}`, {
        cancel_planned: cancelPlanned,
      }),
    ])
  })
  // One by one, and the request is remembered last: repeated after a crash it goes on.
  const planned = cancelPlanned ? await plannedOf(deps, id) : []
  for (const { id: occurrence } of planned)
    await cancelMaintenance(deps, { id: actor.id, requestId: actor.requestId }, occurrence, {
      notify,
    })
  await deps.db.write(remember(deps, actor, id))
}

function assertGoingOn({ name, endedAt }: Series): void {
  if (endedAt !== null)
    throw new DomainError('conflict', `the series "${name}" has ended; begin a new one instead`)
}
