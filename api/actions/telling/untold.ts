import { and, eq, gt, isNull } from 'drizzle-orm'
import { announcements } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY } from '../../domain/time.ts'
import type { Channel } from '../../domain/words.ts'
import { keptForASecond } from '../kept.ts'
import { withProgress, type Progress } from './progress.ts'
import { reasonsOf } from './reasons.ts'

type Untold = {
  announcement_id: string
  channel: Channel
  state: 'dead' | 'unknown'
  /** Of most of them. */
  code: string | null
  reason: string | null
  count: number
}

/** Who was given up, or perhaps not told, of what is still news: an operator can have it sent again. */
export async function untoldOf(deps: Deps, tellings: Progress[]): Promise<Untold[]> {
  const current = [...tellings, ...(await digests.read(deps, 'recent'))].filter(
    ({ stopped_at, superseded_at, states }) =>
      stopped_at === null && superseded_at === null && (states.dead ?? states.unknown),
  )
  const found: Untold[] = []
  for (const telling of current) {
    const reasons = await reasonsOf(deps, telling)
    for (const { channel, states } of telling.channels)
      for (const state of ['dead', 'unknown'] as const) {
        const count = states[state] ?? 0
        if (count === 0) continue
        const most = reasons.find((group) => group.channel === channel && group.state === state)
        const { code = null, reason = null } = most ?? {}
        found.push({ announcement_id: telling.id, channel, state, code, reason, count })
      }
  }
  return found
}

/** Nobody looks at them beside an incident. */
const digests = keptForASecond(async (deps) => {
  const rows = await deps.db
    .select()
    .from(announcements)
    .where(
      and(
        isNull(announcements.foldedAt),
        gt(announcements.createdAt, deps.clock.now() - DAY),
        eq(announcements.kind, 'digest'),
      ),
    )
  return withProgress(deps, rows)
})
