import { and, asc, gt, isNotNull, isNull, lt, sql, type SQL } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import {
  announcements,
  batches,
  deliveries,
  renderings,
  smsUsage,
  webhookEvents,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { isSettled } from '../../domain/delivery.ts'
import { DAY, dayOf } from '../../domain/time.ts'
import { deliveryStates } from '../../domain/words.ts'
import { DELIVERIES_KEPT, foldOld } from './folding.ts'

type Stopped = () => boolean

/** Whoever looks a delivery up sees the request that carried it. */
const BATCHES_KEPT = DELIVERIES_KEPT
/** After an announcement expired; nobody is told its words any more. */
const RENDERINGS_KEPT = 7 * DAY
/** Providers repeat an event for a day or two at most. */
const EVENTS_KEPT = 30 * DAY
/** Bills are looked at by the year. */
const SMS_USAGE_KEPT = 400 * DAY

/**
 * Forgets what nobody needs any more of telling, so that the database stays small. Everything goes in chunks that hold
 * up nobody, and a chunk goes as a whole: whoever is killed goes on in the next round.
 */
export async function forgetOld(deps: Deps, stopped: Stopped = () => false): Promise<void> {
  const now = deps.clock.now()
  await forgetLetters(deps, stopped)
  await foldOld(deps, stopped)
  await forgetRenderings(deps, stopped)
  await forget(deps, stopped, batches, 500, isForgotten(now - BATCHES_KEPT))
  await forget(deps, stopped, webhookEvents, 1000, sql`received_at < ${now - EVENTS_KEPT}`)
  const day = dayOf(now - SMS_USAGE_KEPT, 'Etc/UTC')
  await forget(deps, stopped, smsUsage, 1000, sql`day < ${day}`)
}

const LETTERS = 100

/** Letters to one subscriber go entirely, with what became of them: they are about nothing but the subscription. */
async function forgetLetters(deps: Deps, stopped: Stopped): Promise<void> {
  for (let after = 0; !stopped();) {
    const letters = await oldLetters(deps, after)
    if (letters.length === 0) return
    const ids = sql`(SELECT value FROM json_each(${JSON.stringify(letters.map(({ id }) => id))}))`
    await deps.db.write([
      deps.db.run(
        sql`DELETE FROM ${deliveries} WHERE announcement_id IN ${ids} AND state <> 'sending'`,
      ),
      deps.db.run(
        sql`DELETE FROM ${renderings} WHERE announcement_id IN ${ids} AND ${isUntold(sql`${renderings}.announcement_id`)}`,
      ),
      deps.db.run(
        sql`DELETE FROM ${announcements} WHERE id IN ${ids} AND ${isUntold(sql`${announcements}.id`)}`,
      ),
    ])
    if (letters.length < LETTERS) return
    // Others of the same moment come in the next round.
    after = letters.at(-1)!.createdAt
    await deps.clock.sleep(0)
  }
}

function isUntold(id: SQL): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM ${deliveries} d WHERE d.announcement_id = ${id})`
}

function oldLetters(deps: Deps, after: number) {
  return deps.db
    .select({ id: announcements.id, createdAt: announcements.createdAt })
    .from(announcements)
    .where(
      and(
        isNull(announcements.foldedAt),
        gt(announcements.createdAt, after),
        lt(announcements.createdAt, deps.clock.now() - DELIVERIES_KEPT),
        isNotNull(announcements.subscriberSeq),
      ),
    )
    .orderBy(asc(announcements.createdAt))
    .limit(LETTERS)
}

/** Renderings at once: each is a mail of many pages. */
const WORDS = 100

/** There are few at any time, so all are looked through. */
async function forgetRenderings(deps: Deps, stopped: Stopped): Promise<void> {
  let from = ''
  let [chunk] = await renderingsAfter(deps, from)
  while (chunk && chunk.last !== null && !stopped()) {
    const { last } = chunk
    const [, [next]] = await deps.db.batch([
      forgetWords(deps, from, last),
      renderingsAfter(deps, last),
    ])
    chunk = next
    from = last
    await deps.clock.sleep(0)
  }
}

function renderingsAfter(deps: Deps, from: string) {
  return deps.db.all<{ last: string | null }>(sql`
    SELECT max(id) AS last FROM (
      SELECT announcement_id AS id FROM ${renderings}
      WHERE announcement_id > ${from} ORDER BY announcement_id LIMIT ${WORDS})`)
}

const unsettled = JSON.stringify(deliveryStates.filter((state) => !isSettled(state)))

function forgetWords(deps: Deps, from: string, last: string) {
  const expired = deps.clock.now() - RENDERINGS_KEPT
  return deps.db.run(sql`
    DELETE FROM ${renderings} WHERE announcement_id > ${from} AND announcement_id <= ${last}
      AND EXISTS (
        SELECT 1 FROM ${announcements} a
        WHERE a.id = ${renderings}.announcement_id AND a.expires_at <= ${expired})
      AND NOT EXISTS (
        SELECT 1 FROM json_each(${unsettled}) s CROSS JOIN ${deliveries} d
          ON d.announcement_id = ${renderings}.announcement_id AND d.channel = ${renderings}.channel AND d.state = s.value)`)
}

/** Closed long ago, and of nobody's delivery. */
function isForgotten(before: number): SQL {
  return sql`
    updated_at < ${before} AND state <> 'open' AND NOT EXISTS (
      SELECT 1 FROM ${deliveries} d WHERE d.batch_id = ${batches}.id)`
}

async function forget(
  deps: Deps,
  stopped: Stopped,
  table: SQLiteTable,
  chunk: number,
  which: SQL,
): Promise<void> {
  while (!stopped()) {
    const gone = await deps.db.all(sql`
      DELETE FROM ${table} WHERE rowid IN (
        SELECT rowid FROM ${table} WHERE ${which} LIMIT ${chunk}) RETURNING 1`)
    if (gone.length < chunk) return
    await deps.clock.sleep(0)
  }
}
