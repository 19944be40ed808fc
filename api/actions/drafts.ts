import { eq, sql } from 'drizzle-orm'
import { incidentComponents, incidentUpdates } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { touchedByIncident } from '../domain/documents.ts'
import { DomainError } from '../domain/error.ts'
import { announcementOf } from '../domain/incident.ts'
import type { Impact } from '../domain/words.ts'
import { announce } from './announcements.ts'
import { settle, situations } from './components.ts'
import { thePage } from './page.ts'
import { audit, decide, touch, type Actor } from './save.ts'
import { affectedIds, findIncident, saveIncident, withWord } from './timeline.ts'

/** Publishes a draft: from here on it is public, counts for its components and is told. */
export function publishDraft(deps: Deps, actor: Actor, id: string, notify: boolean): Promise<void> {
  return decide(async () => {
    const page = await thePage(deps)
    const before = await findIncident(deps, id)
    if (!before.draft) throw new DomainError('conflict', `"${before.name}" is already public`)
    const said = await deps.db.query.incidentComponents.findMany({
      where: eq(incidentComponents.incidentId, id),
    })
    const update = await deps.db.query.incidentUpdates.findFirst({
      where: eq(incidentUpdates.incidentId, id),
      orderBy: sql`${incidentUpdates.displayAt} DESC, rowid DESC`,
    })
    const now = deps.clock.now()
    const changes = new Map(said.map((word) => [word.componentId, word.status]))
    const incident = { ...before, draft: false, updatedAt: now }
    const heard = (await situations(deps, [...changes.keys()])).map((situation) =>
      withWord(situation, incident, changes, now),
    )
    await deps.db.write([
      saveIncident(deps, before, incident),
      ...heard.flatMap((situation) => settle(deps, situation, now)),
      ...(notify && update
        ? announce(deps, {
            kind: announcementOf(incident.status, true),
            incidentId: id,
            updateId: update.id,
            impact: incident.impact,
            componentIds: [...changes.keys()],
          })
        : []),
      touch(
        deps,
        touchedByIncident({ id, started_at: before.startedAt }, [...changes.keys()], page.timeZone),
      ),
      audit(deps, actor, 'incident.publish', `incidents/${id}`),
    ])
  })
}

/** Corrects what is not part of the timeline. */
export function amendIncident(
  deps: Deps,
  actor: Actor,
  id: string,
  input: {
    name?: string | undefined
    impact?: Impact | undefined
    nextUpdateAt?: number | null | undefined
  },
): Promise<void> {
  return decide(async () => {
    const page = await thePage(deps)
    const before = await findIncident(deps, id)
    const incident = {
      ...before,
      name: input.name ?? before.name,
      impact: input.impact ?? before.impact,
      impactOverride: input.impact ?? before.impactOverride,
      nextUpdateAt: input.nextUpdateAt === undefined ? before.nextUpdateAt : input.nextUpdateAt,
      updatedAt: deps.clock.now(),
    }
    await deps.db.write([
      saveIncident(deps, before, incident),
      touch(
        deps,
        touchedByIncident(
          { id, started_at: before.startedAt },
          await affectedIds(deps, id),
          page.timeZone,
        ),
      ),
      audit(deps, actor, 'incident.amend', `incidents/${id}`, input),
    ])
  })
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
