import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { remember } from '../access/idempotency.ts'
import { audit, type Actor } from '../save.ts'
import { stopAnnouncement } from '../telling/stopping.ts'
import { forgetProgress, progressNow } from '../telling/progress.ts'

/** Nobody else is told; what is under way ends. Returns the announcement's id. */
export async function stopTelling(
  deps: Deps,
  actor: Actor,
  id: string,
  reason: string,
): Promise<string> {
  const { done, stopped_at, total, told, states } = await progressNow(deps, id)
  if (stopped_at !== null) throw new DomainError('conflict', 'It is stopped already.')
  if (done) throw new DomainError('conflict', 'It is over: nobody is left to be told.')
  const left = (states.pending ?? 0) + (states.held ?? 0)
  await deps.db.write([
    ...stopAnnouncement(deps, id),
    audit(deps, actor, 'announcement.stopped', `announcements/${id}`, {
      reason,
      total,
      told,
      left,
    }),
    ...remember(deps, actor, id),
  ])
  forgetProgress(deps)
  return id
}
