import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { incidentComponents, incidents, probes } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { dependenciesOf, dependentsOf, needsOf, rootsOf } from '../../domain/dependencies.ts'
import { dragsDown, isUnwell, worstOf } from '../../domain/dragging.ts'
import type { Word } from '../../domain/status.ts'
import { situations, statusOfProbe, type Situation } from '../components/components.ts'
import { isWorkedOn } from '../components/upkeep.ts'
import { allDependencies } from '../components/dependencies.ts'
import type { Probe } from './probing.ts'

/** A component with its probes that are asked, and what is open about it, drafts included, the newest first. */
export type Tied = { situation: Situation; probes: Probe[]; incidents: OpenIncident[] }

export type OpenIncident = {
  id: string
  kind: 'incident' | 'maintenance'
  draft: boolean
  /** What a probe opened it about; null where a person did. */
  openedAbout: string | null
  word: Word
}

/** What hangs together with a component. */
export type Ties = {
  self: Tied
  /** All that it needs, directly or through others. */
  needs: Tied[]
  /** What of that is down. */
  down: Tied[]
  /** What of that needs nothing else that is down. */
  roots: Tied[]
  /** All that need it and are not well. */
  dragged: Tied[]
  /** Names of all that need a component and are not well. */
  draggedBy(componentId: string): string[]
}

/** Looks around a component, with its probe as it will be saved. */
export async function loadTies(deps: Deps, situation: Situation, probe: Probe): Promise<Ties> {
  const { id } = situation.component
  const dependencies = dependenciesOf(await allDependencies(deps))
  const needed = needsOf(dependencies, id)
  const around = new Set(
    [id, ...needed].flatMap((one) => [one, ...dependentsOf(dependencies, one)]),
  )
  const tied = await loadTied(deps, situation, probe, [...around])
  const of = (ids: string[]) => tied.filter((one) => ids.includes(idOf(one)))
  const unwell = (componentId: string) =>
    of(dependentsOf(dependencies, componentId)).filter((one) => wordOf(one) !== null)
  const needs = of(needed)
  const down = needs.filter(isDown)
  return {
    self: of([id])[0]!,
    needs,
    down,
    roots: of(rootsOf(dependencies, new Set(down.map(idOf)))),
    dragged: unwell(id),
    draggedBy: (componentId) => unwell(componentId).map((one) => one.situation.fullName),
  }
}

/** Versions first: what is read after them is as they say, or the batch that guards them fails. */
async function loadTied(deps: Deps, self: Situation, probe: Probe, ids: string[]): Promise<Tied[]> {
  const others = ids.filter((id) => id !== self.component.id)
  const heard = [self, ...(await situations(deps, others))]
  const [asked, open] = await deps.db.batch([
    deps.db
      .select()
      .from(probes)
      .where(and(inArray(probes.componentId, ids), eq(probes.paused, false))),
    openIncidents(deps, ids),
  ])
  const present = asked.map((one) => (one.id === probe.id ? probe : one))
  return heard.map((situation) => {
    const { id } = situation.component
    return {
      situation,
      probes: present.filter(({ componentId }) => componentId === id),
      incidents: open
        .filter(({ componentId }) => componentId === id)
        .map(({ status, since, ...incident }) => ({ ...incident, word: { status, since } })),
    }
  })
}

function openIncidents(deps: Deps, componentIds: string[]) {
  return deps.db
    .select({
      componentId: incidentComponents.componentId,
      status: incidentComponents.status,
      since: incidentComponents.since,
      id: incidents.id,
      kind: incidents.kind,
      draft: incidents.draft,
      openedAbout: probes.componentId,
    })
    .from(incidents)
    .innerJoin(incidentComponents, eq(incidentComponents.incidentId, incidents.id))
    .leftJoin(probes, eq(probes.id, incidents.probeId))
    .where(
      and(
        inArray(incidentComponents.componentId, componentIds),
        isNull(incidents.resolvedAt),
        // A planned maintenance says nothing of today.
        sql`${incidents.status} <> 'scheduled'`,
      ),
    )
    .orderBy(desc(incidents.startedAt))
}

export const idOf = ({ situation }: Tied) => situation.component.id

function isDown({ probes: asked, incidents: open }: Tied): boolean {
  return dragsDown({
    probes: asked.map(({ state }) => state),
    words: open
      .filter(({ draft }) => !draft)
      .map(({ kind, word }) => ({ kind, status: word.status })),
  })
}

/** What the probes of a component say of it while it is not well, and not being worked on. */
export function wordOf({ situation, probes: asked }: Tied): Word | null {
  if (isWorkedOn(situation)) return null
  return worstOf(
    asked
      .filter(({ state }) => isUnwell(state))
      .map(({ state, stateSince, statusWhenDown }) => ({
        status: statusOfProbe(state, statusWhenDown),
        since: stateSince ?? 0,
      })),
  )
}

/** The newest open incident or running maintenance about a component; not one in which it was only a part of others. */
export function openAbout(tied: Tied): OpenIncident | undefined {
  return tied.incidents.find(
    ({ openedAbout, draft, word }) =>
      openedAbout === null ||
      openedAbout === idOf(tied) ||
      (!draft && word.status !== 'operational'),
  )
}
