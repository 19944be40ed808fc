import { and, eq, lt } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { idempotencyKeys } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { DAY } from '../../domain/time.ts'
import { violates, type Actor } from '../save.ts'

/** Remembers, in the batch of the effect, which object a request with an Idempotency-Key made. */
export function remember(deps: Deps, actor: Actor, object: string): Statement[] {
  if (!actor.idempotency) return []
  const { key, requestHash } = actor.idempotency
  return [
    deps.db
      .insert(idempotencyKeys)
      .values({ keyId: actor.id, key, requestHash, object, createdAt: deps.clock.now() }),
  ]
}

/** The object that an earlier request with the same key made, or null; another request under the same key is refused. */
export async function recall(deps: Deps, actor: Actor): Promise<string | null> {
  if (!actor.idempotency) return null
  const { key, requestHash } = actor.idempotency
  const found = await deps.db.query.idempotencyKeys.findFirst({
    where: and(eq(idempotencyKeys.keyId, actor.id), eq(idempotencyKeys.key, key)),
  })
  if (!found) return null
  if (found.requestHash !== requestHash)
    throw new DomainError('conflict', 'this Idempotency-Key was used for a different request', {
      fields: [{ path: 'Idempotency-Key', message: 'must be new for every different request' }],
    })
  return found.object
}

/** Does `effect` once per Idempotency-Key, also when two equal requests arrive at the same moment. */
export async function once(
  deps: Deps,
  actor: Actor,
  effect: () => Promise<string>,
): Promise<string> {
  const earlier = await recall(deps, actor)
  if (earlier !== null) return earlier
  try {
    return await effect()
  } catch (error) {
    if (!violates(error, /idempotency_keys/)) throw error
    const twin = await recall(deps, actor)
    if (twin === null) throw error
    return twin
  }
}

/** Keys are kept for 24 hours. */
export async function forgetIdempotencyKeys(deps: Deps): Promise<void> {
  await deps.db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, deps.clock.now() - DAY))
}
