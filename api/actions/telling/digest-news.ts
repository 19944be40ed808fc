import { and, asc, eq, gt, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { announcements, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Event } from '../../domain/audience.ts'
import { sha256 } from '../../domain/digest.ts'
import { dayOf } from '../../domain/time.ts'
import { eventOf } from './announcements.ts'

export type News = { id: string; event: Event; createdAt: number }

/** What was told of incidents since then, the oldest first; what is still being told is for the next digest. */
export async function newsSince(deps: Deps, since: number): Promise<News[]> {
  const rows = await deps.db
    .select()
    .from(announcements)
    .where(and(announcedSince(since), isNotNull(announcements.expandedAt)))
    .orderBy(asc(announcements.createdAt), asc(announcements.id))
  const news: News[] = []
  for (const row of rows) {
    const event = await eventOf(deps, row)
    if (event) news.push({ id: row.id, event, createdAt: row.createdAt })
  }
  return news
}

/** False when there is more since then: still being told, or announced meanwhile. */
export async function areAllNews(deps: Deps, since: number, news: News[]): Promise<boolean> {
  return (await deps.db.$count(announcements, announcedSince(since))) === news.length
}

function announcedSince(since: number) {
  return and(
    // Confirmations, which are many, have no incident.
    gt(announcements.incidentId, ''),
    gt(announcements.createdAt, since),
    isNull(announcements.stoppedAt),
  )
}

/** Which of the news these subscribers, named by `seq`, were told already: at once or in a digest. */
export async function toldBefore(
  deps: Deps,
  news: News[],
  seqs: number[],
): Promise<Map<number, Set<string>>> {
  const told = new Map<number, Set<string>>()
  if (news.length === 0) return told
  const digests = await deps.db
    .select({ id: announcements.id, contents: announcements.contents })
    .from(announcements)
    .where(
      and(
        gt(announcements.id, idsOf(news[0]!.createdAt)),
        lt(announcements.id, AFTER_ALL),
        eq(announcements.kind, 'digest'),
      ),
    )
  const contents = new Map(news.map(({ id }) => [id, [id]]))
  for (const digest of digests)
    if (digest.contents?.some((id) => contents.has(id))) contents.set(digest.id, digest.contents)
  const rows = await deps.db.all<{ seq: number; id: string }>(sql`
    SELECT d.subscriber_seq AS seq, d.announcement_id AS id
    FROM json_each(${JSON.stringify([...contents.keys()])}) a
    CROSS JOIN json_each(${JSON.stringify(seqs)}) s
    CROSS JOIN ${deliveries} d ON d.announcement_id = a.value AND d.subscriber_seq = s.value`)
  for (const { seq, id } of rows) {
    const known = told.get(seq) ?? new Set()
    told.set(seq, known)
    for (const one of contents.get(id) ?? []) known.add(one)
  }
  return told
}

/** Everybody with the same contents on the same day shares one digest. */
export async function digestId(contents: string[], now: number): Promise<string> {
  const hash = await sha256(JSON.stringify([idsOf(now), contents.toSorted()]))
  return idsOf(now) + hash.slice(0, 24)
}

/** Ids begin with the day, so that the digests of the last days are found by them. */
function idsOf(at: number): string {
  return `d${dayOf(at, 'Etc/UTC').replaceAll('-', '')}`
}

const AFTER_ALL = 'd9999'
