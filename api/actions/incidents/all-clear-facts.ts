import { and, eq, inArray, isNull, max, or, sql, type SQL } from 'drizzle-orm'
import {
  components,
  componentStatusIntervals,
  groups,
  incidentComponents,
  incidents,
  probeReports,
  probes,
  sampleBuckets,
  templates,
  watches,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { wellSince, type AllClearFacts } from '../../domain/all-clear.ts'
import { emptyBucket, readHistogram } from '../../domain/latency.ts'
import { answersWithin } from '../../domain/outage-answers.ts'
import { isAsked } from '../../domain/question.ts'
import { HOUR, SECOND } from '../../domain/time.ts'
import { LOOKS, type Watcher } from '../../domain/watching.ts'
import { fullName, inPageOrder } from '../components/components.ts'
import type { Page } from '../page.ts'

export type OpenedByProbe = { id: string; probeId: string; facts: AllClearFacts }

/** What open incidents of probes are about. What has not been well for long comes without the answers of its probes. */
export async function loadAllClearFacts(
  deps: Deps,
  page: Page,
  ids?: string[],
): Promise<OpenedByProbe[]> {
  const chosen = and(
    eq(incidents.kind, 'incident'),
    isNull(incidents.resolvedAt),
    sql`${incidents.probeId} IS NOT NULL`,
    ids && inArray(incidents.id, ids),
  )!
  const opened = await deps.db
    .select({
      incident: incidents,
      opener: { key: probes.key, watchMs: probes.watchMs },
      closing: { title: templates.title, body: templates.body },
    })
    .from(incidents)
    .innerJoin(probes, eq(probes.id, incidents.probeId))
    .leftJoin(templates, eq(templates.key, probes.closingTemplate))
    .where(chosen)
  if (opened.length === 0) return []
  const [named, asking] = await deps.db.batch([
    namedComponents(deps, chosen),
    askingProbes(deps, chosen),
  ])
  const all = opened.map(({ incident, opener, closing }) => {
    const own = named.filter(({ incidentId }) => incidentId === incident.id)
    const heard = asking.filter(
      ({ id, componentId }) =>
        id === incident.probeId || own.some((component) => component.id === componentId),
    )
    const first = heard.find(({ id }) => id === incident.probeId)
    return {
      id: incident.id,
      probeId: incident.probeId!,
      watched: heard,
      facts: {
        page,
        incident,
        components: own.map(({ name, groupName, status, since, createdAt }) => ({
          name: fullName(name, groupName),
          status,
          since: since ?? createdAt,
        })),
        opener: first ? { ...watcherOf(first), watchMs: opener.watchMs, closing } : null,
        others: heard.filter((probe) => probe !== first).map(watcherOf),
        answers: emptyBucket,
        looksSince: 0,
      },
    }
  })
  return Promise.all(all.map((one) => withAnswers(deps, one)))
}

function namedComponents(deps: Deps, chosen: SQL) {
  return deps.db
    .select({
      incidentId: incidentComponents.incidentId,
      id: components.id,
      name: components.name,
      groupName: groups.name,
      status: components.status,
      since: componentStatusIntervals.startedAt,
      createdAt: components.createdAt,
    })
    .from(incidents)
    .innerJoin(incidentComponents, eq(incidentComponents.incidentId, incidents.id))
    .innerJoin(components, eq(components.id, incidentComponents.componentId))
    .leftJoin(groups, eq(groups.id, components.groupId))
    .leftJoin(
      componentStatusIntervals,
      and(
        eq(componentStatusIntervals.componentId, components.id),
        isNull(componentStatusIntervals.endedAt),
      ),
    )
    .where(chosen)
    .orderBy(...inPageOrder)
}

type Asking = Awaited<ReturnType<typeof askingProbes>>[number]

/** Those of what is named, and those that opened it; a paused one has no say. What a region last said counts while it is heard. */
function askingProbes(deps: Deps, chosen: SQL) {
  const naming = deps.db
    .select({ id: incidentComponents.componentId })
    .from(incidentComponents)
    .innerJoin(incidents, eq(incidents.id, incidentComponents.incidentId))
    .where(chosen)
  const opening = deps.db.select({ id: incidents.probeId }).from(incidents).where(chosen)
  const lastCheckedAt = sql<number | null>`max(${watches.lastCheckedAt})`
  const isHeard = sql`${watches.lastCheckedAt} >= ${deps.clock.now()} - 3 * max(${probes.intervalMs}, 60000)`
  return deps.db
    .select({
      id: probes.id,
      kind: probes.kind,
      componentId: probes.componentId,
      state: probes.state,
      stateSince: probes.stateSince,
      intervalMs: probes.intervalMs,
      lastCheckedAt,
      flappingUntil: sql<
        number | null
      >`max(CASE WHEN ${isHeard} THEN ${watches.flappingUntil} END)`,
      regions: sql<number>`coalesce(sum(${isHeard}), 0)`,
      listeningSince: max(probeReports.listeningSince),
    })
    .from(probes)
    .leftJoin(watches, eq(watches.probeId, probes.id))
    .leftJoin(probeReports, eq(probeReports.probeId, probes.id))
    .where(
      and(
        eq(probes.paused, false),
        or(inArray(probes.componentId, naming), inArray(probes.id, opening)),
      ),
    )
    .groupBy(probes.id)
}

function watcherOf({ kind, ...watcher }: Asking): Watcher {
  return { ...watcher, looks: isAsked(kind) ? [] : null }
}

/** Fine buckets are kept for two days; of what began before, the hours tell. */
const FINE = 47 * HOUR

type Loaded = OpenedByProbe & { watched: Asking[] }

async function withAnswers(deps: Deps, { watched, ...one }: Loaded): Promise<OpenedByProbe> {
  const { facts } = one
  const now = deps.clock.now()
  const ended = wellSince(facts)
  if (ended === null || now - ended < facts.opener!.watchMs) return one
  const began = facts.incident.startedAt
  const resolution = began > now - FINE ? LOOKS : HOUR
  // Holes before that are no matter: it was watched for long enough since.
  const looksSince = Math.max(ended, now - facts.opener!.watchMs - 2 * HOUR)
  const ids = watched.map(({ id }) => id)
  const [answers, looks] = await deps.db.batch([
    bucketsOf(deps, ids, resolution, began, ended),
    bucketsOf(deps, ids, LOOKS, looksSince, now),
  ])
  const looksOf = ({ id, kind, regions }: Asking) =>
    isAsked(kind)
      ? looks
          .filter(({ probeId }) => probeId === id)
          .map(({ startedAt, ok, failed }) => ({
            at: startedAt,
            count: Math.ceil((ok + failed) / Math.max(1, regions)),
          }))
      : null
  const first = watched.find(({ id }) => id === one.probeId)!
  return {
    ...one,
    facts: {
      ...facts,
      looksSince,
      opener: { ...facts.opener!, looks: looksOf(first) },
      others: watched
        .filter((probe) => probe !== first)
        .map((probe) => ({ ...watcherOf(probe), looks: looksOf(probe) })),
      answers: answersWithin(
        answers.map(({ probeId, startedAt: at, histogram, ...row }) => {
          const { intervalMs, regions } = watched.find(({ id }) => id === probeId)!
          const bucket = { ...row, histogram: readHistogram(histogram) }
          return { at, bucket, intervalMs: intervalMs / Math.max(1, regions) }
        }),
        { from: began, until: ended, length: resolution, now },
      ),
    },
  }
}

function bucketsOf(deps: Deps, ids: string[], resolution: number, from: number, until: number) {
  return deps.db
    .select()
    .from(sampleBuckets)
    .where(
      and(
        inArray(sampleBuckets.probeId, ids),
        eq(sampleBuckets.resolution, resolution / SECOND),
        sql`${sampleBuckets.startedAt} > ${from - resolution}`,
        sql`${sampleBuckets.startedAt} <= ${until}`,
      ),
    )
    .orderBy(sampleBuckets.startedAt)
}
