import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { incidentComponents, incidents, incidentUpdates, probes } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByIncident } from '../../domain/documents.ts'
import { impactAfter } from '../../domain/incident.ts'
import { renameDragged } from '../../domain/opening.ts'
import type { Word } from '../../domain/status.ts'
import { fullName, statusOf, type Situation } from '../components/components.ts'
import { affectedComponents } from '../incidents/affected.ts'
import type { Page } from '../page.ts'
import { audit, nextVersion } from '../save.ts'

export const author = { id: 'probe', requestId: null }

/** A component that is down because of another, and what its probes say of it. */
export type Dragged = { situation: Situation; word: Word }

type Change = {
  added: Dragged[]
  /** Ids of what is well again, or trouble of its own. */
  gone: string[]
}

export type Renamed = { statements: Statement[]; touched: string[] }

/**
 * Says in open incidents what else is dragged down. Drafts that a probe wrote say it in words; what is public and has been
 * heard from nobody else only lists it; where a person has spoken it is noted for operators.
 */
export async function rename(
  deps: Deps,
  page: Page,
  ids: string[],
  change: Change,
): Promise<Renamed> {
  if (ids.length === 0 || change.added.length + change.gone.length === 0) return nothing
  const stories = await loadStories(deps, ids)
  const renamed = stories.map((story) => {
    if (story.isSpoken) return note(deps, story, change)
    return story.incident.draft
      ? redraft(deps, page, story, change)
      : list(deps, page, story, change)
  })
  return {
    statements: renamed.flatMap(({ statements }) => statements),
    touched: renamed.flatMap(({ touched }) => touched),
  }
}

const nothing: Renamed = { statements: [], touched: [] }

async function loadStories(deps: Deps, ids: string[]) {
  const [rows, named, updates] = await deps.db.batch([
    deps.db
      .select({ incident: incidents, about: probes.componentId })
      .from(incidents)
      .leftJoin(probes, eq(probes.id, incidents.probeId))
      .where(and(inArray(incidents.id, ids), isNull(incidents.resolvedAt))),
    affectedComponents(deps, inArray(incidentComponents.incidentId, ids)),
    deps.db
      .select()
      .from(incidentUpdates)
      .where(inArray(incidentUpdates.incidentId, ids))
      .orderBy(sql`${incidentUpdates}.rowid DESC`),
  ])
  return rows.map(({ incident, about }) => {
    const said = updates.filter(({ incidentId }) => incidentId === incident.id)
    return {
      incident,
      /** Whether somebody else than a probe began it or has spoken in it. */
      isSpoken: about === null || said.some((update) => update.author !== author.id),
      newest: said[0],
      others: named
        .filter(({ incidentId, id }) => incidentId === incident.id && id !== about)
        .map(({ id, name, groupName, said: status }) => ({
          id,
          status,
          name: fullName(name, groupName),
        })),
    }
  })
}

type Story = Awaited<ReturnType<typeof loadStories>>[number]

function note(deps: Deps, { incident }: Story, { added }: Change): Renamed {
  if (added.length === 0) return nothing
  const dragged = added.map(({ situation }) => situation.fullName)
  return {
    statements: [noteOn(deps, incident, { dragged })],
    touched: [],
  }
}

/** An internal note: operators find it in the log of the incident or maintenance, the public never does. */
export function noteOn(
  deps: Deps,
  { id, kind }: Pick<Story['incident'], 'id' | 'kind'>,
  detail: Record<string, unknown>,
): Statement {
  return audit(deps, author, `${kind}.note`, `${kind}s/${id}`, detail)
}

function redraft(deps: Deps, page: Page, story: Story, { added, gone }: Change): Renamed {
  const { incident, others, newest } = story
  const kept = others.filter(
    ({ id }) => !gone.includes(id) && !added.some(({ situation }) => situation.component.id === id),
  )
  const after = [
    ...kept,
    ...added.map(({ situation, word }) => ({
      id: situation.component.id,
      name: situation.fullName,
      status: word.status,
    })),
  ]
  const statuses = after.map(({ status }) => status)
  return {
    statements: [
      guard(deps, incident, impactAfter(incident.impact, incident.impactOverride, statuses)),
      ...forget(deps, incident.id, gone),
      ...added.map((one) => saveWord(deps, incident.id, one)),
      ...(newest
        ? [
            deps.db
              .update(incidentUpdates)
              .set({
                body: renameDragged(newest.body, page.locale, namesOf(others), namesOf(after)),
                components: [
                  ...newest.components.filter(({ id }) => !others.some((one) => one.id === id)),
                  ...after.map(({ id, name, status }) => ({
                    id,
                    name,
                    old_status: status,
                    new_status: status,
                  })),
                ],
              })
              .where(eq(incidentUpdates.id, newest.id)),
          ]
        : []),
    ],
    touched: [],
  }
}

function namesOf(list: { name: string }[]): string[] {
  return list.map(({ name }) => name)
}

/** Lists what is affected, without a word, and never so that it would change what the public sees of it. */
function list(deps: Deps, page: Page, { incident, others }: Story, { added }: Change): Renamed {
  const fresh = added.filter(
    ({ situation, word }) =>
      !others.some(({ id }) => id === situation.component.id) &&
      changesNothing(situation, incident.id, word),
  )
  if (fresh.length === 0) return nothing
  const ids = fresh.map(({ situation }) => situation.component.id)
  return {
    statements: [
      guard(deps, incident, incident.impact),
      ...fresh.map((one) => saveWord(deps, incident.id, one)),
    ],
    touched: touchedByIncident(
      { id: incident.id, started_at: incident.startedAt },
      ids,
      page.timeZone,
    ),
  }
}

/** An operator's milder word on it stays. */
export function changesNothing(situation: Situation, incidentId: string, word: Word): boolean {
  const byIncident = new Map(situation.byIncident).set(incidentId, word)
  return statusOf({ ...situation, byIncident }) === statusOf(situation)
}

/** Whoever publishes or speaks meanwhile begins anew; `updatedAt` stays, which tells that no person has changed it. */
function guard(
  deps: Deps,
  { id, version }: Story['incident'],
  impact: Story['incident']['impact'],
): Statement {
  return deps.db
    .update(incidents)
    .set({ impact, version: nextVersion(incidents.version, version) })
    .where(eq(incidents.id, id))
}

function forget(deps: Deps, incidentId: string, componentIds: string[]): Statement[] {
  if (componentIds.length === 0) return []
  return [
    deps.db
      .delete(incidentComponents)
      .where(
        and(
          eq(incidentComponents.incidentId, incidentId),
          inArray(incidentComponents.componentId, componentIds),
        ),
      ),
  ]
}

function saveWord(deps: Deps, incidentId: string, { situation, word }: Dragged): Statement {
  return deps.db
    .insert(incidentComponents)
    .values({ incidentId, componentId: situation.component.id, ...word })
    .onConflictDoUpdate({
      target: [incidentComponents.incidentId, incidentComponents.componentId],
      set: word,
    })
}
