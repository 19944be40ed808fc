/** Chosen by the run, so that a failure can be repeated: it is in the name of every scenario. */
export const seed = Number(process.env['FAULT_SEED'] ?? 20261121)

export const isFull = process.env['FAULTS'] === 'full'

/** The figure for every day, or that of `FAULTS=full`. */
export function size(short: number, full: number): number {
  return isFull ? full : short
}

/** The same numbers for the same seed (mulberry32). */
export function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
