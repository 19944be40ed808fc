/** Lines at most, beside the one at zero. */
const LINES = 4

const STEPS = [1, 2, 5]

/** Round figures from zero to the first that nothing exceeds. */
export function ticksUpTo(most: number): number[] {
  let power = 1
  while (true) {
    for (const step of STEPS) {
      const size = step * power
      const count = Math.max(1, Math.ceil(most / size))
      if (count <= LINES) return Array.from({ length: count + 1 }, (_, index) => index * size)
    }
    power *= 10
  }
}

/** The value that a share of others does not exceed. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
