import type { Lab } from './lab.ts'
import { pause } from './waiting.ts'

/** What a request may take. */
const TIMEOUT = 30_000
/** Real milliseconds in which somebody must notice that a lease has ended. */
const NOTICED = 15_000

/** Watches, once the faults are over, that whatever a dead process had in its hands is taken over. */
export function overdueLeases(lab: Lab) {
  const ending = new AbortController()
  const since = new Map<string, number>()
  const overdue = new Set<string>()
  const watching = (async () => {
    while (!ending.signal.aborted) {
      const leases = await forgottenLeases(lab).catch(() => null)
      const now = performance.now()
      for (const known of since.keys()) if (leases && !leases.includes(known)) since.delete(known)
      for (const lease of leases ?? []) {
        since.set(lease, since.get(lease) ?? now)
        if (now - since.get(lease)! > NOTICED) overdue.add(lease)
      }
      await pause(200)
    }
  })()
  return {
    async end(): Promise<string[]> {
      ending.abort()
      await watching
      return [...overdue]
    },
  }
}

async function forgottenLeases(lab: Lab): Promise<string[]> {
  const rows = await lab.look<{ lease: string }>(
    `SELECT id || ' until ' || leased_until AS lease FROM batches
     WHERE state = 'open' AND leased_until < ${lab.now() - TIMEOUT}`,
  )
  return rows.map(({ lease }) => lease)
}
