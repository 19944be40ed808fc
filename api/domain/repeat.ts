/** How often maintenance usually comes again; anything else is a rule of RFC 5545. */
export const repeats = [
  'weekly',
  'two_weeks',
  'daily',
  'monthly_weekday',
  'monthly_last',
  'monthly_date',
  'custom',
] as const
export type Repeat = (typeof repeats)[number]

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

/** The rule of a usual way, as it follows from the first day, `YYYY-MM-DD...`; null where there is none. */
export function ruleOf(repeat: string, starts: string): string | null {
  const at = new Date(`${starts.slice(0, 10)}T00:00:00Z`)
  if (!Number.isFinite(at.getTime())) return null
  const date = at.getUTCDate()
  const day = weekdays[at.getUTCDay()]!
  const rules: Record<string, string> = {
    daily: 'FREQ=DAILY',
    weekly: `FREQ=WEEKLY;BYDAY=${day}`,
    two_weeks: `FREQ=WEEKLY;INTERVAL=2;BYDAY=${day}`,
    // Not every month has a fifth.
    monthly_weekday: `FREQ=MONTHLY;BYDAY=${Math.min(4, Math.ceil(date / 7))}${day}`,
    monthly_last: `FREQ=MONTHLY;BYDAY=-1${day}`,
    monthly_date: `FREQ=MONTHLY;BYMONTHDAY=${date}`,
  }
  return rules[repeat] ?? null
}

/** The usual way that a rule is, or `custom`. */
export function repeatOf(rrule: string, starts: string): Repeat {
  return repeats.find((repeat) => ruleOf(repeat, starts) === rrule) ?? 'custom'
}
