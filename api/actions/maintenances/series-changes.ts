import { and, eq, notInArray } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { incidentComponents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { announcementOfPlan } from '../../domain/maintenance-telling.ts'
import { rescheduled } from '../../domain/maintenance-window.ts'
import { speak } from '../../domain/message.ts'
import { following, isUnmoved, PLANNED_AHEAD, rearranged } from '../../domain/series.ts'
import { dayOf, formatInstant } from '../../domain/time.ts'
import { situations, type Situation } from '../components/components.ts'
import { affectedIds, asSaid, saveIncident, tell, touchedBy } from '../incidents/timeline.ts'
import type { Page } from '../page.ts'
import { touch, type Actor } from '../save.ts'
import { remindedAfter } from './maintenances.ts'
import { occurrencesFrom, toldAmong, type Occurrence, type Series } from './occurrences.ts'
import { nextStarts } from './recurrence.ts'

type Change = { page: Page; before: Series; after: Series; notify: boolean }

/** Every row of what a changed series means for what is planned of it. */
export async function changesOfOccurrences(
  deps: Deps,
  actor: Actor,
  change: Change,
): Promise<Statement[]> {
  const { after } = change
  const now = deps.clock.now()
  const known = await occurrencesFrom(deps, after.id, now)
  const starts = nextStarts(after, now, now + PLANNED_AHEAD)
  const startOf = rearranged(known, starts, (at) => dayOf(at, after.timeZone))
  const told = await toldAmong(
    deps,
    known.map(({ id }) => id),
  )
  const statements: Statement[] = []
  for (const occurrence of known) {
    const start = startOf.get(occurrence) ?? occurrence.occursAt
    if (occurrence.status !== 'scheduled' && start === occurrence.occursAt) continue
    statements.push(
      ...(occurrence.status === 'scheduled'
        ? await changeOf(deps, actor, change, occurrence, start, told.has(occurrence.id))
        : [saveIncident(deps, occurrence, { ...occurrence, occursAt: start })]),
    )
  }
  return statements
}

/** The rows of one that has not begun; moved by hand it stays where it is. */
async function changeOf(
  deps: Deps,
  actor: Actor,
  { page, before, after, notify }: Change,
  occurrence: Occurrence,
  start: number,
  isTold: boolean,
): Promise<Statement[]> {
  const now = deps.clock.now()
  const componentIds = await affectedIds(deps, occurrence.id)
  const changes = sameSet(componentIds, before.componentIds) ? after.componentIds : componentIds
  const renamed = { ...following(occurrence, before, after), occursAt: start, updatedAt: now }
  const spared = componentIds.filter((id) => !changes.includes(id))
  const isElsewhere = !sameSet(changes, componentIds)
  const affected = await situations(deps, changes)
  const window = isUnmoved(occurrence, before)
    ? { scheduledFor: start, scheduledUntil: start + after.durationMs }
    : { scheduledFor: occurrence.scheduledFor, scheduledUntil: occurrence.scheduledUntil }
  const isMoved =
    window.scheduledFor !== occurrence.scheduledFor ||
    window.scheduledUntil !== occurrence.scheduledUntil
  const arranged = [
    ...(isTold || (before.body === after.body && !isElsewhere)
      ? []
      : rewordingOf(deps, occurrence, before, after, affected)),
    ...(isElsewhere ? affect(deps, occurrence.id, changes) : []),
  ]
  const isNews = notify && isTold
  if (!isMoved && !(isElsewhere && isNews))
    return [
      saveIncident(deps, occurrence, {
        ...renamed,
        sequence: occurrence.sequence + (renamed.name === occurrence.name ? 0 : 1),
      }),
      ...arranged,
      touch(deps, touchedBy(occurrence, [...changes, ...spared], { timeZone: page.timeZone })),
    ]
  const kind = announcementOfPlan(occurrence, window, isElsewhere, isNews)
  const moved = rescheduled(renamed, window)
  return [
    saveIncident(deps, occurrence, {
      ...moved,
      remindedAt: remindedAfter(occurrence, moved, kind !== null, now),
    }),
    ...arranged,
    ...tell(deps, actor, {
      incident: moved,
      situations: affected,
      changes: new Map(),
      status: 'scheduled',
      body: wordsOf(page, isMoved ? moved : null, isElsewhere ? affected : null),
      kind,
      stoodAt: occurrence.startedAt,
      isMoved,
      spared,
      timeZone: page.timeZone,
    }),
  ]
}

function wordsOf(
  { locale, timeZone }: Page,
  moved: Occurrence | null,
  affected: Situation[] | null,
): string {
  const say = speak(locale)
  const at = (moment: number) => formatInstant(moment, locale, timeZone)
  const names = affected?.map(({ fullName }) => fullName)
  return [
    moved &&
      say('maintenance.said.moved', {
        start: at(moved.scheduledFor),
        end: at(moved.scheduledUntil),
      }),
    names &&
      say('maintenance.said.components', {
        components: new Intl.ListFormat(locale, { type: 'conjunction' }).format(names),
      }),
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** What nobody has been told may still be put better. */
function rewordingOf(
  deps: Deps,
  { id }: Occurrence,
  before: Series,
  after: Series,
  affected: Situation[],
): Statement[] {
  return [
    deps.db
      .update(incidentUpdates)
      .set({ body: after.body, components: affected.map(asSaid), updatedAt: deps.clock.now() })
      .where(and(eq(incidentUpdates.incidentId, id), eq(incidentUpdates.body, before.body))),
  ]
}

function affect(deps: Deps, incidentId: string, componentIds: string[]): Statement[] {
  const since = deps.clock.now()
  return [
    deps.db
      .delete(incidentComponents)
      .where(
        and(
          eq(incidentComponents.incidentId, incidentId),
          notInArray(incidentComponents.componentId, componentIds),
        ),
      ),
    deps.db
      .insert(incidentComponents)
      .values(
        componentIds.map((componentId) => ({
          incidentId,
          componentId,
          status: 'under_maintenance' as const,
          since,
        })),
      )
      .onConflictDoNothing(),
  ]
}

function sameSet(one: string[], other: string[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id))
}
