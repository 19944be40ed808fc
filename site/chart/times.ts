import { addDays, addMonths, dayOf, nextTimeOfDay, startOfDay } from '../../api/domain/time.ts'
import type { SpanView } from '../../api/routes/component-views.ts'

/** Where an axis of time is marked, and what is said there. */
export type TimeTick = { at: number; label: string }

type Look = Intl.DateTimeFormatOptions

const clock: Look = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
const weekday: Look = { weekday: 'short' }
const day: Look = { day: 'numeric', month: 'short' }
const month: Look = { month: 'short' }
const year: Look = { year: 'numeric' }

/** Moments that people know by name, few enough for a phone. */
export function timeTicks(
  { span, from, until }: Pick<SpanView, 'span' | 'from' | 'until'>,
  locale: string,
  timeZone: string,
): TimeTick[] {
  const [start, end] = [Date.parse(from), Date.parse(until)]
  const labelled = (at: number, look: Look) => ({ at, label: format(at, look, locale, timeZone) })
  if (span === '24h') return clocks(start, end, timeZone).map((at) => labelled(at, clock))
  if (span === '365d')
    return months(start, end, timeZone)
      .filter((at) => Number(dayOf(at, timeZone).slice(5, 7)) % 2 === 1)
      .map((at) => labelled(at, dayOf(at, timeZone).slice(5, 7) === '01' ? year : month))
  if (span === '90d')
    return days(start, end, timeZone)
      .filter((at) => ['01', '15'].includes(dayOf(at, timeZone).slice(8)))
      .map((at) => labelled(at, day))
  const all = days(start, end, timeZone)
  if (span === '7d') return all.map((at) => labelled(at, weekday))
  return all.filter((_, index) => (all.length - 1 - index) % 7 === 3).map((at) => labelled(at, day))
}

/** Every sixth hour as clocks there show it. */
function clocks(start: number, end: number, timeZone: string): number[] {
  const found = ['00:00', '06:00', '12:00', '18:00'].map((time) =>
    nextTimeOfDay(start, time, timeZone),
  )
  return found.filter((at) => at < end).toSorted((a, b) => a - b)
}

function days(start: number, end: number, timeZone: string): number[] {
  const found: number[] = []
  for (let date = addDays(dayOf(start, timeZone), 1); ; date = addDays(date, 1)) {
    const at = startOfDay(date, timeZone)
    if (at >= end) return found
    found.push(at)
  }
}

function months(start: number, end: number, timeZone: string): number[] {
  const found: number[] = []
  for (let date = addMonths(dayOf(start, timeZone).slice(0, 7), 1); ; date = addMonths(date, 1)) {
    const at = startOfDay(`${date}-01`, timeZone)
    if (at >= end) return found
    found.push(at)
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(at: number, look: Look, locale: string, timeZone: string): string {
  const key = `${locale} ${timeZone} ${Object.keys(look)}`
  let found = formats.get(key)
  // Plain `en` means day before month, as everywhere on the page.
  const spoken = locale === 'en' ? 'en-GB' : locale
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(spoken, { timeZone, ...look })))
  return found.format(at)
}
