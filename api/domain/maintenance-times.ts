import { isUnderWay, type MaintenancePlan, type MaintenanceState } from './maintenance.ts'
import { MINUTE } from './time.ts'
import type { ProbeState } from './words.ts'

/** What decides when a maintenance goes on by itself. */
export type Due = MaintenanceState &
  MaintenancePlan & { remindedAt: number | null; updatedAt: number }

/** What is missed is missed: after the start nobody needs a reminder. */
export function isReminderDue(maintenance: Due, now: number): boolean {
  const { status, remindedAt, tells, scheduledFor } = maintenance
  return (
    status === 'scheduled' &&
    remindedAt === null &&
    tells.includes('reminder') &&
    now < scheduledFor &&
    isTimeToRemind(maintenance, now)
  )
}

/** Whoever is told of it after this moment needs no reminder. */
export function isTimeToRemind(
  { remindMs, scheduledFor }: Pick<Due, 'remindMs' | 'scheduledFor'>,
  now: number,
): boolean {
  return remindMs !== null && now >= scheduledFor - remindMs
}

/** When it starts by itself, null while it does not: at its time, though we slept, but never before somebody last changed it. */
export function startsAt(maintenance: Due, now: number): number | null {
  const { status, autoStart, scheduledFor, updatedAt } = maintenance
  if (status !== 'scheduled' || !autoStart || now < scheduledFor) return null
  return Math.min(now, Math.max(scheduledFor, updatedAt))
}

/** How long after we noticed that we had slept through all of it. */
const CAUGHT_UP = 5 * MINUTE

/** When it ended by itself: as planned, where its beginning was noticed only after its end. */
export function endedAt({ scheduledUntil }: Due, noticedAt: number, now: number): number {
  const isCaughtUp = noticedAt >= scheduledUntil && now - noticedAt < CAUGHT_UP
  return isCaughtUp ? scheduledUntil : now
}

/** Whether it is time to end by itself, as soon as all is well. */
export function isEndDue({ status, autoComplete, scheduledUntil }: Due, now: number): boolean {
  return isUnderWay(status) && autoComplete && now >= scheduledUntil
}

/** What a probe knows when a maintenance of its component is to end. */
export type Witness = {
  state: ProbeState
  /** Whether it asks by itself; others speak when they are called, perhaps once a day. */
  isAsking: boolean
  lastCheckedAt: number | null
}

/** A probe that was not asked since the work began knows nothing of how it ended. */
export function isWellAfter({ state, isAsking, lastCheckedAt }: Witness, began: number): boolean {
  if (state === 'down' || state === 'degraded') return false
  return state === 'unknown' || !isAsking || (lastCheckedAt !== null && lastCheckedAt >= began)
}
