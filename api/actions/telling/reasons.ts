import { and, asc, eq, gt } from 'drizzle-orm'
import { deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { replayStates, type ReplayState } from '../../domain/replay.ts'
import { SECOND } from '../../domain/time.ts'
import type { Channel, DeliveryState } from '../../domain/words.ts'

type Trouble = {
  channel: Channel
  state: ReplayState
  code: string | null
  /** What was said last. */
  reason: string | null
  count: number
}

type Tellings = {
  id: string
  channels: { channel: Channel; states: Partial<Record<DeliveryState, number>> }[]
}

/** More kinds of trouble than anybody reads. */
const MOST = 50

/** Why people were not told, or perhaps not, the most frequent first; asked anew when there is more or less of it. */
export async function reasonsOf(deps: Deps, tellings: Tellings): Promise<Trouble[]> {
  const groups = troubled(tellings)
  const mine = kept.get(deps) ?? new Map<string, Kept>()
  kept.set(deps, mine)
  const now = deps.clock.now()
  const key = JSON.stringify(groups)
  const found = mine.get(tellings.id)
  const isMuch = groups.reduce((all, { count }) => all + count, 0) > MUCH
  const isRecent = found?.isMuch && isMuch && Math.abs(now - found.at) < 10 * SECOND
  if (found && (found.key === key || isRecent)) return found.value
  if (mine.size >= KEPT) mine.clear()
  const value = readReasons(deps, tellings.id, groups)
  mine.set(tellings.id, { key, isMuch, at: now, value })
  value.catch(() => mine.delete(tellings.id))
  return value
}

type Kept = { key: string; isMuch: boolean; at: number; value: Promise<Trouble[]> }

/** A mass of trouble is gone through every ten seconds at most. */
const MUCH = 5000
const KEPT = 100
const kept = new WeakMap<Deps, Map<string, Kept>>()

type Group = { channel: Channel; state: ReplayState; count: number }

function troubled({ channels }: Tellings): Group[] {
  return channels.flatMap(({ channel, states }) =>
    replayStates.flatMap((state) => {
      const count = states[state] ?? 0
      return count > 0 ? [{ channel, state, count }] : []
    }),
  )
}

async function readReasons(deps: Deps, id: string, groups: Group[]): Promise<Trouble[]> {
  const troubles = new Map<string, Trouble & { at: number }>()
  for (const { channel, state } of groups)
    for (let cursor = 0; ;) {
      const chunk = await troublesAfter(deps, id, { channel, state }, cursor)
      for (const { code, reason, at } of chunk) {
        const key = JSON.stringify([channel, state, code])
        const same = troubles.get(key)
        if (!same) troubles.set(key, { channel, state, code, reason, count: 1, at })
        else {
          same.count++
          if (at >= same.at) Object.assign(same, { reason, at })
        }
      }
      if (chunk.length < CHUNK) break
      cursor = chunk.at(-1)!.id
      await deps.clock.sleep(0)
    }
  return [...troubles.values()]
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST)
    .map(({ channel, state, code, reason, count }) => ({ channel, state, code, reason, count }))
}

/** Rows looked at in one go: few enough never to hold the event loop for long. */
const CHUNK = 1000

/** Only those who missed it are looked at, in the order of the index that counts. */
export function troublesAfter(
  deps: Deps,
  id: string,
  { channel, state }: Pick<Group, 'channel' | 'state'>,
  cursor: number,
) {
  return deps.db
    .select({
      id: deliveries.id,
      code: deliveries.code,
      reason: deliveries.reason,
      at: deliveries.updatedAt,
    })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.announcementId, id),
        eq(deliveries.channel, channel),
        eq(deliveries.state, state),
        gt(deliveries.id, cursor),
      ),
    )
    .orderBy(asc(deliveries.id))
    .limit(CHUNK)
}
