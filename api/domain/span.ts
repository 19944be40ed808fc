import { DAY, HOUR, MINUTE, SECOND } from './time.ts'

/** Units as operators write them, the largest first; the first name is the one that we write. */
const units: [size: number, one: string, many: string, others: string[]][] = [
  [DAY, 'day', 'days', ['d']],
  [HOUR, 'h', 'h', ['hr', 'hour', 'hours']],
  [MINUTE, 'min', 'min', ['m', 'mins', 'minute', 'minutes']],
  [SECOND, 's', 's', ['sec', 'secs', 'second', 'seconds']],
  [1, 'ms', 'ms', ['millisecond', 'milliseconds']],
]

const sizes = new Map(
  units.flatMap(([size, one, many, others]) => [one, many, ...others].map((name) => [name, size])),
)

/** What an operator types for a length of time, `30 s`, `1.5 h` or `1 h 30 min`, in milliseconds; null when it is none. */
export function parseSpan(text: string): number | null {
  const parts = [...text.trim().matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)\s*/gi)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) return null
  const lengths = parts.map(([, count, unit]) => {
    const size = sizes.get(unit!.toLowerCase())
    return size === undefined ? NaN : Number(count!.replace(',', '.')) * size
  })
  const sum = lengths.reduce((total, length) => total + length, 0)
  return Number.isNaN(sum) ? null : Math.round(sum)
}

/** The same the other way round, exact: `90 s` is `1 min 30 s`. */
export function formatSpan(ms: number): string {
  let rest = Math.round(ms)
  const parts: string[] = []
  for (const [size, one, many] of units) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${count === 1 ? one : many}`)
  }
  return parts.join(' ') || '0 s'
}
