import type { MaintenanceTelling, Move } from './maintenance.ts'
import type { Window } from './maintenance-window.ts'
import type { AnnouncementKind } from './words.ts'

type Told = { tells: readonly MaintenanceTelling[]; notify: boolean }

/** What subscribers are told when it is scheduled, and of each move; null: nothing. */
export function announcementOfMove(
  move: Exclude<Move, 'reschedule'> | 'schedule' | 'remind',
  { tells, notify }: Told,
): AnnouncementKind | null {
  const [kind, telling] = tellings[move]
  return notify && (telling === null || tells.includes(telling)) ? kind : null
}

const tellings = {
  schedule: ['maintenance_scheduled', 'scheduled'],
  remind: ['maintenance_reminder', 'reminder'],
  start: ['maintenance_started', 'started'],
  verify: ['maintenance_updated', 'updated'],
  update: ['maintenance_updated', 'updated'],
  complete: ['maintenance_completed', 'completed'],
  cancel: ['maintenance_cancelled', null],
} as const satisfies Record<string, [AnnouncementKind, MaintenanceTelling | null]>

/** What is told of another window or other components: whoever has these hears of it for the first time. */
export function announcementOfPlan(
  before: Window,
  after: Window,
  isElsewhere: boolean,
  notify: boolean,
): AnnouncementKind | null {
  const kind = announcementOfWindow(before, after, notify)
  return isElsewhere && kind !== null && kind !== 'maintenance_moved'
    ? 'maintenance_scheduled'
    : kind
}

/** What is told of another window, always unless the operator says otherwise. */
export function announcementOfWindow(
  before: Window,
  after: Window,
  notify: boolean,
): AnnouncementKind | null {
  if (!notify) return null
  if (after.scheduledFor !== before.scheduledFor) return 'maintenance_moved'
  const isLater = after.scheduledUntil > before.scheduledUntil
  return isLater ? 'maintenance_extended' : 'maintenance_updated'
}
