import { DAY, HOUR, MINUTE } from './time.ts'

const units = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
] as const

/** A length of time as a person reads it, in its two largest units: `2 hours`, `1 day, 6 hours`; at least a minute. */
export function formatDuration(ms: number, locale: string): string {
  let rest = Math.max(1, Math.round(ms / MINUTE)) * MINUTE
  const parts: string[] = []
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0)
      parts.push(
        new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count),
      )
  }
  return new Intl.ListFormat(locale, { type: 'unit' }).format(parts.slice(0, 2))
}
