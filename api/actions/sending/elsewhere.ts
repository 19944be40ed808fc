import { and, eq } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { batches, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Result } from '../../domain/delivery.ts'
import { newBatch, type Claim } from './batches.ts'
import { isOurs } from './outcomes.ts'

/**
 * Who was refused only by this provider's way waits for the next provider of the channel, in a batch of its own and at
 * once, whatever the circuits say. For the batch of the outcome, before it says that they failed.
 */
export function passOn(deps: Deps, { batch, members }: Claim, results: Result[]): Statement[] {
  const refused = members.filter((_, i) => {
    const result = results[i]
    return result?.kind === 'refused' && result.elsewhere
  })
  const next = nextProvider(deps, batch)
  if (!next) return []
  const now = deps.clock.now()
  return refused.flatMap(({ delivery }) => {
    const id = deps.newId()
    const made = { ...batch, id, provider: next.name, owner: null }
    return [
      deps.db
        .insert(batches)
        .values({ ...newBatch(made, now), size: 1, firstSentAt: null, leasedUntil: null }),
      deps.db
        .update(deliveries)
        .set({ batchId: id })
        .where(and(eq(deliveries.id, delivery), eq(deliveries.batchId, batch.id), isOurs(batch))),
    ]
  })
}

function nextProvider(deps: Deps, { channel, provider }: Claim['batch']) {
  const ofChannel = deps.providers.filter((one) => one.channel === channel)
  const mine = ofChannel.findIndex(({ name }) => name === provider)
  return mine < 0 ? undefined : ofChannel[mine + 1]
}
