import { and, eq, inArray, isNotNull, ne, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { probeReports, watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { isAsked } from '../../domain/question.ts'
import { parseReportToken, reportText } from '../../domain/report.ts'
import { MINUTE, SECOND } from '../../domain/time.ts'
import type { Told } from '../../probers/prober.ts'
import type { Claimed, Judged, Probe } from './probing.ts'

type ToldKind = 'heartbeat' | 'metric'
type News = { isGood?: boolean; message?: string; value?: number; measuredAt?: number }

/** The place where a new probe that is told finds what it is told. */
export function placeForReports(deps: Deps, { id, kind }: Probe): Statement[] {
  if (isAsked(kind)) return []
  return [deps.db.insert(probeReports).values({ probeId: id, listeningSince: deps.clock.now() })]
}

/** Stores what comes with a token: one write, and only where the signature fits. */
export async function hear(deps: Deps, kind: ToldKind, text: string, news: News): Promise<void> {
  const token = parseReportToken(text)
  const fits = token && (await deps.secrets.verify(kind, reportText(token), token.signature))
  const heard = fits && (await store(deps, token.probeId, news, token.version))
  if (!heard) throw new DomainError('not_found', 'nobody listens under this address')
}

/** Stores what an operator's program says of a probe. */
export async function hearValue(deps: Deps, probe: Probe, news: News): Promise<void> {
  if (probe.kind !== 'metric')
    throw new DomainError('conflict', `${probe.key} is asked by ${probe.kind} and takes no values`)
  await store(deps, probe.id, news)
}

/** True also where something newer is known already; false when there is no such probe or its token has changed. */
async function store(deps: Deps, probeId: string, news: News, version?: number): Promise<boolean> {
  const now = deps.clock.now()
  const measuredAt = measured(news.measuredAt, now)
  const known = and(
    eq(probeReports.probeId, probeId),
    version === undefined ? undefined : eq(probeReports.tokenVersion, version),
  )
  const [stored] = await deps.db.write([
    deps.db
      .update(probeReports)
      .set({
        receivedAt: now,
        measuredAt,
        isGood: news.isGood ?? true,
        message: news.message ?? '',
        value: news.value ?? null,
      })
      .where(and(known, sql`coalesce(${probeReports.measuredAt}, 0) <= ${measuredAt}`))
      .returning({ id: probeReports.probeId }),
    lookSoon(deps, probeId, news),
  ])
  if (stored!.length > 0) return true
  return (await deps.db.$count(probeReports, known)) > 0
}

function measured(at: number | undefined, now: number): number {
  if (at === undefined) return now
  if (at <= now + MINUTE) return Math.min(at, now)
  const message = 'must not be in the future'
  throw new DomainError('invalid', `at: ${message}`, { fields: [{ path: 'at', message }] })
}

/** A value, bad news, or any news of what is not well is looked at with the next beat. */
function lookSoon(deps: Deps, probeId: string, { isGood = true, value }: News): Statement {
  const matters = !isGood || value !== undefined
  const now = deps.clock.now()
  return deps.db
    .update(watches)
    .set({ nextAt: sql`min(${watches.nextAt}, ${now + 1})` })
    .where(
      and(
        eq(watches.probeId, probeId),
        isNotNull(watches.nextAt),
        matters ? undefined : ne(watches.state, 'up'),
      ),
    )
}

/** What the probes among these that are told have been told, as of `at`. */
export async function loadTold(
  deps: Deps,
  claimed: Claimed[],
  at: number,
): Promise<Map<string, Told>> {
  const awakeSince = noteAwake(deps, at)
  const told = claimed.filter(({ probe }) => !isAsked(probe.kind))
  if (told.length === 0) return new Map()
  const ids = told.map(({ probe }) => probe.id)
  const rows = await deps.db.select().from(probeReports).where(inArray(probeReports.probeId, ids))
  const reports = new Map(rows.map((row) => [row.probeId, row]))
  return new Map(
    told.map((one) => {
      const { lastCheckedAt, probeId } = one.watch
      const report = reports.get(probeId)!
      const listeningSince = since(one, Math.max(report.listeningSince, awakeSince), at)
      return [probeId, { report: { ...report, listeningSince }, at, lastCheckedAt }]
    }),
  )
}

/** Between two looks that are further apart this process was away: looks are a second apart. */
const AWAY = 5 * SECOND
const awake = new WeakMap<Deps, { since: number; at: number }>()

/** Since when somebody is there to hear whoever calls. */
function noteAwake(deps: Deps, at: number): number {
  if (!deps.hearsOnlyWhileAwake) return 0
  const before = awake.get(deps)
  const wasThere = before !== undefined && Math.abs(at - before.at) <= AWAY
  const since = wasThere ? before.since : at
  awake.set(deps, { since, at })
  return since
}

/** What was missed before a probe was resumed, or while nobody looked when it was due, is nobody's fault. */
function since({ probe, watch }: Claimed, listeningSince: number, at: number): number {
  if (wasUnattended(watch, at)) return at
  return watch.lastCheckedAt === null ? Math.max(listeningSince, probe.updatedAt) : listeningSince
}

/** Nobody looked although it was time: we were not there, or could store nothing. */
function wasUnattended({ nextAt }: Claimed['watch'], at: number): boolean {
  return at - nextAt > 2 * MINUTE
}

/** Notes since when somebody listens again. */
export function listenAnew(deps: Deps, judged: Judged[]): Statement[] {
  return judged
    .filter(({ probe, watch, at }) => !isAsked(probe.kind) && wasUnattended(watch, at))
    .map(({ probe, at }) =>
      deps.db
        .update(probeReports)
        .set({ listeningSince: at })
        .where(eq(probeReports.probeId, probe.id)),
    )
}
