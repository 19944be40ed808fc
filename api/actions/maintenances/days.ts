import { DAY } from '../../domain/time.ts'
import type { Rule } from './rule.ts'

// Days are numbers: how many after 1 January 1970, a Thursday. `ical.js` reads a rule, but of random rules it expands one in
// three wrongly or for ever: the first start unchecked, places in a month, months out of order.

/** Whether a day is one of a rule's that begins on the day `first`. */
export function isDayOf(rule: Rule, day: number, first: number): boolean {
  return isItsTurn(rule, day, first) && isNamed(rule, day, first) && isInItsPlace(rule, day, first)
}

/** Every second week, third month and so on, counted from the first. */
function isItsTurn({ frequency, interval, weekStart }: Rule, day: number, first: number): boolean {
  const periods = {
    DAILY: (at: number) => at,
    WEEKLY: (at: number) => Math.floor((at + THURSDAY - weekStart) / 7),
    MONTHLY: (at: number) => dateOf(at).year * 12 + dateOf(at).month,
    YEARLY: (at: number) => dateOf(at).year,
  }
  const periodOf = periods[frequency]
  return (periodOf(day) - periodOf(first)) % interval === 0
}

/** What the rule leaves open is as on the first day. */
function isNamed(rule: Rule, day: number, first: number): boolean {
  const { frequency, byDay, byMonth, byMonthDay } = rule
  const [at, start] = [dateOf(day), dateOf(first)]
  if (byMonth.length > 0 && !byMonth.includes(at.month)) return false
  if (byMonthDay.length > 0 && !isAmong(byMonthDay, at.date, lengthOfMonth(at))) return false
  if (byDay.length > 0)
    return byDay.some(
      ({ weekday, place }) => weekday === weekdayOf(day) && (place === 0 || isPlaced(place, at)),
    )
  if (byMonthDay.length > 0 || frequency === 'DAILY') return true
  if (frequency === 'WEEKLY') return weekdayOf(day) === weekdayOf(first)
  if (at.date !== start.date) return false
  return frequency === 'MONTHLY' || byMonth.length > 0 || at.month === start.month
}

/** The first, second or last of its weekday in its month. */
function isPlaced(place: number, at: Dated): boolean {
  const [before, after] = [at.date - 1, lengthOfMonth(at) - at.date]
  return place > 0 ? Math.floor(before / 7) + 1 === place : Math.floor(after / 7) + 1 === -place
}

/** Among the days of its month that the rule names. */
function isInItsPlace(rule: Rule, day: number, first: number): boolean {
  if (rule.bySetPos.length === 0) return true
  const at = dateOf(day)
  const start = day - at.date + 1
  const named: number[] = []
  for (let other = start; other < start + lengthOfMonth(at); other++)
    if (isNamed(rule, other, first)) named.push(other)
  return isAmong(rule.bySetPos, named.indexOf(day) + 1, named.length)
}

/** Whether places that count from 1, or from the end from -1, name this one of `length`. */
function isAmong(places: number[], place: number, length: number): boolean {
  return places.includes(place) || places.includes(place - length - 1)
}

const THURSDAY = 4

function weekdayOf(day: number): number {
  return (((day + THURSDAY) % 7) + 7) % 7
}

type Dated = { year: number; month: number; date: number }

function dateOf(day: number): Dated {
  const at = new Date(day * DAY)
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() }
}

function lengthOfMonth({ year, month }: Dated): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
