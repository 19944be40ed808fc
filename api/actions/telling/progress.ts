import { desc, eq, inArray, sql } from 'drizzle-orm'
import { announcements, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { isSettled, wasTold } from '../../domain/delivery.ts'
import { DomainError } from '../../domain/error.ts'
import type { DeliveryState } from '../../domain/words.ts'
import type { Announcement } from './announcements.ts'
import { iso } from '../page.ts'

/** How far the tellings of some incidents are, newest first, by incident. */
export async function progressOf(deps: Deps, incidentIds: string[]) {
  const rows = await deps.db
    .select()
    .from(announcements)
    .where(inArray(announcements.incidentId, incidentIds))
    .orderBy(desc(announcements.createdAt))
  return Map.groupBy(await withProgress(deps, rows), (progress) => progress.incident_id)
}

export async function announcementProgress(deps: Deps, id: string) {
  const rows = await deps.db.select().from(announcements).where(eq(announcements.id, id))
  const [found] = await withProgress(deps, rows)
  if (!found) throw new DomainError('not_found', `there is no announcement ${id}`)
  return found
}

async function withProgress(deps: Deps, rows: Announcement[]) {
  const counts = await deps.db
    .select({
      announcementId: deliveries.announcementId,
      state: deliveries.state,
      count: sql<number>`count(*)`,
    })
    .from(deliveries)
    .where(
      inArray(
        deliveries.announcementId,
        rows.map(({ id }) => id),
      ),
    )
    .groupBy(deliveries.announcementId, deliveries.state)
  return rows.map((announcement) => {
    const mine = counts.filter((count) => count.announcementId === announcement.id)
    const sum = (of: (state: DeliveryState) => boolean) =>
      mine.reduce((total, { state, count }) => total + (of(state) ? count : 0), 0)
    const settled = sum((state) => isSettled(state))
    const total = sum(() => true)
    return {
      id: announcement.id,
      incident_id: announcement.incidentId,
      kind: announcement.kind,
      created_at: iso(announcement.createdAt),
      total,
      told: sum(wasTold),
      states: Object.fromEntries(mine.map(({ state, count }) => [state, count])),
      done: announcement.expandedAt !== null && settled === total,
    }
  })
}
