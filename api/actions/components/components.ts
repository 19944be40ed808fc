import { and, eq, inArray, isNull, lte, sql, type SQL } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import {
  components,
  componentStatusIntervals,
  groups,
  incidentComponents,
  incidents,
  probes,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByComponents } from '../../domain/documents.ts'
import { DomainError } from '../../domain/error.ts'
import { effectiveStatus, isUnderMaintenance, worstWord, type Word } from '../../domain/status.ts'
import type { ComponentStatus, ProbeState } from '../../domain/words.ts'
import { nextVersion } from '../save.ts'

export type Component = typeof components.$inferSelect

/** Everything that has a say in a component's status. */
export type Situation = {
  component: Component
  /** `Group - Component` for grouped ones. */
  fullName: string
  /** The operator's word outside incidents. */
  declared: Word | null
  byIncident: Map<string, Word>
  byProbe: Map<string, Word>
}

/** Groups in their order, then what is in no group. */
export const inPageOrder = [sql`${groups.position} IS NULL`, groups.position, components.position]

/** Loads components with every word on them; ids that do not exist are left out. */
export async function situations(deps: Deps, ids: string[]): Promise<Situation[]> {
  if (ids.length === 0) return []
  const [rows, incidentWords, probeWords] = await deps.db.batch([
    deps.db
      .select({ component: components, groupName: groups.name })
      .from(components)
      .leftJoin(groups, eq(groups.id, components.groupId))
      .where(inArray(components.id, ids))
      .orderBy(...inPageOrder),
    deps.db
      .select({
        componentId: incidentComponents.componentId,
        incidentId: incidentComponents.incidentId,
        status: incidentComponents.status,
        since: incidentComponents.since,
      })
      .from(incidentComponents)
      .innerJoin(incidents, eq(incidents.id, incidentComponents.incidentId))
      .where(
        and(
          inArray(incidentComponents.componentId, ids),
          isNull(incidents.resolvedAt),
          eq(incidents.draft, false),
          // A planned maintenance says nothing of today.
          sql`${incidents.status} <> 'scheduled'`,
        ),
      ),
    deps.db
      .select({
        id: probes.id,
        componentId: probes.componentId,
        state: probes.state,
        stateSince: probes.stateSince,
        statusWhenDown: probes.statusWhenDown,
      })
      .from(probes)
      .where(and(inArray(probes.componentId, ids), eq(probes.paused, false))),
  ])
  return rows.map(({ component, groupName }) => ({
    component,
    fullName: fullName(component.name, groupName),
    declared: component.declaredStatus
      ? { status: component.declaredStatus, since: component.declaredAt ?? 0 }
      : null,
    byIncident: new Map(
      incidentWords
        .filter((word) => word.componentId === component.id)
        .map((word) => [word.incidentId, { status: word.status, since: word.since }]),
    ),
    byProbe: new Map(
      probeWords
        .filter((probe) => probe.componentId === component.id && probe.state !== 'unknown')
        .map((probe) => [
          probe.id,
          {
            status: statusOfProbe(probe.state, probe.statusWhenDown),
            since: probe.stateSince ?? 0,
          },
        ]),
    ),
  }))
}

export function fullName(name: string, groupName: string | null): string {
  return groupName ? `${groupName} - ${name}` : name
}

/** What a probe's state says of its component. */
export function statusOfProbe(state: ProbeState, whenDown: ComponentStatus): ComponentStatus {
  if (state === 'down') return whenDown
  return state === 'degraded' ? 'degraded_performance' : 'operational'
}

/** The documents that show the status of these components, open incidents among them. */
export function touchedBySituations(heard: Situation[]): string[] {
  return touchedByComponents(
    heard.map(({ component }) => component.id),
    heard.flatMap(({ byIncident }) => [...byIncident.keys()]),
  )
}

/** What all words on a component amount to. */
export function statusOf(situation: Situation): ComponentStatus {
  const words = [
    ...(situation.declared ? [situation.declared] : []),
    ...situation.byIncident.values(),
  ]
  const probed = isUnderMaintenance(words) ? null : worstWord([...situation.byProbe.values()])
  return effectiveStatus(worstWord(words), probed)
}

/**
 * Saves the status that a situation amounts to, since `startedAt` (never before the running interval), together with
 * the interval that uptime is computed from. Always guards the component's version; no rows change when the status stays.
 */
