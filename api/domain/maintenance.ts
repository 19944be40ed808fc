import { DomainError } from './error.ts'
import type { MaintenanceStatus, UpdateStatus } from './words.ts'

/** Tellings of a maintenance that the operator may leave out; a change of plan is always told. */
export const maintenanceTellings = [
  'scheduled',
  'reminder',
  'started',
  'updated',
  'completed',
] as const
export type MaintenanceTelling = (typeof maintenanceTellings)[number]

/** How a planned maintenance runs by itself, and what of it is told. */
export type MaintenancePlan = {
  /** How long before the start people are reminded; null: not at all. */
  remindMs: number | null
  /** Starts at its time; otherwise an operator starts it. */
  autoStart: boolean
  /** Ends at its time if its probes are well; otherwise an operator ends it. */
  autoComplete: boolean
  tells: MaintenanceTelling[]
}

/** The part of a maintenance that decides what may happen to it. */
export type MaintenanceState = {
  status: UpdateStatus
  /** When it is planned to start, until it does. */
  startedAt: number
  resolvedAt: number | null
  scheduledFor: number
  scheduledUntil: number
  /** Counts changes of what calendars show. */
  sequence: number
}

/** What may happen to a maintenance once it is scheduled. */
export type Move = 'start' | 'verify' | 'complete' | 'cancel' | 'reschedule' | 'update'

const allowed: Record<MaintenanceStatus, Move[]> = {
  scheduled: ['start', 'reschedule', 'update', 'cancel'],
  in_progress: ['verify', 'complete', 'reschedule', 'update', 'cancel'],
  verifying: ['complete', 'reschedule', 'update'],
  completed: [],
  cancelled: [],
}

export function isAllowed(move: Move, status: UpdateStatus): boolean {
  return allowedIn(status).includes(move)
}

/** Refuses a move that does not fit, saying what does. */
export function assertAllowed(
  move: Move,
  { name, status }: Pick<MaintenanceState, 'status'> & { name: string },
): void {
  if (isAllowed(move, status)) return
  const rest = allowedIn(status).map((fitting) => done[fitting])
  const instead =
    rest.length > 0
      ? `it can be ${rest.slice(0, -1).join(', ')} or ${rest.at(-1)}`
      : 'schedule a new one instead'
  const state = status.replaceAll('_', ' ')
  throw new DomainError('conflict', `"${name}" is ${state} and cannot be ${done[move]}; ${instead}`)
}

function allowedIn(status: UpdateStatus): Move[] {
  return allowed[status as MaintenanceStatus] ?? []
}

const done: Record<Move, string> = {
  start: 'started',
  verify: 'verified',
  complete: 'completed',
  cancel: 'cancelled',
  reschedule: 'rescheduled',
  update: 'updated',
}

/** Where a move that ends or begins something leads. */
const leadsTo = {
  start: 'in_progress',
  verify: 'verifying',
  complete: 'completed',
  cancel: 'cancelled',
} as const satisfies Partial<Record<Move, MaintenanceStatus>>

/** A maintenance after a move at `at` that leaves its window alone. */
export function afterMove<M extends MaintenanceState>(
  maintenance: M,
  move: Exclude<Move, 'reschedule'>,
  at: number,
): M {
  if (move === 'update') return maintenance
  return {
    ...maintenance,
    status: leadsTo[move],
    startedAt: move === 'start' ? at : maintenance.startedAt,
    resolvedAt: move === 'complete' || move === 'cancel' ? at : null,
    sequence: maintenance.sequence + (move === 'cancel' ? 1 : 0),
  }
}

/** While it is under way its components are under maintenance. */
export function marksComponents({
  status,
  resolvedAt,
}: Pick<MaintenanceState, 'status' | 'resolvedAt'>): boolean {
  return resolvedAt === null && isUnderWay(status)
}

export function isUnderWay(status: UpdateStatus): boolean {
  return status === 'in_progress' || status === 'verifying'
}
