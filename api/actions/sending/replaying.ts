import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, deliveries, subscribers, suppressions } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import {
  replayedUnasked,
  staleForAll,
  type LeftReason,
  type ReplayState,
} from '../../domain/replay.ts'
import { DAY } from '../../domain/time.ts'
import { channels, type Channel } from '../../domain/words.ts'
import { recall, remember } from '../access/idempotency.ts'
import { audit, violates, type Actor } from '../save.ts'
import { forgetProgress, progressNow } from '../telling/progress.ts'
import { isSuperseded } from '../telling/superseding.ts'

/** Whom to tell again; what is absent is not asked about. */
export type Replay = {
  states?: ReplayState[] | undefined
  channels?: Channel[] | undefined
  /** The provider's or our own; null stands for those without one. */
  codes?: (string | null)[] | undefined
  /** Those of whom nobody knows whether they were told, too: some will hear it twice. */
  evenIfTold?: boolean | undefined
}

export type Replayed = { replayed: number; left: { reason: LeftReason; count: number }[] }

/**
 * Puts back who was given up, each under a fresh idempotency key. Who is not told again is counted by why; claiming looks
 * at everybody once more.
 */
export async function replay(
  deps: Deps,
  actor: Actor,
  id: string,
  asked: Replay,
): Promise<Replayed> {
  const earlier = await recall(deps, actor)
  if (earlier !== null) return JSON.parse(earlier) as Replayed
  const { replay_refusal } = await progressNow(deps, id)
  if (replay_refusal !== null) throw new DomainError('conflict', replay_refusal)
  const judged = await judge(deps, id, asked)
  const answer = answerOf(judged)
  if (answer.replayed === 0) return answerNobody(answer)
  const detail = { ...asked, ...answer }
  const first = [
    audit(deps, actor, 'announcement.replayed', `announcements/${id}`, detail),
    ...remember(deps, actor, JSON.stringify(answer)),
    renew(deps, id),
  ]
  try {
    await putBack(deps, judged.get('again') ?? [], asked.states ?? replayedUnasked, first)
  } catch (error) {
    const twin = violates(error, /idempotency_keys/) ? await recall(deps, actor) : null
    if (twin === null) throw error
    return JSON.parse(twin) as Replayed
  } finally {
    forgetProgress(deps)
  }
  return answer
}

/** Rows looked at or changed at once: few enough never to hold the event loop for long. */
const CHUNK = 500

type Verdict = LeftReason | 'again'

/** Everybody who is asked for, by what becomes of them. */
async function judge(deps: Deps, id: string, asked: Replay): Promise<Map<Verdict, number[]>> {
  const judged = new Map<Verdict, number[]>()
  for (const channel of asked.channels ?? channels)
    for (const state of new Set(asked.states ?? replayedUnasked))
      for (let cursor = 0; ;) {
        const chunk = await verdicts(deps, { id, channel, state, cursor, asked })
        for (const { delivery, verdict } of chunk) {
          const same = judged.get(verdict) ?? []
          same.push(delivery)
          judged.set(verdict, same)
        }
        if (chunk.length < CHUNK) break
        cursor = chunk.at(-1)!.delivery
        await deps.clock.sleep(0)
      }
  return judged
}

type Span = { id: string; channel: Channel; state: ReplayState; cursor: number; asked: Replay }

function verdicts(deps: Deps, { id, channel, state, cursor, asked }: Span) {
  const codes = JSON.stringify(asked.codes ?? [])
  return deps.db
    .select({
      delivery: deliveries.id,
      verdict: sql<Verdict>`CASE
        WHEN ${state === 'unknown' && !asked.evenIfTold ? sql`true` : sql`false`} THEN 'perhaps_told'
        WHEN ${isSuperseded()} THEN 'superseded'
        WHEN s.state <> 'active' OR s.address IS NULL THEN 'gone'
        WHEN EXISTS (SELECT 1 FROM ${suppressions} x WHERE x.channel = s.channel AND x.address_hash = s.address_hash) THEN 'suppressed'
        ELSE 'again'
      END`,
    })
    .from(deliveries)
    .innerJoin(sql`${announcements} a`, sql`a.id = ${deliveries.announcementId}`)
    .innerJoin(sql`${subscribers} s`, sql`s.seq = ${deliveries.subscriberSeq}`)
    .where(
      and(
        eq(deliveries.announcementId, id),
        eq(deliveries.channel, channel),
        eq(deliveries.state, state),
        gt(deliveries.id, cursor),
        asked.codes
          ? sql`EXISTS (SELECT 1 FROM json_each(${codes}) c WHERE c.value IS ${deliveries.code})`
          : undefined,
      ),
    )
    .orderBy(asc(deliveries.id))
    .limit(CHUNK)
}

function answerOf(judged: Map<Verdict, number[]>): Replayed {
  const left = [...judged].flatMap(([reason, { length: count }]) =>
    reason === 'again' ? [] : [{ reason, count }],
  )
  return { replayed: judged.get('again')?.length ?? 0, left }
}

function answerNobody(answer: Replayed): Replayed {
  if (answer.left.length > 0 && answer.left.every(({ reason }) => reason === 'superseded'))
    throw new DomainError('conflict', staleForAll)
  return answer
}

/** What was too late has a day again. */
function renew(deps: Deps, id: string): Statement {
  return deps.db
    .update(announcements)
    .set({ expiresAt: sql`max(${announcements.expiresAt}, ${deps.clock.now() + DAY})` })
    .where(eq(announcements.id, id))
}

/** In chunks, the decision with the first of them: what a crash leaves is still given up, and can be asked for again. */
async function putBack(
  deps: Deps,
  ids: number[],
  states: readonly ReplayState[],
  first: Statement[],
): Promise<void> {
  for (let from = 0; from < ids.length; from += CHUNK) {
    const now = deps.clock.now()
    const chunk = JSON.stringify(ids.slice(from, from + CHUNK))
    await deps.db.write([
      ...(from === 0 ? first : []),
      deps.db.run(sql`
        UPDATE ${deliveries} SET state = 'pending', batch_id = NULL, provider_id = NULL, code = NULL, reason = NULL,
          replays = replays + 1, updated_at = ${now}
        FROM json_each(${chunk}) again
        WHERE ${deliveries.id} = again.value AND +state IN (SELECT value FROM json_each(${JSON.stringify(states)}))`),
    ])
    await deps.clock.sleep(0)
  }
}
