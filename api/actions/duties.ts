import { sql } from 'drizzle-orm'
import { announcements, deliveries, documents, duties } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { MINUTE, SECOND } from '../domain/time.ts'

/** Frequent duties are written down at most this often: a beat must cost nothing when there is nothing to do. */
const WRITTEN_EVERY = 15 * SECOND

type Run = { startedAt: number; writtenAt: number; failed: boolean }

/** The last run of each duty in this process. */
const runs = new WeakMap<Deps, Map<string, Run>>()

/** Writes down that a duty ran, so that its lag can be seen from outside; never fails itself. */
export async function recordDuty(
  deps: Deps,
  name: string,
  every: number,
  startedAt: number,
  failure: unknown,
): Promise<void> {
  const mine = runs.get(deps) ?? new Map<string, Run>()
  runs.set(deps, mine)
  const last = mine.get(name)
  const failed = failure !== null
  const fresh = last?.failed === failed && startedAt - last.writtenAt < WRITTEN_EVERY
  const writtenAt = fresh && every < WRITTEN_EVERY ? last.writtenAt : startedAt
  mine.set(name, { startedAt, writtenAt, failed })
  if (writtenAt !== startedAt) return
  const row = {
    startedAt,
    finishedAt: deps.clock.now(),
    error: failure instanceof Error ? failure.message : null,
  }
  try {
    await deps.db
      .insert(duties)
      .values({ name, ...row })
      .onConflictDoUpdate({ target: duties.name, set: row })
  } catch (error) {
    deps.log.warn('a duty could not be written down', { duty: name, error })
  }
}

/** How far behind the background work is. Milliseconds; null where nothing waits. */
export async function readiness(deps: Deps, cadence: Record<string, { every: number }>) {
  const now = deps.clock.now()
  const through = await deps.store.publishedThrough()
  const [rows, [waiting], [unpublished]] = await deps.db.batch([
    deps.db.select().from(duties),
    deps.db
      .select({
        oldest: sql<number | null>`min(${deliveries.createdAt})`,
        count: sql<number>`count(*)`,
      })
      .from(deliveries)
      .where(sql`${deliveries.state} = 'pending'`),
    deps.db
      .select({ oldest: sql<number | null>`min(${documents.touchedAt})` })
      .from(documents)
      .where(sql`${documents.revision} > ${through}`),
  ])
  const [unexpanded] = await deps.db
    .select({ oldest: sql<number | null>`min(${announcements.createdAt})` })
    .from(announcements)
    .where(sql`${announcements.expandedAt} IS NULL`)
  const age = (at: number | null | undefined) => (at == null ? null : now - at)
  const duty = Object.entries(cadence).map(([name, { every }]) => {
    const row = rows.find((candidate) => candidate.name === name)
    const lag = row ? Math.max(0, now - row.startedAt - every) : null
    return {
      name,
      last_started_ms_ago: age(row?.startedAt),
      lag_ms: lag,
      error: row?.error ?? null,
    }
  })
  return {
    ready: duty.every(({ lag_ms }) => lag_ms !== null && lag_ms < 2 * MINUTE),
    duties: duty,
    oldest_pending_delivery_ms: age(waiting?.oldest),
    pending_deliveries: waiting?.count ?? 0,
    oldest_unexpanded_announcement_ms: age(unexpanded?.oldest),
    oldest_unpublished_document_ms: age(unpublished?.oldest),
  }
}
