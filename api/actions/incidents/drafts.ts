import { and, eq, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { incidentComponents, incidentUpdates, probes } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { touchedByIncident } from '../../domain/documents.ts'
import { DomainError } from '../../domain/error.ts'
import { announcementOf, assertUnpublished } from '../../domain/incident.ts'
import type { Impact } from '../../domain/words.ts'
import { announce } from '../telling/announcements.ts'
import { settle, situations, type Situation } from '../components/components.ts'
import { thePage } from '../page.ts'
import { audit, decide, touch, type Actor } from '../save.ts'
import { affectedIds, asSaid, findIncident, saveIncident, type Incident } from './timeline.ts'

type Said = typeof incidentComponents.$inferSelect

/** What of an incident may be corrected; it is not part of the timeline. */
export type Correction = {
  name?: string | undefined
  impact?: Impact | undefined
  nextUpdateAt?: number | null | undefined
}

/** Publishes a draft, corrected where asked: from here on it is public, counts for its components and is told. */
export function publishDraft(
  deps: Deps,
  actor: Actor,
  id: string,
  notify: boolean,
  correction: Correction = {},
): Promise<void> {
  return decide(async () => {
    const page = await thePage(deps)
    const before = await findIncident(deps, id)
    assertUnpublished(before)
    const words = await wordsOfDraft(deps, before)
    const componentIds = words.map(({ componentId }) => componentId)
    const update = await deps.db.query.incidentUpdates.findFirst({
      where: eq(incidentUpdates.incidentId, id),
      orderBy: sql`${incidentUpdates.displayAt} DESC, rowid DESC`,
    })
    const now = deps.clock.now()
    const incident = { ...corrected(before, correction, now), draft: false }
    const heard = (await situations(deps, componentIds)).map((situation) => {
      const word = words.find(({ componentId }) => componentId === situation.component.id)!
      return { ...situation, byIncident: new Map(situation.byIncident).set(id, word) }
    })
    await deps.db.write([
      saveIncident(deps, before, incident),
      ...words.map((word) => saveWord(deps, word)),
      ...heard.flatMap((situation) => settle(deps, situation, now)),
      ...(update ? [saveSaid(deps, update.id, heard, now)] : []),
      ...(notify && update
        ? announce(deps, {
            kind: announcementOf(incident.status, true),
            incidentId: id,
            updateId: update.id,
            impact: incident.impact,
            componentIds,
          })
        : []),
      touch(
        deps,
        touchedByIncident({ id, started_at: before.startedAt }, componentIds, page.timeZone),
      ),
      audit(deps, actor, 'incident.publish', `incidents/${id}`, correction),
    ])
  })
}

/**
 * What a draft says of its components. Nobody would take back what a probe said of a target that has recovered since:
 * from there on the probes decide, as long as nobody else has spoken of it.
 */
async function wordsOfDraft(deps: Deps, draft: Incident): Promise<Said[]> {
  const words = await deps.db.query.incidentComponents.findMany({
    where: eq(incidentComponents.incidentId, draft.id),
  })
  if (!draft.probeId) return words
  const probe = await deps.db.query.probes.findFirst({ where: eq(probes.id, draft.probeId) })
  if (probe?.state !== 'up' && probe?.state !== 'degraded') return words
  const since = probe.stateSince ?? deps.clock.now()
  return words.map((word) =>
    word.componentId === probe.componentId && word.since === draft.startedAt
      ? { ...word, status: 'operational', since }
      : word,
  )
}

function saveWord(deps: Deps, { incidentId, componentId, status, since }: Said): Statement {
  return deps.db
    .update(incidentComponents)
    .set({ status, since })
    .where(
      and(
        eq(incidentComponents.incidentId, incidentId),
        eq(incidentComponents.componentId, componentId),
      ),
    )
}

/** As a draft its last update changed nothing; published it does. */
function saveSaid(deps: Deps, updateId: string, heard: Situation[], now: number): Statement {
  return deps.db
    .update(incidentUpdates)
    .set({ components: heard.map(asSaid), updatedAt: now })
    .where(eq(incidentUpdates.id, updateId))
}

export function amendIncident(
  deps: Deps,
  actor: Actor,
  id: string,
  correction: Correction,
): Promise<void> {
  return decide(async () => {
    const page = await thePage(deps)
    const before = await findIncident(deps, id)
    await deps.db.write([
      saveIncident(deps, before, corrected(before, correction, deps.clock.now())),
      touch(
        deps,
        touchedByIncident(
          { id, started_at: before.startedAt },
          await affectedIds(deps, id),
          page.timeZone,
        ),
      ),
      audit(deps, actor, 'incident.amend', `incidents/${id}`, correction),
    ])
  })
}

function corrected(incident: Incident, correction: Correction, now: number): Incident {
  const { name, impact, nextUpdateAt } = correction
  return {
    ...incident,
    name: name ?? incident.name,
    impact: impact ?? incident.impact,
    impactOverride: impact ?? incident.impactOverride,
    nextUpdateAt: nextUpdateAt === undefined ? incident.nextUpdateAt : nextUpdateAt,
    updatedAt: now,
  }
}

/** Throws away a draft that nobody outside ever saw. */
export function discardDraft(deps: Deps, actor: Actor, id: string): Promise<void> {
  return decide(async () => {
    const before = await findIncident(deps, id)
    if (!before.draft)
      throw new DomainError('conflict', `"${before.name}" is public and stays on record`)
    const now = deps.clock.now()
    await deps.db.write([
      saveIncident(deps, before, {
        ...before,
        status: 'resolved',
        resolvedAt: now,
        updatedAt: now,
      }),
      audit(deps, actor, 'incident.discard', `incidents/${id}`),
    ])
  })
}
