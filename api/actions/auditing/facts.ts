import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import {
  components,
  componentStatusIntervals,
  deliveries,
  groups,
  incidentComponents,
  incidents,
  page,
  probes,
  watches,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { dependenciesOf, needsOf } from '../../domain/dependencies.ts'
import { DAY, MINUTE } from '../../domain/time.ts'
import type { PageFacts } from '../../domain/truth.ts'
import { channels } from '../../domain/words.ts'
import { fullName } from '../components/components.ts'
import { allDependencies } from '../components/dependencies.ts'
import { unpublished } from '../duties.ts'
import { proposedAllClears } from '../incidents/all-clears.ts'
import { watchName } from '../probes/watches.ts'
import { recentNews } from '../telling/recent-news.ts'
import { alike, receiver } from '../telling/superseding.ts'

/** What the page says and what is known, as far as they may differ. */
export async function readFacts(deps: Deps): Promise<PageFacts> {
  const through = await deps.store.publishedThrough()
  const [[about], failing, open, named, needs, watching, [oldest], tellings] = await deps.db.batch([
    deps.db.select().from(page),
    failingComponents(deps),
    deps.db.select().from(incidents).where(isNull(incidents.resolvedAt)),
    affectedComponents(deps),
    allDependencies(deps),
    unseenProbes(deps),
    unpublished(deps, through),
    recentTellings(deps),
  ])
  const proposed = about ? await proposedAllClears(deps, about) : new Map<string, unknown>()
  // Once a part of what another one drags down is well again, the incident about that says no more of it.
  const affected = named.filter(
    ({ said, about: root, componentId }) =>
      said !== 'operational' || root === null || root === componentId,
  )
  const dependencies = dependenciesOf(needs)
  const rootOf = (componentId: string) => {
    const above = needsOf(dependencies, componentId)
    const root = affected.find(
      ({ draft, phase, said, componentId: id }) =>
        !draft && phase !== 'scheduled' && said !== 'operational' && above.includes(id),
    )
    if (!root) return null
    const { incidentId, incident } = root
    return { name: fullName(root.name, root.groupName), incidentId, incident }
  }
  const naming = (componentId: string, isDraft: boolean) =>
    open.find(
      ({ id, draft, status }) =>
        draft === isDraft &&
        // A plan says nothing of today.
        status !== 'scheduled' &&
        affected.some((row) => row.incidentId === id && row.componentId === componentId),
    )
  return {
    timeZone: about?.timeZone ?? 'Etc/UTC',
    components: failing.map(({ id, name, groupName, status, since, createdAt }) => ({
      id,
      name: fullName(name, groupName),
      status,
      since: since ?? createdAt,
      isTold: naming(id, false) !== undefined,
      draftId: naming(id, true)?.id ?? null,
      root: rootOf(id),
    })),
    incidents: open
      .filter(({ draft }) => !draft)
      .map((incident) => ({
        ...incident,
        components: named
          .filter(({ incidentId }) => incidentId === incident.id)
          .map(({ status, since, createdAt }) => ({ status, since: since ?? createdAt })),
        isAllClearProposed: proposed.has(incident.id),
      })),
    probes: watching.map(({ key, name, groupName, paused, updatedAt, nextAt, intervalMs }) => ({
      key,
      component: fullName(name, groupName),
      isPaused: paused,
      since: nextAt ?? updatedAt,
      intervalMs,
    })),
    unpublishedSince: oldest?.oldest ?? null,
    tellings: tellings.map(({ isExpanded, ...telling }) => ({
      ...telling,
      isExpanded: Boolean(isExpanded),
    })),
  }
}

const presentInterval = and(
  eq(componentStatusIntervals.componentId, components.id),
  isNull(componentStatusIntervals.endedAt),
)

function failingComponents(deps: Deps) {
  return deps.db
    .select({
      id: components.id,
      name: components.name,
      groupName: groups.name,
      status: components.status,
      since: componentStatusIntervals.startedAt,
      createdAt: components.createdAt,
    })
    .from(components)
    .leftJoin(groups, eq(groups.id, components.groupId))
    .leftJoin(componentStatusIntervals, presentInterval)
    .where(ne(components.status, 'operational'))
}

function affectedComponents(deps: Deps) {
  return deps.db
    .select({
      incidentId: incidentComponents.incidentId,
      incident: incidents.name,
      draft: incidents.draft,
      phase: incidents.status,
      /** What a probe opened it about. */
      about: probes.componentId,
      said: incidentComponents.status,
      componentId: components.id,
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
    .leftJoin(probes, eq(probes.id, incidents.probeId))
    .leftJoin(componentStatusIntervals, presentInterval)
    .where(isNull(incidents.resolvedAt))
}

function unseenProbes(deps: Deps) {
  const now = deps.clock.now()
  return deps.db
    .select({
      key: watchName,
      name: components.name,
      groupName: groups.name,
      paused: probes.paused,
      updatedAt: probes.updatedAt,
      nextAt: watches.nextAt,
      intervalMs: probes.intervalMs,
    })
    .from(watches)
    .innerJoin(probes, eq(probes.id, watches.probeId))
    .innerJoin(components, eq(components.id, probes.componentId))
    .leftJoin(groups, eq(groups.id, components.groupId))
    .where(
      sql`(${probes.paused} = 1 AND ${probes.updatedAt} < ${now - DAY}
          AND ${watches.region} = (SELECT min(region) FROM ${watches} one WHERE one.probe_id = ${probes.id}))
        OR ${watches.nextAt} < ${now - 2 * MINUTE}`,
    )
    .limit(100)
}

type Telling = {
  id: string
  incident: string
  createdAt: number
  isExpanded: number
  waiting: number
  untold: number
}

/** Of recent news, as far as no newer word makes up for them to whom they missed; whether it has begun is asked of the newest. */
function recentTellings(deps: Deps) {
  return deps.db.all<Telling>(sql`
    SELECT id, incident, createdAt, isExpanded, sum(waiting) AS waiting, sum(untold) AS untold
    FROM (
      SELECT a.id AS id, i.name AS incident, a.created_at AS createdAt, coalesce(a.expanded_at, a.superseded_at) IS NOT NULL AS isExpanded,
        coalesce(sum(d.state IN ('pending', 'sending')), 0) AS waiting,
        coalesce(sum(d.state IN ('dead', 'unknown')), 0) AS untold
      FROM ${recentNews(deps.clock.now())}
      CROSS JOIN json_each(${JSON.stringify(channels)}) c
      LEFT JOIN ${deliveries} d ON d.announcement_id = a.id AND d.channel = c.value
        AND d.state IN ('pending', 'sending', 'dead', 'unknown')
      LEFT JOIN ${receiver}
      GROUP BY ${alike(sql`i.was_stopped`)})
    GROUP BY id`)
}
