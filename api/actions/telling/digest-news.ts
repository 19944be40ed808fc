import { and, asc, eq, gt, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { announcements, deliveries } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { sha256 } from '../../domain/digest.ts'
import { dayOf } from '../../domain/time.ts'
import { eventOf, type Announced } from './announcements.ts'
import { isLeftToDigest } from './reconsidering.ts'

export type News = { id: string; event: Announced; createdAt: number }

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
  const known = JSON.stringify(news.map(({ id }) => id))
  const isMore = sql`${announcements.id} NOT IN (SELECT value FROM json_each(${known}))`
  return (await deps.db.$count(announcements, and(announcedSince(since), isMore))) === 0
}

/** What became untrue before a digest could tell it is news to nobody. */
function announcedSince(since: number) {
  return and(
    // Confirmations, which are many, have no incident.
    gt(announcements.incidentId, ''),
    gt(announcements.createdAt, since),
    isNull(announcements.stoppedAt),
    isNull(announcements.outdatedAt),
  )
}

/** What became of the news for one subscriber, by the ids of announcements. */
export type Fate = {
  /** In their hands, at once or in a digest, or on its way there. */
  told: Set<string>
  /** What waited for them when they chose a digest. */
  left: Set<string>
  /** A newer word took its place before it reached them. */
  missed: Set<string>
}

/** What became of the news for these subscribers, named by `seq`; of whom nothing is known is not in it. */
export async function fatesOf(
  deps: Deps,
  news: News[],
  seqs: number[],
): Promise<Map<number, Fate>> {
  const fates = new Map<number, Fate>()
  if (news.length === 0) return fates
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
  const rows = await deps.db.all<{ seq: number; id: string; fate: keyof Fate }>(sql`
    SELECT d.subscriber_seq AS seq, d.announcement_id AS id,
      CASE WHEN ${isLeftToDigest} THEN 'left' WHEN d.state = 'superseded' THEN 'missed' ELSE 'told' END AS fate
    FROM json_each(${JSON.stringify([...contents.keys()])}) a
    CROSS JOIN json_each(${JSON.stringify(seqs)}) s
    CROSS JOIN ${deliveries} d ON d.announcement_id = a.value AND d.subscriber_seq = s.value`)
  for (const { seq, id, fate } of rows) {
    const known = fates.get(seq) ?? { told: new Set(), left: new Set(), missed: new Set() }
    fates.set(seq, known)
    for (const one of contents.get(id) ?? []) known[fate].add(one)
  }
  return fates
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
