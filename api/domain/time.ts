export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const formats = new Map<string, Intl.DateTimeFormat>()

function format(
  locale: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${locale}|${timeZone}|${JSON.stringify(options)}`
  let found = formats.get(key)
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, { timeZone, ...options })))
  return found
}

/** A moment as a person reads it, always with its zone: `21 Nov 2026, 03:05 UTC`. */
export function formatInstant(at: number, locale: string, timeZone: string): string {
  return formatTime(at, locale, timeZone, { day: 'numeric', month: 'short', year: 'numeric' })
}

/** The time of day with its zone: `03:05 UTC`. */
export function formatTime(
  at: number,
  locale: string,
  timeZone: string,
  date: Intl.DateTimeFormatOptions = {},
): string {
  return (
    format(englishOrder(locale), timeZone, {
      ...date,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    })
      .format(at)
      // In SMS one typographic minus, such as in the French `UTC−5`, more than doubles the price.
      .replace('\u2212', '-')
  )
}

/** A calendar day, `2026-11-21`, as a person reads it: `21 November 2026`. */
export function formatDay(day: string, locale: string): string {
  return format(englishOrder(locale), 'UTC', { dateStyle: 'long' }).format(Date.parse(day))
}

/** A month, `2026-11`, as a person reads it: `November 2026`. */
export function formatMonth(month: string, locale: string): string {
  return format(englishOrder(locale), 'UTC', { month: 'long', year: 'numeric' }).format(
    Date.parse(`${month}-01`),
  )
}

/** Plain `en` means day before month, as most of its readers write it. */
function englishOrder(locale: string): string {
  return locale === 'en' ? 'en-GB' : locale
}

/** The calendar day, `YYYY-MM-DD`, on which a moment falls in a time zone. */
export function dayOf(at: number, timeZone: string): string {
  return format('en-CA', timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
}

/** The moment a calendar day begins in a time zone; where midnight does not exist, the first moment after it. */
export function startOfDay(day: string, timeZone: string): number {
  const key = `${day} ${timeZone}`
  const known = starts.get(key)
  if (known !== undefined) return known
  if (starts.size === STARTS_KEPT) starts.clear()
  const at = findStartOfDay(day, timeZone)
  starts.set(key, at)
  return at
}

/** Every page cuts the same 90 days, and asking Intl for each costs more than rendering them. */
const STARTS_KEPT = 2000
const starts = new Map<string, number>()

function findStartOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  let at = midnight - offset(midnight, timeZone)
  at = midnight - offset(at, timeZone)
  while (dayOf(at, timeZone) < day) at += 15 * MINUTE
  // Where clocks go back over midnight they show it twice.
  while (dayOf(at - 15 * MINUTE, timeZone) === day) at -= 15 * MINUTE
  return at
}

/** Whether a moment lies in `from` (inclusive) to `until` (exclusive), local times `HH:MM`; a span may go past midnight. */
export function isBetween(at: number, from: string, until: string, timeZone: string): boolean {
  const now = timeOfDay(at, timeZone)
  return from <= until ? from <= now && now < until : from <= now || now < until
}

/** The next moment after `at` at which clocks in a time zone show `time`, `HH:MM`; where they skip it, the end of the gap. */
export function nextTimeOfDay(at: number, time: string, timeZone: string): number {
  return nextOf((day) => momentsOf(day, time, timeZone), at, timeZone)
}

/** The same once a calendar day, also where clocks show `time` twice. */
export function nextDaily(at: number, time: string, timeZone: string): number {
  return nextOf((day) => momentsOf(day, time, timeZone).slice(0, 1), at, timeZone)
}

function nextOf(moments: (day: string) => number[], at: number, timeZone: string): number {
  const today = new Date(at + offset(at, timeZone)).toISOString().slice(0, 10)
  for (let day = today; ; day = addDays(day, 1)) {
    const next = moments(day).find((moment) => moment > at)
    if (next !== undefined) return next
  }
}

/** What clocks in a time zone show, `HH:MM`. */
function timeOfDay(at: number, timeZone: string): string {
  return localTime(at, timeZone).slice(11)
}

/** What calendar and clocks in a time zone show, `YYYY-MM-DDTHH:MM`. */
export function localTime(at: number, timeZone: string): string {
  return new Date(at + offset(at, timeZone)).toISOString().slice(0, 16)
}

/**
 * The moment at which calendar and clocks in a time zone show `local`, `YYYY-MM-DDTHH:MM`: the first of two, and the end of
 * the gap where they skip it.
 */
export function instantOf(local: string, timeZone: string): number {
  const day = local.slice(0, 10)
  const [at] = momentsOf(day, local.slice(11, 16), timeZone) as [number]
  // Where the date line moved a whole day was skipped.
  return localTime(at, timeZone) < local ? startOfDay(addDays(day, 1), timeZone) : at
}

/** The moments of a local time on a calendar day: two where clocks are set back, the end of the gap where they skip it. */
function momentsOf(day: string, time: string, timeZone: string): number[] {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  const local = Date.parse(`${day}T${time}:00Z`)
  // What clocks are ahead by well before that day, and well after it.
  const [before, after] = [offset(midnight - DAY, timeZone), offset(midnight + 2 * DAY, timeZone)]
  if (before === after) return [local - before]
  const candidates = [local - before, local - after].toSorted((a, b) => a - b)
  const shown = candidates.filter((at) => timeOfDay(at, timeZone) === time)
  return shown.length > 0 ? shown : [endOfGap(candidates as [number, number], after, timeZone)]
}

/** The minute between two moments from which on clocks are ahead by `after`. */
function endOfGap([from, until]: [number, number], after: number, timeZone: string): number {
  let [early, late] = [from, until]
  while (late - early > MINUTE) {
    const middle = early + Math.floor((late - early) / 2 / MINUTE) * MINUTE
    if (offset(middle, timeZone) === after) late = middle
    else early = middle
  }
  return late
}

/** `count` calendar days after `day`. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10)
}

/** `count` months after the month `YYYY-MM`. */
export function addMonths(month: string, count: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7)
}

/** Milliseconds by which local time is ahead of UTC at a moment; it changes on a quarter of an hour. */
function offset(at: number, timeZone: string): number {
  const key = `${Math.floor(at / (15 * MINUTE))} ${timeZone}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  if (offsets.size === OFFSETS_KEPT) offsets.clear()
  const ahead = findOffset(at, timeZone)
  offsets.set(key, ahead)
  return ahead
}

/** Whom to tell is asked of 100,000 subscribers in a second, and Intl takes its time. */
const OFFSETS_KEPT = 5000
const offsets = new Map<string, number>()

function findOffset(at: number, timeZone: string): number {
  const parts = Object.fromEntries(
    format('en-CA', timeZone, {
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<string, number>
  const local = Date.UTC(
    parts.year!,
    parts.month! - 1,
    parts.day,
    parts.hour,
    parts.minute,
    parts.second,
  )
  return local - Math.floor(at / SECOND) * SECOND
}
