import { DomainError } from '../../domain/error.ts'
import { isTimeZone } from '../../domain/import-wish.ts'
import { DAY, instantOf, MINUTE } from '../../domain/time.ts'
import { isDayOf } from './days.ts'
import { readRule, wrongRule } from './rule.ts'

/** When something comes again: a local start, a rule, and the zone whose clocks decide. */
export type Recurrence = {
  /** `YYYY-MM-DDTHH:MM`. */
  startsLocal: string
  timeZone: string
  rrule: string
}

/**
 * Instants of the starts before `until`, from the first one on. A start is where clocks show its local time: the first of
 * two, and the end of the gap where they skip it.
 */
export function* startsOf(recurrence: Recurrence, until: number): Generator<number> {
  const { startsLocal, timeZone } = recurrence
  const rule = readRule(recurrence.rrule)
  const [firstDay, time] = [Date.parse(startsLocal.slice(0, 10)) / DAY, startsLocal.slice(10)]
  // No zone is further ahead than a day.
  const lastDay = Math.floor(until / DAY) + 1
  let [count, last] = [0, -Infinity]
  for (let day = firstDay; day <= lastDay && count < rule.count; day++) {
    if (!isDayOf(rule, day, firstDay)) continue
    const local = new Date(day * DAY).toISOString().slice(0, 10) + time
    const at = instantOf(local, timeZone)
    if (at >= until || isAfter(at, local, rule.until)) return
    count++
    // Where the calendar skips a day, its start is the next day's.
    if (at > last) yield (last = at)
  }
}

function isAfter(at: number, local: string, until: number | string): boolean {
  return typeof until === 'number' ? at > until : `${local}:00` > until
}

/** The first `count` starts in `from` (inclusive) to `until` (exclusive). */
export function nextStarts(
  recurrence: Recurrence,
  from: number,
  until: number,
  count = Infinity,
): number[] {
  const starts: number[] = []
  for (const at of startsOf(recurrence, until)) {
    if (at < from) continue
    if (starts.push(at) >= count) break
  }
  return starts
}

/** How far ahead the next start may lie, and how long starts are compared with each other. */
const AHEAD = 5 * 366 * DAY
const COMPARED = 400 * DAY

/** Refuses what has no start from `now` on, or would begin again before it has ended. */
export function assertRecurrence(recurrence: Recurrence, durationMs: number, now: number): void {
  assertStart(recurrence, now)
  const begin = instantOf(recurrence.startsLocal, recurrence.timeZone)
  const [first] = nextStarts(recurrence, begin, begin + AHEAD, 1)
  if (first === undefined)
    throw wrongRule('must have a start in the five years after `starts`; this has none')
  if (nextStarts(recurrence, now, now + AHEAD, 1).length === 0)
    throw wrongRule('must have a start in the next five years; all of this one are over')
  const starts = nextStarts(recurrence, first, first + COMPARED)
  for (const [index, at] of starts.slice(0, -1).entries()) {
    const next = starts[index + 1]!
    if (next - at < durationMs)
      throw wrong(
        'duration_min',
        `must be at most ${(next - at) / MINUTE}: one starts at ${short(at)}, the next at ${short(next)}`,
      )
  }
}

function assertStart({ startsLocal, timeZone }: Recurrence, now: number): void {
  if (!isTimeZone(timeZone))
    throw wrong('time_zone', 'must be an IANA time zone such as Europe/Berlin')
  const isLocal = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(startsLocal)
  const at = isLocal ? Date.parse(`${startsLocal}Z`) : NaN
  // `2026-02-30` would be read as 2 March.
  if (!Number.isFinite(at) || new Date(at).toISOString().slice(0, 16) !== startsLocal)
    throw wrong('starts', 'must be a local date and time that exists, such as 2026-12-01T22:00')
  if (Math.abs(at - now) > AHEAD) throw wrong('starts', 'must lie within five years of today')
}

function wrong(path: string, message: string): DomainError {
  return new DomainError('invalid', `${path}: ${message}`, { fields: [{ path, message }] })
}

function short(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`
}
