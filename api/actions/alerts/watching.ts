import { and, inArray, sql } from 'drizzle-orm'
import { alerts } from '../../../db/schema.ts'
import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import { decideAlerts, type Concern, type Dismissed, type Live } from '../../domain/alert.ts'
import { concernsOf, silentSources, watchedSources } from '../../domain/self-watch.ts'
import { dayOf, startOfDay } from '../../domain/time.ts'
import { audit } from '../save.ts'
import { isLive, raiseAll, resolve } from './raising.ts'
import { readSigns } from './signs.ts'

const nobody = new Set<string>()

/** Raises what is wrong with the service itself, and resolves what is over. Writes only where something changes. */
export async function watch(
  deps: Deps,
  cadence: Record<string, { every: number }>,
): Promise<{ raised: number; resolved: number }> {
  const signs = await readSigns(deps, cadence)
  const concerns = concernsOf(signs, deps.clock.now())
  const known = await liveOnes(deps)
  const live = known.filter(({ source }) => source !== 'sms')
  const dismissed = await dismissedOnes(deps, concerns, live)
  const unjudged = signs.justAwake ? silentSources : nobody
  const decided = decideAlerts(concerns, live, dismissed, unjudged)
  const resolved = [...decided.resolved, ...ofYesterday(deps, known)]
  await deps.db.write(save(deps, decided.raised, resolved))
  return { raised: decided.raised.length, resolved: resolved.length }
}

function save(deps: Deps, raised: Concern[], resolved: Live[]): Statement[] {
  const note = (source: string, action: string, { dedupeKey, title }: Live | Concern) =>
    audit(deps, { id: source, requestId: null }, action, `alerts/${source}:${dedupeKey}`, { title })
  return [
    ...(raised.length > 0 ? [raiseAll(deps, raised)] : []),
    ...raised.map((concern) => note(concern.source, 'alert.raised', concern)),
    ...resolved.flatMap((alert) => [
      resolve(deps, alert.source, alert.dedupeKey, 'its cause is gone'),
      note(alert.source, 'alert.resolved', alert),
    ]),
  ]
}

type Known = Live & { lastSeenAt: number | null }

function liveOnes(deps: Deps): Promise<Known[]> {
  return deps.db
    .select({
      source: alerts.source,
      dedupeKey: alerts.dedupeKey,
      severity: alerts.severity,
      title: alerts.title,
      detail: alerts.detail,
      lastSeenAt: alerts.lastSeenAt,
    })
    .from(alerts)
    .where(and(isLive(), inArray(alerts.source, [...watchedSources, 'sms'])))
}

/** What a person resolved since the first of these began; asked for only where something would be raised. */
async function dismissedOnes(deps: Deps, concerns: Concern[], live: Live[]): Promise<Dismissed[]> {
  const fresh = concerns.filter(
    ({ source, dedupeKey }) =>
      !live.some((alert) => alert.source === source && alert.dedupeKey === dedupeKey),
  )
  if (fresh.length === 0) return []
  const since = Math.min(...fresh.map((concern) => concern.since))
  const rows = await deps.db
    .select({
      source: alerts.source,
      dedupeKey: alerts.dedupeKey,
      resolvedAt: alerts.resolvedAt,
    })
    .from(alerts)
    .where(
      and(
        sql`${alerts.status} = 'resolved' AND ${alerts.createdAt} >= ${since}`,
        inArray(alerts.source, [...watchedSources]),
        sql`${alerts.resolvedBy} <> ${alerts.source}`,
      ),
    )
  return rows.map((row) => ({ ...row, resolvedAt: row.resolvedAt ?? 0 }))
}

/** What is told of SMS holds for a day (UTC). */
function ofYesterday(deps: Deps, known: Known[]): Live[] {
  const today = startOfDay(dayOf(deps.clock.now(), 'UTC'), 'UTC')
  return known.filter(({ source, lastSeenAt }) => source === 'sms' && (lastSeenAt ?? 0) < today)
}
