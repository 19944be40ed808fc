import { pause } from './waiting.ts'

/** What a request may take. */
const TIMEOUT = 30_000
/** Looks in which somebody must notice that a lease has ended: on a busy machine they take longer as well. */
const NOTICED = 80

type Watched = {
  acknowledged: string[]
  now(): number
  look<Row>(sql: string): Promise<Row[]>
}

/** Watches, from the first incident on, that whatever a dead process had in its hands is taken over. */
export function overdueLeases(lab: Watched) {
  const ending = new AbortController()
  const seen = new Map<string, number>()
  const overdue = new Set<string>()
  let looking: Promise<unknown> = Promise.resolve()

  async function look(): Promise<void> {
    if (lab.acknowledged.length === 0) return
    const leases = await forgottenLeases(lab).catch(() => null)
    // Who sees nothing says nothing.
    if (!leases) return
    for (const known of seen.keys()) if (!leases.includes(known)) seen.delete(known)
    for (const lease of leases) {
      seen.set(lease, (seen.get(lease) ?? 0) + 1)
      if (seen.get(lease)! > NOTICED) overdue.add(lease)
    }
  }

  const watching = (async () => {
    while (!ending.signal.aborted) {
      await (looking = looking.then(look))
      await pause(200)
    }
  })()
  return {
    /** Nobody looks while `act` goes on, or begins to. */
    undisturbed<T>(act: () => Promise<T>): Promise<T> {
      const acting = looking.then(act)
      looking = acting.catch(() => null)
      return acting
    },
    async end(): Promise<string[]> {
      ending.abort()
      await watching
      return [...overdue]
    },
  }
}

async function forgottenLeases(lab: Watched): Promise<string[]> {
  const rows = await lab.look<{ lease: string }>(
    `SELECT id || ' until ' || leased_until AS lease FROM batches
     WHERE state = 'open' AND leased_until < ${lab.now() - TIMEOUT}`,
  )
  return rows.map(({ lease }) => lease)
}
