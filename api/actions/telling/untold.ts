import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { announcements, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DAY, SECOND } from '../../domain/time.ts'
import { channels, type Channel } from '../../domain/words.ts'
import { keptFor, keptForASecond } from '../kept.ts'
import { withProgress, type Progress } from './progress.ts'
import { reasonsOf } from './reasons.ts'
import { alike, receiver } from './superseding.ts'

type Untold = {
  announcement_id: string
  channel: Channel
  state: 'dead' | 'unknown'
  /** Of most of them. */
  code: string | null
  reason: string | null
  count: number
}

/** Who was given up, or perhaps not told, of what is still news to them: an operator can have it sent again. */
export async function untoldOf(deps: Deps, tellings: Progress[]): Promise<Untold[]> {
  const current = [...tellings, ...(await digests.read(deps, 'recent'))].filter(
    ({ stopped_at, states }) => stopped_at === null && (states.dead ?? states.unknown),
  )
  const counted = await notMadeUpFor(
    deps,
    current.filter(({ superseded_at }) => superseded_at !== null),
  )
  const found: Untold[] = []
  for (const telling of current) {
    const reasons = await reasonsOf(deps, telling)
    const mine = counted.filter(({ id }) => id === telling.id)
    for (const { channel, states } of telling.channels)
      for (const state of ['dead', 'unknown'] as const) {
        const isTheirs = (one: Pick<Untold, 'channel' | 'state'>) =>
          one.channel === channel && one.state === state
        const count = telling.superseded_at === null ? states[state] : mine.find(isTheirs)?.count
        if (!count) continue
        const { code = null, reason = null } =
          reasons.find((one) => one.channel === channel && one.state === state) ?? {}
        found.push({ announcement_id: telling.id, channel, state, code, reason, count })
      }
  }
  return found
}

type Count = Pick<Untold, 'channel' | 'state' | 'count'> & { id: string }

/** Of announcements that newer words followed: whoever hears none of those. A mass of them is counted every ten seconds. */
async function notMadeUpFor(deps: Deps, older: Progress[]): Promise<Count[]> {
  if (older.length === 0) return []
  const isMuch =
    older.reduce((all, { states }) => all + (states.dead ?? 0) + (states.unknown ?? 0), 0) > MUCH
  const key = JSON.stringify(older.map(({ id }) => id))
  return (isMuch ? ofMany : ofFew).read(deps, key)
}

const MUCH = 5000
const ofFew = keptForASecond(countNews)
const ofMany = keptFor(10 * SECOND, countNews)

function countNews(deps: Deps, ids: string): Promise<Count[]> {
  return deps.db.all<Count>(sql`
    WITH older AS MATERIALIZED (
      SELECT a.id AS id, EXISTS (
        SELECT 1 FROM ${announcements} n WHERE n.incident_id = a.incident_id AND n.stopped_at IS NOT NULL) AS was_stopped
      FROM json_each(${ids}) j CROSS JOIN ${announcements} a ON a.id = j.value)
    SELECT id, channel, state, sum(count) AS count
    FROM (
      SELECT a.id AS id, d.channel AS channel, d.state AS state, count(*) AS count
      FROM older
      CROSS JOIN ${announcements} a ON a.id = older.id
      CROSS JOIN json_each(${JSON.stringify(channels)}) c
      CROSS JOIN ${deliveries} d ON d.announcement_id = a.id AND d.channel = c.value AND d.state IN ('dead', 'unknown')
      LEFT JOIN ${receiver}
      GROUP BY d.channel, d.state, ${alike(sql`older.was_stopped`)})
    GROUP BY id, channel, state`)
}

/** As long as a digest is news, and a day more. */
const LIVES = 3 * DAY

/** Nobody looks at them beside an incident. */
const digests = keptForASecond(async (deps) => {
  const rows = await deps.db
    .select()
    .from(announcements)
    .where(
      and(
        isNull(announcements.foldedAt),
        gt(announcements.createdAt, deps.clock.now() - LIVES),
        gt(announcements.expiresAt, deps.clock.now() - DAY),
        eq(announcements.kind, 'digest'),
      ),
    )
  return withProgress(deps, rows)
})
