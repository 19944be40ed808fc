/**
 * Every probe has a phase of its own in the interval, by the hash of its id: the load is even, and no slot drifts. Slots
 * less than half an interval away are left out.
 */
export function nextSlot(id: string, intervalMs: number, at: number): number {
  const phase = hash(id) % intervalMs
  const earliest = at + intervalMs / 2
  return Math.floor((earliest - phase) / intervalMs + 1) * intervalMs + phase
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
