import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import {
  incidentComponents,
  incidents,
  incidentUpdates,
  probes,
  watches,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { announcementOfMove } from '../../domain/maintenance-telling.ts'
import {
  endedAt,
  isEndDue,
  isReminderDue,
  isWellAfter,
  startsAt,
} from '../../domain/maintenance-times.ts'
import { isAsked } from '../../domain/question.ts'
import { affectedIds, saveIncident } from '../incidents/timeline.ts'
import { nudge } from '../nudge.ts'
import { thePage, type Page } from '../page.ts'
import { audit, decide } from '../save.ts'
import { announce } from '../telling/announcements.ts'
import { carryOut, findMaintenance, type Maintenance } from './maintenances.ts'
import { isYetToBeTold } from './occurrences.ts'

const heartbeat = { id: 'heartbeat', requestId: null }

/** Reminds of what is near, begins what is due, and ends what is over and well. Returns how many moves it made. */
export async function maintainDue(deps: Deps): Promise<number> {
  const page = await deps.db.query.page.findFirst()
  if (!page) return 0
  let moves = 0
  // In this order, so that what began and ended while we slept does so in turn.
  for (const step of [remind, begin, end])
    for (const { id } of await dueMaintenances(deps)) if (await once(deps, id, step)) moves++
  if (moves > 0) nudge(deps)
  return moves
}

/** Open ones whose reminder, start or end has come; the next step decides. */
export function dueMaintenances(deps: Deps) {
  const now = deps.clock.now()
  return deps.db
    .select({ id: incidents.id })
    .from(incidents)
    .where(
      and(
        sql`${incidents.kind} = 'maintenance'`,
        isNull(incidents.resolvedAt),
        sql`CASE WHEN ${incidents.status} <> 'scheduled' THEN auto_complete = 1 AND scheduled_until <= ${now}
          WHEN scheduled_for <= ${now} THEN auto_start = 1
          ELSE reminded_at IS NULL AND scheduled_for - remind_ms <= ${now} END`,
      ),
    )
    .orderBy(asc(incidents.startedAt))
}

/** What a step saves of a maintenance that is due for it, or null. */
type DueStep = (deps: Deps, page: Page, maintenance: Maintenance) => Promise<Statement[] | null>

/** However many processes try: whoever comes second reads that it is done. */
function once(deps: Deps, id: string, step: DueStep): Promise<boolean> {
  return decide(async () => {
    const statements = await step(deps, await thePage(deps), await findMaintenance(deps, id))
    if (statements === null) return false
    await deps.db.write(statements)
    return true
  })
}

/** A reminder is news without words of its own; of a plan that people are yet to hear they are not reminded. */
async function remind(deps: Deps, _page: Page, before: Maintenance): Promise<Statement[] | null> {
  const now = deps.clock.now()
  if (!isReminderDue(before, now) || (await isYetToBeTold(deps, before))) return null
  const kind = announcementOfMove('remind', { tells: before.tells, notify: true })
  return [
    saveIncident(deps, before, { ...before, remindedAt: now }),
    ...(kind === null
      ? []
      : announce(deps, {
          kind,
          incidentId: before.id,
          updateId: null,
          impact: before.impact,
          componentIds: await affectedIds(deps, before.id),
        })),
    audit(deps, heartbeat, 'maintenance.remind', `maintenances/${before.id}`),
  ]
}

async function begin(deps: Deps, page: Page, before: Maintenance): Promise<Statement[] | null> {
  const at = startsAt(before, deps.clock.now())
  if (at === null) return null
  return carryOut(deps, heartbeat, page, before, { move: 'start', at, notify: true })
}

async function end(deps: Deps, page: Page, before: Maintenance): Promise<Statement[] | null> {
  const now = deps.clock.now()
  if (!isEndDue(before, now) || !(await isWell(deps, before))) return null
  const at = endedAt(before, await noticedAt(deps, before), now)
  return carryOut(deps, heartbeat, page, before, { move: 'complete', at, notify: true })
}

/** Whether no probe of its components says otherwise. */
async function isWell(deps: Deps, { id, startedAt }: Maintenance): Promise<boolean> {
  const rows = await deps.db
    .select({
      kind: probes.kind,
      state: probes.state,
      lastCheckedAt: sql<number | null>`max(${watches.lastCheckedAt})`,
    })
    .from(incidentComponents)
    .innerJoin(probes, eq(probes.componentId, incidentComponents.componentId))
    .leftJoin(watches, eq(watches.probeId, probes.id))
    .where(and(eq(incidentComponents.incidentId, id), eq(probes.paused, false)))
    .groupBy(probes.id)
  return rows.every(({ kind, state, lastCheckedAt }) =>
    isWellAfter({ state, isAsking: isAsked(kind), lastCheckedAt }, startedAt),
  )
}

/** When it was said that the work had begun. */
async function noticedAt(deps: Deps, { id, startedAt }: Maintenance): Promise<number> {
  const said = await deps.db.query.incidentUpdates.findFirst({
    where: and(
      eq(incidentUpdates.incidentId, id),
      inArray(incidentUpdates.status, ['in_progress']),
    ),
    orderBy: asc(incidentUpdates.displayAt),
  })
  return said?.displayAt ?? startedAt
}
