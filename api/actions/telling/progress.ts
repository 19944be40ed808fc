import { desc, eq, inArray, sql } from 'drizzle-orm'
import { announcements, deliveries, deliveryCounts, incidents } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { isSettled, wasTold } from '../../domain/delivery.ts'
import { DomainError } from '../../domain/error.ts'
import { speedOf, timeFor } from '../../domain/pace.ts'
import { replayRefusal } from '../../domain/replay.ts'
import { channels, type Channel, type DeliveryState } from '../../domain/words.ts'
import type { Announcement } from './announcements.ts'
import { keptForASecond } from '../kept.ts'
import { iso, isoOrNull } from '../page.ts'
import { trafficOf, type Traffic } from './pace.ts'
import { reasonsOf } from './reasons.ts'

export type Progress = Awaited<ReturnType<typeof withProgress>>[number]

/** How far the tellings of some incidents are, newest first, by incident. */
export async function progressOf(
  deps: Deps,
  incidentIds: string[],
): Promise<Map<string | null, Progress[]>> {
  const progress = await ofIncidents.read(deps, JSON.stringify(incidentIds))
  return Map.groupBy(progress, ({ incident_id }) => incident_id)
}

const ofIncidents = keptForASecond(async (deps, key) => {
  const rows = await deps.db
    .select()
    .from(announcements)
    .where(inArray(announcements.incidentId, JSON.parse(key) as string[]))
    .orderBy(desc(announcements.createdAt))
  return withProgress(deps, rows)
})

/** How far one telling is, why some could not be told, and whether they may be told again. */
export async function announcementProgress(deps: Deps, id: string) {
  const progress = await ofOne.read(deps, id)
  return { ...progress, reasons: await reasonsOf(deps, progress) }
}

/** The same without reasons, as it is at this moment. */
export function progressNow(deps: Deps, id: string) {
  forgetProgress(deps)
  return ofOne.read(deps, id)
}

const ofOne = keptForASecond(async (deps, id) => {
  const [found] = await deps.db
    .select({ announcement: announcements, incident: incidents })
    .from(announcements)
    .leftJoin(incidents, eq(incidents.id, announcements.incidentId))
    .where(eq(announcements.id, id))
  if (!found) throw new DomainError('not_found', `there is no announcement ${id}`)
  const { announcement, incident } = found
  const [progress] = await withProgress(deps, [announcement])
  return {
    ...progress!,
    incident_name: incident?.name ?? null,
    expires_at: iso(announcement.expiresAt),
    replay_refusal: replayRefusal({
      kind: announcement.kind,
      isStopped: announcement.stoppedAt !== null,
      isForgotten: announcement.foldedAt !== null,
      isOutdated: announcement.outdatedAt !== null,
      isOver: incident !== null && incident.resolvedAt !== null,
    }),
  }
})

/** What an operator changed is seen at once. */
export function forgetProgress(deps: Deps): void {
  ofIncidents.forget(deps)
  ofOne.forget(deps)
}

export async function withProgress(deps: Deps, rows: Announcement[]) {
  const ids = rows.map(({ id }) => id)
  const [counts, traffic] = await Promise.all([tallyOf(deps, ids), trafficOf(deps)])
  return rows.map((announcement) => {
    const mine = counts.filter((count) => count.id === announcement.id)
    const { total, told, states, settled } = sumUp(mine)
    return {
      id: announcement.id,
      incident_id: announcement.incidentId,
      kind: announcement.kind,
      created_at: iso(announcement.createdAt),
      stopped_at: isoOrNull(announcement.stoppedAt),
      superseded_at: isoOrNull(announcement.supersededAt),
      total,
      told,
      states,
      done: announcement.expandedAt !== null && settled === total,
      channels: channels.flatMap((channel) => {
        const own = mine.filter((count) => count.channel === channel)
        return own.length > 0 ? [ofChannel(announcement, channel, own, traffic)] : []
      }),
    }
  })
}

type Count = { id: string; channel: Channel; state: DeliveryState; count: number }

/** Counted from the index alone; of what was forgotten its counts are left. */
async function tallyOf(deps: Deps, ids: string[]): Promise<Count[]> {
  const [counted, remembered] = await deps.db.batch([
    countDeliveries(deps, ids),
    deps.db
      .select({
        id: deliveryCounts.announcementId,
        channel: deliveryCounts.channel,
        state: deliveryCounts.state,
        count: deliveryCounts.count,
      })
      .from(deliveryCounts)
      .where(inArray(deliveryCounts.announcementId, ids)),
  ])
  return [...counted, ...remembered]
}

export function countDeliveries(deps: Deps, ids: string[]) {
  return deps.db
    .select({
      id: deliveries.announcementId,
      channel: deliveries.channel,
      state: deliveries.state,
      count: sql<number>`count(*)`,
    })
    .from(deliveries)
    .where(inArray(deliveries.announcementId, ids))
    .groupBy(deliveries.announcementId, deliveries.channel, deliveries.state)
}

function sumUp(counts: Count[]) {
  const sum = (of: (state: DeliveryState) => boolean) =>
    counts.reduce((total, { state, count }) => total + (of(state) ? count : 0), 0)
  const states: Partial<Record<DeliveryState, number>> = {}
  for (const { state, count } of counts) states[state] = (states[state] ?? 0) + count
  return { total: sum(() => true), told: sum(wasTold), settled: sum(isSettled), states }
}

const failures: readonly DeliveryState[] = [
  'failed',
  'bounced',
  'undelivered',
  'suppressed',
  'dead',
  'expired',
]

function ofChannel(
  { id, priority, expandedAt, stoppedAt }: Announcement,
  channel: Channel,
  counts: Count[],
  { pace, ahead, size }: Traffic,
) {
  const { total, told, settled, states } = sumUp(counts)
  const of = (...asked: readonly DeliveryState[]) =>
    asked.reduce((all, state) => all + (states[state] ?? 0), 0)
  const each = size(channel, id)
  const left = of('sending') * each + (of('pending') > 0 ? ahead(channel, priority) : 0)
  const speed = speedOf(pace(channel))
  // Whoever is held waits for the end of their quiet hours, which no rate can tell.
  const isUnknown = stoppedAt !== null || (left === 0 && of('held') > 0)
  return {
    channel,
    total,
    told,
    delivered: of('delivered', 'complained'),
    failed: of(...failures),
    waiting: total - settled,
    states,
    per_second: left > 0 && speed !== null ? speed / each : null,
    remaining_ms: isUnknown ? null : timeFor(left, pace(channel)),
    done: expandedAt !== null && settled === total,
  }
}
