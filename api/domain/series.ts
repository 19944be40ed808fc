import type { MaintenancePlan } from './maintenance.ts'
import { DAY } from './time.ts'

/** How far ahead the occurrences of a series are planned. */
export const PLANNED_AHEAD = 30 * DAY

/** How long before its start people are told of one, unless it is the first. */
export const TOLD_AHEAD = 7 * DAY

/** What an occurrence has from its series. */
export type OccurrencePlan = MaintenancePlan & { name: string; durationMs: number }

/** An occurrence that has not begun. */
export type Occurrence = MaintenancePlan & {
  name: string
  scheduledFor: number
  scheduledUntil: number
  /** The start that its series gave it. */
  occursAt: number
}

/** Whether people are to hear of it as soon as it is planned. */
export function isTimeToTell(scheduledFor: number, isFirst: boolean, now: number): boolean {
  return isFirst || scheduledFor - now <= TOLD_AHEAD
}

/** Whether it still lies where its series put it. */
export function isUnmoved(occurrence: Occurrence, { durationMs }: OccurrencePlan): boolean {
  const { scheduledFor, scheduledUntil, occursAt } = occurrence
  return scheduledFor === occursAt && scheduledUntil - scheduledFor === durationMs
}

/** An occurrence after its series was changed: what somebody gave it by hand stays. */
export function following<O extends Occurrence>(
  occurrence: O,
  before: OccurrencePlan,
  after: OccurrencePlan,
): O {
  return {
    ...occurrence,
    name: kept(occurrence.name, before.name, after.name),
    remindMs: kept(occurrence.remindMs, before.remindMs, after.remindMs),
    autoStart: kept(occurrence.autoStart, before.autoStart, after.autoStart),
    autoComplete: kept(occurrence.autoComplete, before.autoComplete, after.autoComplete),
    tells: kept(occurrence.tells, before.tells, after.tells),
  }
}

function kept<T>(mine: T, before: T, after: T): T {
  return isSame(mine, before) ? after : mine
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/**
 * Which of a changed series' starts belongs to which occurrence of before: the same start, then one on the same day, then
 * the rest in order. What was moved or cancelled by hand has its start too, lest it is planned once more.
 */
export function rearranged<O extends { occursAt: number }>(
  occurrences: O[],
  starts: number[],
  dayOf: (at: number) => string,
): Map<O, number> {
  const free = new Set(starts)
  const found = new Map<O, number>()
  const inOrder = occurrences.toSorted((a, b) => a.occursAt - b.occursAt)
  const give = (start: (occurrence: O) => number | undefined) => {
    for (const occurrence of inOrder) {
      if (found.has(occurrence)) continue
      const given = start(occurrence)
      if (given !== undefined && free.delete(given)) found.set(occurrence, given)
    }
  }
  give(({ occursAt }) => occursAt)
  give(({ occursAt }) => [...free].find((start) => dayOf(start) === dayOf(occursAt)))
  give(() => [...free][0])
  return found
}
