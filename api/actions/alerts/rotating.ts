import { and, eq } from 'drizzle-orm'
import { alertSources } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { remember } from '../access/idempotency.ts'
import { audit, type Actor } from '../save.ts'
import { decideBySecret, hasPrevious, keepPrevious, nextSecretOf } from './source-secrets.ts'
import { findSource } from './sources.ts'

/** Makes a new secret; the one before goes on working for a day, any older one ends at once. */
export function rotateSecret(deps: Deps, actor: Actor, key: string): Promise<void> {
  return decideBySecret(async () => {
    const source = await findSource(deps, key)
    if (source.kind === 'sentry')
      throw new DomainError(
        'conflict',
        'Sentry makes its secret itself: rotate it there, and enter it here',
      )
    await deps.db.write([
      ...remember(deps, actor, key),
      deps.db
        .update(alertSources)
        .set({
          ...(await keepPrevious(deps, source)),
          ...nextSecretOf(source),
          sealedSecret: null,
          updatedAt: deps.clock.now(),
        })
        .where(eq(alertSources.key, key)),
      audit(deps, actor, 'alert_source.rotated', `alert-sources/${key}`),
    ])
  })
}

/** Ends the secret before without waiting for its day; where there is none, nothing changes. */
export async function endPreviousSecret(deps: Deps, actor: Actor, key: string): Promise<void> {
  const source = await findSource(deps, key)
  if (!hasPrevious(deps, source)) return
  await deps.db.write([
    deps.db
      .update(alertSources)
      .set({ previousSecret: null, previousUntil: null, updatedAt: deps.clock.now() })
      .where(and(eq(alertSources.key, key), eq(alertSources.secretVersion, source.secretVersion))),
    audit(deps, actor, 'alert_source.previous_ended', `alert-sources/${key}`),
  ])
}
