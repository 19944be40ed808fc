export type Stretch = { from: number; until: number }

/** How long at least one of these lasted; where they overlap counts once. */
export function lengthOfUnion(stretches: Stretch[]): number {
  let length = 0
  let reached = -Infinity
  for (const { from, until } of stretches.toSorted((a, b) => a.from - b.from)) {
    length += Math.max(0, until - Math.max(from, reached))
    reached = Math.max(reached, until)
  }
  return length
}

/** The parts of them that lie within one. */
export function within({ from, until }: Stretch, stretches: Stretch[]): Stretch[] {
  return stretches
    .map((each) => ({ from: Math.max(each.from, from), until: Math.min(each.until, until) }))
    .filter((each) => each.from < each.until)
}
