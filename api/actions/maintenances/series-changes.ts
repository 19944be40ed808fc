import { and, eq, notInArray } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { incidentComponents, incidentUpdates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { announcementOfWindow } from '../../domain/maintenance-telling.ts'
import { rescheduled } from '../../domain/maintenance-window.ts'
import { speak } from '../../domain/message.ts'
import { following, isUnmoved, PLANNED_AHEAD, rearranged } from '../../domain/series.ts'
import { dayOf, formatInstant } from '../../domain/time.ts'
import { situations } from '../components/components.ts'
import { affectedIds, saveIncident, tell, touchedBy } from '../incidents/timeline.ts'
import type { Page } from '../page.ts'
import { touch, type Actor } from '../save.ts'
import { remindedBy } from './maintenances.ts'
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
  const heard = [...new Set([...componentIds, ...changes])]
  const words = rewordingOf(deps, occurrence, before, after, isTold)
  const components = sameSet(changes, componentIds) ? [] : affect(deps, occurrence.id, changes)
  const window = isUnmoved(occurrence, before)
    ? { scheduledFor: start, scheduledUntil: start + after.durationMs }
    : occurrence
  const isMoved =
    window.scheduledFor !== occurrence.scheduledFor ||
    window.scheduledUntil !== occurrence.scheduledUntil
  if (!isMoved)
    return [
      saveIncident(deps, occurrence, {
        ...renamed,
        sequence: occurrence.sequence + (renamed.name === occurrence.name ? 0 : 1),
      }),
      ...words,
      ...components,
      touch(deps, touchedBy(occurrence, heard, { timeZone: page.timeZone })),
    ]
  const kind = announcementOfWindow(occurrence, window, notify && isTold)
  const moved = rescheduled(renamed, window)
  return [
    saveIncident(deps, occurrence, { ...moved, remindedAt: remindedBy(moved, kind !== null, now) }),
    ...words,
    ...components,
    ...tell(deps, actor, {
      incident: moved,
      situations: await situations(deps, changes),
      changes: new Map(),
      status: 'scheduled',
      body: wordsOf(page, moved),
      kind,
      stoodAt: occurrence.startedAt,
      timeZone: page.timeZone,
    }),
  ]
}

function wordsOf({ locale, timeZone }: Page, { scheduledFor, scheduledUntil }: Occurrence): string {
  return speak(locale)('maintenance.said.moved', {
    start: formatInstant(scheduledFor, locale, timeZone),
    end: formatInstant(scheduledUntil, locale, timeZone),
  })
}

/** Words that nobody has been told may still be put better. */
function rewordingOf(
  deps: Deps,
  { id }: Occurrence,
  before: Series,
  after: Series,
  isTold: boolean,
): Statement[] {
  if (isTold || before.body === after.body) return []
  return [
    deps.db
      .update(incidentUpdates)
      .set({ body: after.body, updatedAt: deps.clock.now() })
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
