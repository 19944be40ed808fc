import { millis, type At, type Voice } from './voice.ts'

const steps = [
  ['day', 86_400_000, 1.5],
  ['hour', 3_600_000, 1.5],
  ['minute', 60_000, 0],
] as const

/** In how much time something comes, in one unit: `in 3 hours`. */
export function fromNow(at: At, now: At, { locale }: Voice): string {
  const ahead = millis(at) - millis(now)
  const [unit, size] = steps.find(([, size, from]) => ahead >= size * from) ?? steps[2]
  return new Intl.RelativeTimeFormat(locale).format(Math.max(1, Math.round(ahead / size)), unit)
}
