import { and, eq } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import {
  assertReadable,
  assertReviewable,
  assertUnreviewed,
  type PostmortemSummary,
} from '../../domain/postmortem.ts'
import { remember } from '../access/idempotency.ts'
import { situations } from '../components/components.ts'
import { thePage } from '../page.ts'
import { audit, decide, touch, type Actor } from '../save.ts'
import { announceBeside } from '../telling/announcements.ts'
import { loadFigures } from './postmortem-facts.ts'
import {
  affectedIds,
  asSaid,
  findEither,
  saveIncident,
  touchedBy,
  type Incident,
} from './timeline.ts'

/** What is absent stays as it was. */
export type PostmortemEdit = {
  body: string
  summary: Partial<PostmortemSummary>
  /** The version of the incident that was read; a change that somebody else made since is not overwritten. */
  version: number | null
}

/** Saves a post-mortem as far as it is written. Once published it is corrected in place, and nobody is told again. */
export function writePostmortem(
  deps: Deps,
  actor: Actor,
  id: string,
  edit: PostmortemEdit,
): Promise<void> {
  return decide(async () => {
    const before = await findEither(deps, id)
    assertReviewable(before)
    if (isSaved(before, edit)) return
    const after = edited(before, edit, deps.clock.now())
    const isPublic = before.postmortemPublishedAt !== null
    if (isPublic) assertReadable(after.postmortem!, after.postmortemSummary)
    await deps.db.write([
      saveIncident(deps, before, after),
      ...(isPublic ? await corrections(deps, after) : []),
      audit(
        deps,
        actor,
        isPublic ? 'postmortem.correct' : 'postmortem.write',
        `incidents/${id}`,
        // What the public had read stays on record.
        isPublic ? { before: before.postmortem, summary: before.postmortemSummary } : {},
      ),
      ...remember(deps, actor, id),
    ])
  })
}

/** A form that was sent twice changes nothing. */
function isSaved(before: Incident, { body, summary, version }: PostmortemEdit): boolean {
  const after = { ...before.postmortemSummary, ...summary }
  return (
    version !== null &&
    body === before.postmortem &&
    JSON.stringify(after) === JSON.stringify(before.postmortemSummary)
  )
}

function edited(before: Incident, edit: PostmortemEdit, now: number): Incident {
  if (edit.version !== null && edit.version !== before.version)
    throw new DomainError(
      'conflict',
      `the post-mortem of "${before.name}" was changed by somebody else meanwhile`,
      { fields: [{ path: 'version', message: `must be ${before.version}, the present one` }] },
    )
  return {
    ...before,
    postmortem: edit.body,
    postmortemSummary: { ...before.postmortemSummary, ...edit.summary },
    updatedAt: now,
  }
}

/** The timeline, and whoever reads it by program, has the corrected words too. */
async function corrections(deps: Deps, incident: Incident): Promise<Statement[]> {
  return [
    deps.db
      .update(incidentUpdates)
      .set({ body: incident.postmortem!, updatedAt: incident.updatedAt })
      .where(
        and(eq(incidentUpdates.incidentId, incident.id), eq(incidentUpdates.status, 'postmortem')),
      ),
    touch(deps, await documentsOf(deps, incident)),
  ]
}

/**
 * Makes it public, in the timeline and with the figures of this moment, and tells it unless that is not wanted. What was
 * typed last may come along.
 */
export function publishPostmortem(
  deps: Deps,
  actor: Actor,
  id: string,
  notify: boolean,
  edit: PostmortemEdit | null = null,
): Promise<void> {
  return decide(async () => {
    const before = await findEither(deps, id)
    assertReviewable(before)
    assertUnreviewed(before)
    const written = edit ? edited(before, edit, deps.clock.now()) : before
    const body = written.postmortem ?? ''
    assertReadable(body, written.postmortemSummary)
    const componentIds = await affectedIds(deps, id)
    const heard = await situations(deps, componentIds)
    const now = deps.clock.now()
    const updateId = deps.newId()
    const after: Incident = {
      ...written,
      // Of planned work Statuspage knows no such state.
      status: before.kind === 'incident' ? 'postmortem' : before.status,
      postmortemSummary: {
        ...written.postmortemSummary,
        figures: await loadFigures(deps, before),
      },
      postmortemPublishedAt: now,
      updatedAt: now,
    }
    await deps.db.write([
      saveIncident(deps, before, after),
      deps.db.insert(incidentUpdates).values({
        id: updateId,
        incidentId: id,
        status: 'postmortem',
        body,
        components: heard.map((situation) => {
          const said = asSaid(situation)
          return { ...said, new_status: said.old_status }
        }),
        notify,
        author: actor.id,
        displayAt: now,
        createdAt: now,
        updatedAt: now,
      }),
      // An all-clear that still waits is news of its own.
      ...(notify
        ? [
            announceBeside(deps, {
              kind: 'postmortem_published',
              incidentId: id,
              updateId,
              impact: before.impact,
              componentIds,
            }),
          ]
        : []),
      touch(deps, await documentsOf(deps, after)),
      audit(deps, actor, 'postmortem.publish', `incidents/${id}`, { notify }),
      ...remember(deps, actor, id),
    ])
  })
}

async function documentsOf(deps: Deps, incident: Incident): Promise<string[]> {
  const { timeZone } = await thePage(deps)
  return touchedBy(incident, await affectedIds(deps, incident.id), { timeZone })
}