export function settle(deps: Deps, situation: Situation, startedAt: number): Statement[] {
  const { component } = situation
  const status = statusOf(situation)
  const now = deps.clock.now()
  const guarded = deps.db
    .update(components)
    .set({
      version: nextVersion(components.version, component.version),
      ...(status === component.status ? {} : { status, updatedAt: now }),
    })
    .where(eq(components.id, component.id))
  if (status === component.status) return [guarded]
  return [
    guarded,
    forgetTheFuture(deps, component.id, startedAt),
    deps.db
      .update(componentStatusIntervals)
      .set({ endedAt: sql`max(${componentStatusIntervals.startedAt}, ${startedAt})` })
      .where(
        and(
          eq(componentStatusIntervals.componentId, component.id),
          isNull(componentStatusIntervals.endedAt),
        ),
      ),
    deps.db.run(sql`
      INSERT INTO ${componentStatusIntervals} (component_id, status, started_at)
      SELECT ${component.id}, ${status}, max(${startedAt}, coalesce(max(ended_at), 0))
      FROM ${componentStatusIntervals} WHERE component_id = ${component.id}`),
  ]
}

/** What a clock that was set back since has written of times to come gives way to what is known now. */
function forgetTheFuture(deps: Deps, componentId: string, from: number): Statement {
  const { startedAt, endedAt } = componentStatusIntervals
  return deps.db
    .update(componentStatusIntervals)
    .set({ startedAt: sql`min(${startedAt}, ${from})`, endedAt: sql`min(${endedAt}, ${from})` })
    .where(
      and(
        eq(componentStatusIntervals.componentId, componentId),
        sql`max(${startedAt}, coalesce(${endedAt}, 0)) > ${deps.clock.now()}`,
      ),
    )
}

/** Takes its whole batch with it when one of these components was saved since it was read. Belongs before what saves them. */
export function unlessSaved(deps: Deps, read: { id: string; version: number }[]): Statement {
  const rows = JSON.stringify(read.map(({ id, version }) => [id, version]))
  return deps.db.run(sql`
    UPDATE ${components} SET version = NULL FROM json_each(${rows})
    WHERE components.id = value ->> 0 AND components.version <> value ->> 1`)
}

/** Finds components by id or key; an unknown one is named with its place in the request. */
export async function resolveComponents(
  deps: Deps,
  named: { id?: string | undefined; key?: string | undefined; status: ComponentStatus }[],
): Promise<Map<string, ComponentStatus>> {
  const rows = await deps.db.select({ id: components.id, key: components.key }).from(components)
  const found = named.map(({ id, key }) =>
    rows.find((row) => (id ? row.id === id : row.key === key)),
  )
  const fields = named.flatMap(({ id, key }, i) =>
    found[i]
      ? []
      : [
          {
            path: `components.${i}.${id ? 'id' : 'key'}`,
            message: `there is no component ${JSON.stringify(id ?? key)}; keys are ${rows.map((row) => row.key).join(', ')}`,
          },
        ],
  )
  if (fields.length > 0)
    throw new DomainError('invalid', 'an unknown component was named', { fields })
  return new Map(named.map(({ status }, i) => [found[i]!.id, status]))
}

/** The first interval of new components: uptime knows of nothing before it. */
export function beginHistory(deps: Deps, componentIds: string[], at: number): Statement {
  return deps.db.run(sql`
    INSERT INTO ${componentStatusIntervals} (component_id, status, started_at)
    SELECT id, status, ${at} FROM ${components}
    WHERE id IN (SELECT value FROM json_each(${JSON.stringify(componentIds)}))
      AND NOT EXISTS (SELECT 1 FROM ${componentStatusIntervals} WHERE component_id = ${components.id})`)
}

/**
 * Leaves a hole in the history of a component that nobody watched for a while. What an operator says of it needs no
 * watching: then its history goes on. `held` says whether whoever looks again still may.
 */
export function interrupt(
  deps: Deps,
  componentId: string,
  gap: { from: number; to: number },
  held: SQL,
): Statement[] {
  const running = and(
    eq(componentStatusIntervals.componentId, componentId),
    isNull(componentStatusIntervals.endedAt),
  )
  const unsaid = and(
    sql`NOT EXISTS (
      SELECT 1 FROM ${components} WHERE id = ${componentId} AND declared_status IS NOT NULL)`,
    sql`NOT EXISTS (
      SELECT 1 FROM ${incidentComponents} JOIN ${incidents} ON ${incidents.id} = incident_id
      WHERE component_id = ${componentId} AND resolved_at IS NULL AND draft = 0 AND ${incidents.status} <> 'scheduled')`,
  )
  const { startedAt } = componentStatusIntervals
  return [
    // A hole that goes on grows, so that an hour without network is one.
    deps.db
      .update(componentStatusIntervals)
      .set({ startedAt: gap.to })
      .where(and(running, eq(startedAt, gap.from), unsaid, held)),
    deps.db
      .update(componentStatusIntervals)
      .set({ endedAt: gap.from })
      .where(and(running, lte(startedAt, gap.from), unsaid, held)),
    deps.db.run(sql`
      INSERT INTO ${componentStatusIntervals} (component_id, status, started_at)
      SELECT id, status, ${gap.to} FROM ${components}
      WHERE id = ${componentId} AND ${held}
        AND NOT EXISTS (SELECT 1 FROM ${componentStatusIntervals} WHERE ${running})`),
  ]
}
