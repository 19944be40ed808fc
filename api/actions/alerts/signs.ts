import { and, eq, isNull, lt, ne, sql } from 'drizzle-orm'
import {
  batches,
  deliveries,
  duties,
  incidents,
  page,
  probes,
  providerGates,
  watches,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { natures } from '../../domain/announcement.ts'
import type { Signs } from '../../domain/self-watch.ts'
import { MINUTE } from '../../domain/time.ts'
import { channels, type Channel } from '../../domain/words.ts'
import { readiness } from '../duties.ts'
import { recentNews } from '../telling/recent-news.ts'
import { alike, receiver } from '../telling/superseding.ts'
import { isDueBefore, watchName } from '../probes/watches.ts'

/** The duty that looks for trouble of our own; by its last run it knows whether we slept. */
export const WATCH = 'watch'
const SLEPT = 3 * MINUTE

/** What the tables tell of the service itself; cheap, however much was told and probed before. */
export async function readSigns(
  deps: Deps,
  cadence: Record<string, { every: number }>,
): Promise<Signs> {
  const now = deps.clock.now()
  const ready = await readiness(deps, cadence)
  const [[about], overdue, waiting, sent, untold, gates, unasked, [last]] = await deps.db.batch([
    deps.db.select({ timeZone: page.timeZone }).from(page),
    overdueUpdates(deps),
    firstWaiting(deps),
    lastSent(deps),
    untoldPeople(deps),
    deps.db.select().from(providerGates).where(ne(providerGates.circuit, 'closed')),
    unaskedProbes(deps),
    deps.db.select({ at: duties.startedAt }).from(duties).where(eq(duties.name, WATCH)),
  ])
  const providersOf = (channel: Channel) =>
    deps.providers
      .filter((provider) => provider.channel === channel)
      .map(({ name: provider }) => {
        const gate = gates.find((candidate) => candidate.provider === provider)
        return { provider, isOpen: gate !== undefined, since: gate?.openedAt ?? 0 }
      })
  return {
    timeZone: about?.timeZone ?? 'Etc/UTC',
    overdue: overdue.map((row) => ({ ...row, nextUpdateAt: row.nextUpdateAt! })),
    waiting: waiting.map(({ channel, since }) => ({
      channel,
      since,
      lastSentAt: sent.find((row) => row.channel === channel)?.at ?? null,
      providers: providersOf(channel),
    })),
    untold,
    gates: gates.flatMap(({ provider, openedAt, updatedAt, reason }) => {
      const channel = deps.providers.find(({ name }) => name === provider)?.channel
      // What is configured no more sends nothing any more.
      if (channel === undefined) return []
      const hasStandIn = providersOf(channel).some(({ isOpen }) => !isOpen)
      return [{ provider, channel, isOpen: true, since: openedAt ?? updatedAt, reason, hasStandIn }]
    }),
    unasked,
    duties: ready.duties.map(({ name, lag_ms }) => ({ name, lagMs: lag_ms })),
    unpublishedSince:
      ready.oldest_unpublished_document_ms === null
        ? null
        : now - ready.oldest_unpublished_document_ms,
    justAwake: last === undefined || now - last.at > SLEPT,
  }
}

export function overdueUpdates(deps: Deps) {
  return deps.db
    .select({
      incidentId: incidents.id,
      name: incidents.name,
      impact: incidents.impact,
      nextUpdateAt: incidents.nextUpdateAt,
    })
    .from(incidents)
    .where(
      and(
        isNull(incidents.resolvedAt),
        eq(incidents.draft, false),
        lt(incidents.nextUpdateAt, deps.clock.now()),
      ),
    )
}

/** Who is next on each channel, and since when they could have been told. */
export function firstWaiting(deps: Deps) {
  const priorities = [...new Set(Object.values(natures).map(({ priority }) => priority))]
  return deps.db.all<{ channel: Channel; since: number }>(sql`
    SELECT c.value AS channel, min(max(d.updated_at, coalesce(d.held_until, 0))) AS since
    FROM json_each(${JSON.stringify(channels)}) c
    CROSS JOIN json_each(${JSON.stringify(priorities)}) p
    CROSS JOIN ${deliveries} d ON d.id = (
      SELECT id FROM ${deliveries}
      WHERE state = 'pending' AND channel = c.value AND priority = p.value ORDER BY id LIMIT 1)
    GROUP BY c.value`)
}

function lastSent(deps: Deps) {
  return deps.db
    .select({ channel: batches.channel, at: sql<number>`max(${batches.updatedAt})` })
    .from(batches)
    .where(
      sql`${batches.updatedAt} > ${deps.clock.now() - 5 * MINUTE} AND ${batches.state} = 'done'`,
    )
    .groupBy(batches.channel)
}

/**
 * Of what is open or was lately: who was given up, and of whom nobody knows. A newer word makes up for an older one to
 * those who hear of it.
 */
export function untoldPeople(deps: Deps) {
  return deps.db.all<{
    incidentId: string
    name: string
    dead: number
    unknown: number
    latest: number
  }>(sql`
    SELECT incidentId, name, sum(dead) AS dead, sum(unknown) AS unknown, max(latest) AS latest
    FROM (
      SELECT i.id AS incidentId, i.name AS name, sum(d.state = 'dead') AS dead, sum(d.state = 'unknown') AS unknown,
        max(d.updated_at) AS latest
      FROM ${recentNews(deps.clock.now())}
      CROSS JOIN json_each(${JSON.stringify(channels)}) c
      CROSS JOIN ${deliveries} d ON d.announcement_id = a.id AND d.channel = c.value AND d.state IN ('dead', 'unknown')
      LEFT JOIN ${receiver}
      GROUP BY ${alike(sql`i.was_stopped`)})
    GROUP BY incidentId`)
}

/** Due for long, as the index of what is due has them: none while all is well. */
export function unaskedProbes(deps: Deps) {
  return deps.db
    .select({
      key: watchName,
      dueAt: sql<number>`${watches.nextAt}`,
      intervalMs: probes.intervalMs,
    })
    .from(watches)
    .innerJoin(probes, eq(probes.id, watches.probeId))
    .where(isDueBefore(deps.clock.now() - 2 * MINUTE))
    .orderBy(watches.nextAt)
    .limit(1000)
}
