import { sql } from 'drizzle-orm'
import { announcements, deliveries, documents, duties } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { natures } from '../domain/announcement.ts'
import { MINUTE, SECOND } from '../domain/time.ts'
import { channels } from '../domain/words.ts'
import { countDue, recentLags } from './probes/lags.ts'

/** Frequent duties are written down at most this often: a beat must cost nothing when there is nothing to do. */
const WRITTEN_EVERY = 15 * SECOND

type Run = { startedAt: number; seenAt: number; writtenAt: number; failed: boolean }

/** The last run of each duty in this process. */
const runs = new WeakMap<Deps, Map<string, Run>>()

/** A long run is no lag: a duty that began, or asks whether to go on, is at work. */
export function noteDuty(deps: Deps, name: string, startedAt: number): void {
  const mine = runs.get(deps) ?? new Map<string, Run>()
  runs.set(deps, mine)
  const never = { writtenAt: -Infinity, failed: false }
  mine.set(name, { ...(mine.get(name) ?? never), startedAt, seenAt: deps.clock.now() })
}

/** Writes down that a duty ran, so that its lag can be seen from outside; never fails itself. */
export async function recordDuty(
  deps: Deps,
  name: string,
  every: number,
  startedAt: number,
  failure: unknown,
): Promise<void> {
  noteDuty(deps, name, startedAt)
  const run = runs.get(deps)!.get(name)!
  const failed = failure !== null
  const fresh = run.failed === failed && startedAt - run.writtenAt < WRITTEN_EVERY
  run.failed = failed
  if (fresh && every < WRITTEN_EVERY) return
  run.writtenAt = startedAt
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

/** Pending deliveries are counted up to here: more says nothing more, and is not counted in a moment. */
const MOST_COUNTED = 10_000

/** How far behind the background work is. Milliseconds; null where nothing waits. */
export async function readiness(deps: Deps, cadence: Record<string, { every: number }>) {
  const now = deps.clock.now()
  const through = await deps.store.publishedThrough()
  const [rows, [waiting], [oldest], [unseen], [unexpanded], [due]] = await deps.db.batch([
    deps.db.select().from(duties),
    countPending(deps),
    oldestPending(deps),
    unpublished(deps, through),
    deps.db
      .select({ oldest: sql<number | null>`min(${announcements.createdAt})` })
      .from(announcements)
      .where(sql`${announcements.expandedAt} IS NULL`),
    countDue(deps),
  ])
  const age = (at: number | null | undefined) => (at == null ? null : now - at)
  const duty = Object.entries(cadence).map(([name, { every }]) => {
    const row = rows.find((candidate) => candidate.name === name)
    const mine = runs.get(deps)?.get(name)
    // What another process did stands in its row, which may be that much older.
    const written = every < WRITTEN_EVERY ? WRITTEN_EVERY : 0
    const seen = mine?.seenAt ?? (row && row.startedAt + written)
    return {
      name,
      last_started_ms_ago: age(mine?.startedAt ?? row?.startedAt),
      lag_ms: seen === undefined ? null : Math.max(0, now - seen - every),
      error: row?.error ?? null,
    }
  })
  return {
    ready: duty.every(({ lag_ms }) => lag_ms !== null && lag_ms < 2 * MINUTE),
    duties: duty,
    oldest_pending_delivery_ms: age(oldest?.at),
    pending_deliveries: waiting?.count ?? 0,
    oldest_unexpanded_announcement_ms: age(unexpanded?.oldest),
    oldest_unpublished_document_ms: age(unseen?.oldest),
    probes: { due: due?.due ?? 0, overdue: due?.overdue ?? 0, ...recentLags(deps) },
  }
}

/** Since when the page is older than the facts. */
export function unpublished(deps: Deps, through: number) {
  return deps.db
    .select({ oldest: sql<number | null>`min(${documents.touchedAt})` })
    .from(documents)
    .where(sql`${documents.revision} > ${through}`)
}

export function countPending(deps: Deps) {
  return deps.db.all<{ count: number }>(sql`
    SELECT count(*) AS count FROM (
      SELECT 1 FROM ${deliveries} WHERE state = 'pending' LIMIT ${MOST_COUNTED})`)
}

/** Since when what came first on each channel, of each urgency, could have been sent. */
export function oldestPending(deps: Deps) {
  const priorities = [...new Set(Object.values(natures).map(({ priority }) => priority))]
  return deps.db.all<{ at: number | null }>(sql`
    SELECT min(max(d.created_at, coalesce(d.held_until, 0))) AS at
    FROM json_each(${JSON.stringify(channels)}) c
    CROSS JOIN json_each(${JSON.stringify(priorities)}) p
    CROSS JOIN ${deliveries} d ON d.id = (
      SELECT id FROM ${deliveries}
      WHERE state = 'pending' AND channel = c.value AND priority = p.value ORDER BY id LIMIT 1)`)
}
