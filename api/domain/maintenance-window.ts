import type { FieldError } from './error.ts'
import { isUnderWay, type MaintenanceState } from './maintenance.ts'
import { refusedFields } from './refusal.ts'
import { DAY, MINUTE } from './time.ts'

export type Window = { scheduledFor: number; scheduledUntil: number }

const LONGEST = 60 * DAY

/** Forms speak in minutes: what begins this minute does not begin in the past. */
const JUST_NOW = MINUTE

/** Refuses a window that cannot be; `before` is the maintenance that is moved into it. */
export function assertWindow(
  window: Window,
  now: number,
  before?: Pick<MaintenanceState, 'status' | 'scheduledFor'>,
): void {
  const fields = before && isUnderWay(before.status) ? wrongEnd(window, now, before) : []
  if (!before || !isUnderWay(before.status)) {
    const keepsStart = before?.scheduledFor === window.scheduledFor
    if (!keepsStart && window.scheduledFor < now - JUST_NOW)
      fields.push({ path: 'scheduled_for', message: 'must not lie in the past' })
    if (window.scheduledUntil < now)
      fields.push({ path: 'scheduled_until', message: 'must not lie in the past' })
  }
  if (window.scheduledUntil <= window.scheduledFor)
    fields.push({ path: 'scheduled_until', message: 'must be after scheduled_for' })
  if (window.scheduledUntil - window.scheduledFor > LONGEST)
    fields.push({
      path: 'scheduled_until',
      message: 'must be at most 60 days after scheduled_for',
    })
  if (fields.length > 0) throw refusedFields(fields)
}

function wrongEnd(
  window: Window,
  now: number,
  before: Pick<MaintenanceState, 'scheduledFor'>,
): FieldError[] {
  const fields: FieldError[] = []
  if (window.scheduledFor !== before.scheduledFor)
    fields.push({
      path: 'scheduled_for',
      message: 'cannot change any more: the maintenance is under way, only its end can',
    })
  if (window.scheduledUntil < now - JUST_NOW)
    fields.push({
      path: 'scheduled_until',
      message: 'must not lie in the past; complete the maintenance instead',
    })
  return fields
}

/** A maintenance in another window; once it is under way only its end can change. */
export function rescheduled<M extends MaintenanceState>(maintenance: M, window: Window): M {
  const isPlanned = maintenance.status === 'scheduled'
  return {
    ...maintenance,
    ...window,
    startedAt: isPlanned ? window.scheduledFor : maintenance.startedAt,
    sequence: maintenance.sequence + 1,
  }
}
