import { and, asc, eq, isNull, notExists, sql } from 'drizzle-orm'
import { incidents, incidentUpdates, maintenanceSeries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { isTimeToTell, PLANNED_AHEAD, TOLD_AHEAD } from '../../domain/series.ts'
import { situations } from '../components/components.ts'
import { affectedIds, saveIncident } from '../incidents/timeline.ts'
import { thePage } from '../page.ts'
import { audit, decide, type Actor } from '../save.ts'
import { announceBeside } from '../telling/announcements.ts'
import { findMaintenance, remindedAfter } from './maintenances.ts'
import { cancelMaintenance } from './moving.ts'
import {
  findSeries,
  isPlanTold,
  occurrencesFrom,
  plannedOf,
  planTold,
  saveSeries,
  type Occurrence,
  type Series,
} from './occurrences.ts'
import { nextStarts } from './recurrence.ts'
import { plan } from './scheduling.ts'

/** Who plans what nobody is there to plan. */
const schedule: Actor = { id: 'schedule', requestId: null }

/** Plans what is near of every series, gives up what none asks for any more, and tells of what has come near. Returns how much was done. */
export async function planDue(deps: Deps): Promise<number> {
  const going = await deps.db
    .select({ id: maintenanceSeries.id })
    .from(maintenanceSeries)
    .where(isNull(maintenanceSeries.endedAt))
    .orderBy(asc(maintenanceSeries.createdAt))
  let count = 0
  for (const { id } of going) {
    try {
      count += await giveUpStrays(deps, id, { actor: schedule, notify: true })
      count += await planSeries(deps, id)
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unavailable') throw error
      // One that cannot be planned must not hold up the others.
      deps.log.error('a maintenance series cannot be planned', { series: id, error })
    }
  }
  return count + (await tellNear(deps))
}

/** Plans the occurrences of the next days that nobody has planned yet; two processes plan each of them once. */
export function planSeries(deps: Deps, id: string): Promise<number> {
  return decide(async () => {
    const series = await findSeries(deps, id)
    const now = deps.clock.now()
    const until = now + PLANNED_AHEAD
    const from = Math.max(series.plannedUntil, now)
    if (series.endedAt !== null) return 0
    const known = await occurrencesFrom(deps, id, from)
    const starts = nextStarts(series, from, until).filter(
      (start) => !known.some(({ occursAt }) => occursAt === start),
    )
    if (starts.length === 0) return 0
    const page = await thePage(deps)
    const isFirst = await hasNone(deps, id)
    const heard = await situations(deps, series.componentIds)
    await deps.db.write([
      // Whoever else plans or changes it at this moment starts over.
      saveSeries(deps, series, { ...series, plannedUntil: until }),
      ...starts.flatMap(
        (start, index) =>
          plan(
            deps,
            schedule,
            page,
            {
              ...workOf(series, start),
              notify: isTimeToTell(start, isFirst && index === 0, now),
              occurrence: { seriesId: id, occursAt: start },
            },
            heard,
          ).statements,
      ),
    ])
    return starts.length
  })
}

function workOf({ name, body, durationMs, ...series }: Series, start: number) {
  const { remindMs, autoStart, autoComplete, tells } = series
  const window = { scheduledFor: start, scheduledUntil: start + durationMs }
  return { name, body, ...window, remindMs, autoStart, autoComplete, tells }
}

async function hasNone(deps: Deps, id: string): Promise<boolean> {
  return !(await deps.db.query.incidents.findFirst({ where: eq(incidents.seriesId, id) }))
}

/**
 * Cancels what a series had planned at times that a change has taken from it. Told from the facts alone, so that no crash
 * leaves one behind.
 */
export async function giveUpStrays(
  deps: Deps,
  id: string,
  { actor, notify }: { actor: Actor; notify: boolean },
): Promise<number> {
  const series = await findSeries(deps, id)
  const now = deps.clock.now()
  const planned = (await plannedOf(deps, id)).filter(({ occursAt }) => occursAt > now)
  if (planned.length === 0) return 0
  const latest = Math.max(...planned.map(({ occursAt }) => occursAt))
  const starts = new Set(nextStarts(series, now, latest + 1))
  const strays = planned.filter(
    ({ scheduledFor, occursAt }) => scheduledFor === occursAt && !starts.has(occursAt),
  )
  for (const stray of strays)
    await cancelMaintenance(deps, { id: actor.id, requestId: actor.requestId }, stray.id, {
      notify,
    })
  return strays.length
}

/** Tells of occurrences that were planned long before and are near now. */
async function tellNear(deps: Deps): Promise<number> {
  const now = deps.clock.now()
  const near = await deps.db
    .select({ id: incidents.id })
    .from(incidents)
    .where(
      and(
        eq(incidents.kind, 'maintenance'),
        isNull(incidents.resolvedAt),
        eq(incidents.status, 'scheduled'),
        sql`${incidents.seriesId} IS NOT NULL`,
        sql`${incidents.scheduledFor} BETWEEN ${now} AND ${now + TOLD_AHEAD}`,
        sql`EXISTS (SELECT 1 FROM json_each(${incidents.tells}) WHERE value = 'scheduled')`,
        notExists(planTold(deps)),
      ),
    )
    .orderBy(asc(incidents.scheduledFor))
  for (const { id } of near) await tellOf(deps, id)
  return near.length
}

/** The plan itself, beside whatever else was said of it. */
function tellOf(deps: Deps, id: string): Promise<void> {
  return decide(async () => {
    const before = (await findMaintenance(deps, id)) as Occurrence
    if (before.status !== 'scheduled' || (await isPlanTold(deps, id))) return
    const now = deps.clock.now()
    const [update] = await deps.db
      .select({ id: incidentUpdates.id })
      .from(incidentUpdates)
      .where(eq(incidentUpdates.incidentId, id))
      .orderBy(asc(incidentUpdates.displayAt))
      .limit(1)
    await deps.db.write([
      saveIncident(deps, before, {
        ...before,
        remindedAt: remindedAfter(before, before, true, now),
      }),
      announceBeside(deps, {
        kind: 'maintenance_scheduled',
        incidentId: id,
        updateId: update?.id ?? null,
        impact: before.impact,
        componentIds: await affectedIds(deps, id),
      }),
      audit(deps, schedule, 'maintenance.tell', `maintenances/${id}`),
    ])
  })
}
