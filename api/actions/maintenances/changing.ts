import type { Deps } from '../../deps.ts'
import { touchedByMaintenance } from '../../domain/documents.ts'
import { DomainError } from '../../domain/error.ts'
import { announcementOfWindow } from '../../domain/maintenance-telling.ts'
import { assertWindow, rescheduled, type Window } from '../../domain/maintenance-window.ts'
import { assertAllowed, type MaintenancePlan } from '../../domain/maintenance.ts'
import { speak } from '../../domain/message.ts'
import { formatInstant } from '../../domain/time.ts'
import { remember } from '../access/idempotency.ts'
import { situations } from '../components/components.ts'
import { affectedIds, saveIncident, tell } from '../incidents/timeline.ts'
import { iso, thePage, type Page } from '../page.ts'
import { audit, decide, touch, type Actor } from '../save.ts'
import { findMaintenance, remindedAfter, type Maintenance } from './maintenances.ts'
import type { Said } from './moving.ts'
import { isUnheard } from './occurrences.ts'

/** What of a maintenance may be corrected without a word to anybody. */
export type Amendment = {
  [Field in keyof (MaintenancePlan & { name: string })]?:
    (MaintenancePlan & { name: string })[Field] | undefined
}

export function amendMaintenance(
  deps: Deps,
  actor: Actor,
  id: string,
  { name, ...plan }: Amendment,
): Promise<void> {
  return decide(async () => {
    const page = await thePage(deps)
    const before = await findMaintenance(deps, id)
    const changesPlan = Object.values(plan).some((value) => value !== undefined)
    if (before.resolvedAt !== null && changesPlan)
      throw new DomainError(
        'conflict',
        `"${before.name}" is ${before.status}; only its name can be corrected`,
      )
    const isRenamed = name !== undefined && name !== before.name
    const now = deps.clock.now()
    await deps.db.write([
      saveIncident(deps, before, {
        ...before,
        name: name ?? before.name,
        remindMs: plan.remindMs === undefined ? before.remindMs : plan.remindMs,
        autoStart: plan.autoStart ?? before.autoStart,
        autoComplete: plan.autoComplete ?? before.autoComplete,
        tells: plan.tells ?? before.tells,
        sequence: before.sequence + (isRenamed ? 1 : 0),
        updatedAt: now,
      }),
      touch(
        deps,
        touchedByMaintenance(
          { id, moments: [before.startedAt] },
          await affectedIds(deps, id),
          page.timeZone,
        ),
      ),
      audit(deps, actor, 'maintenance.amend', `maintenances/${id}`, { name, ...plan }),
    ])
  })
}

/** Moves the window, or once the work is under way its end. Of an occurrence nobody has heard of, all hear when its time comes. */
export function rescheduleMaintenance(
  deps: Deps,
  actor: Actor,
  id: string,
  { scheduledFor, scheduledUntil, body, notify }: Partial<Window> & Said,
): Promise<void> {
  return decide(async () => {
    const page = await thePage(deps)
    const before = await findMaintenance(deps, id)
    assertAllowed('reschedule', before)
    const window = {
      scheduledFor: scheduledFor ?? before.scheduledFor,
      scheduledUntil: scheduledUntil ?? before.scheduledUntil,
    }
    if (sameWindow(window, before))
      throw new DomainError('conflict', `"${before.name}" is planned for this time already`)
    const now = deps.clock.now()
    assertWindow(window, now, before)
    const isNews = notify && !(await isUnheard(deps, before))
    const kind = announcementOfWindow(before, window, isNews)
    const after = { ...rescheduled(before, window), updatedAt: now }
    const remindedAt =
      before.status === 'scheduled'
        ? remindedAfter(before, after, kind !== null, now)
        : before.remindedAt
    await deps.db.write([
      saveIncident(deps, before, { ...after, remindedAt }),
      ...tell(deps, actor, {
        incident: after,
        situations: await situations(deps, await affectedIds(deps, id)),
        changes: new Map(),
        status: after.status,
        body: body ?? usualWords(page, before, after),
        kind,
        stoodAt: before.startedAt,
        isMoved: true,
        timeZone: page.timeZone,
      }),
      audit(deps, actor, 'maintenance.reschedule', `maintenances/${id}`, {
        from: [iso(before.scheduledFor), iso(before.scheduledUntil)],
        to: [iso(after.scheduledFor), iso(after.scheduledUntil)],
      }),
      ...remember(deps, actor, id),
    ])
  })
}

function sameWindow(one: Window, other: Window): boolean {
  return one.scheduledFor === other.scheduledFor && one.scheduledUntil === other.scheduledUntil
}

function usualWords({ locale, timeZone }: Page, before: Maintenance, after: Window): string {
  const say = speak(locale)
  const at = (moment: number) => formatInstant(moment, locale, timeZone)
  const [start, end] = [at(after.scheduledFor), at(after.scheduledUntil)]
  if (before.status === 'scheduled') return say('maintenance.said.moved', { start, end })
  const isLater = after.scheduledUntil > before.scheduledUntil
  return say(`maintenance.said.${isLater ? 'extended' : 'shortened'}`, { end })
}
