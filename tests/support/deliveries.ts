import { eq } from 'drizzle-orm'
import type { Deps } from '../../api/deps.ts'
import { batches, deliveries, providerGates } from '../../db/schema.ts'

/** How many deliveries are in each state, in the order in which the states first occur. */
export async function states(deps: Deps): Promise<Record<string, number>> {
  const rows = await deps.db
    .select({ state: deliveries.state })
    .from(deliveries)
    .orderBy(deliveries.id)
  const counts: Record<string, number> = {}
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** How many deliveries each provider took in its hands last. */
export async function providersOf(deps: Deps): Promise<Record<string, number>> {
  const rows = await deps.db
    .select({ provider: batches.provider })
    .from(deliveries)
    .innerJoin(batches, eq(batches.id, deliveries.batchId))
  const counts: Record<string, number> = {}
  for (const { provider } of rows) counts[provider] = (counts[provider] ?? 0) + 1
  return counts
}

export function gateOf(deps: Deps, provider: string) {
  return deps.db.query.providerGates.findFirst({ where: eq(providerGates.provider, provider) })
}

export const allClear = {
  issue: 'Checkout was slow.',
  root_cause: 'A full disk.',
  fix: 'A larger disk.',
  impact: '12 minutes.',
  postmortem_url: null,
}
