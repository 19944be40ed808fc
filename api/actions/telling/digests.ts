import { sql } from 'drizzle-orm'
import { announcements, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { natures } from '../../domain/announcement.ts'
import { digestDue, isTold } from '../../domain/audience.ts'
import { DAY, HOUR, MINUTE } from '../../domain/time.ts'
import { areAllNews, digestId, fatesOf, newsSince, type Fate, type News } from './digest-news.ts'

const CHUNK = 100

/** Who moved the time of their digest must not lose what came between: two days, and the hour of clocks set back. */
const LOOKS_BACK = 50 * HOUR

/** Sums up for everybody whose daily digest is due what they have not been told yet. Returns how many are told. */
export async function sumUpDue(deps: Deps): Promise<number> {
  let news: { since: number; all: News[] } | null = null
  for (let told = 0; ;) {
    const due = await digestsDue(deps)
    if (due.length === 0) return told
    // Those who wait longest come first, and need most of it.
    const since = due[0]!.dueAt - LOOKS_BACK
    news ??= { since, all: await newsSince(deps, since) }
    told += await sumUp(deps, due, news.all, await whenLast(deps, due, news))
    if (due.length < CHUNK) return told
    await deps.clock.sleep(0)
  }
}

export function digestsDue(deps: Deps) {
  return deps.db
    .select({
      seq: subscribers.seq,
      state: subscribers.state,
      timeZone: subscribers.timeZone,
      preferences: subscribers.preferences,
      confirmedAt: subscribers.confirmedAt,
      // Never null here: what is not due is not found.
      dueAt: sql<number>`${subscribers.digestDueAt}`,
    })
    .from(subscribers)
    .where(sql`${subscribers.digestDueAt} <= ${deps.clock.now()}`)
    .orderBy(subscribers.digestDueAt)
    .limit(CHUNK)
}

type Due = Awaited<ReturnType<typeof digestsDue>>[number]

/** Who gives up their digest may have been passed over by what is told just now: then they get one more. */
async function whenLast(
  deps: Deps,
  due: Due[],
  { since, all }: { since: number; all: News[] },
): Promise<number | null> {
  if (due.every(({ preferences }) => preferences.digest_at !== null)) return null
  return (await areAllNews(deps, since, all)) ? null : deps.clock.now() + MINUTE
}

/** One mail each, or none where nothing happened, and the day of the next: all of it or nothing. */
async function sumUp(deps: Deps, due: Due[], news: News[], last: number | null): Promise<number> {
  const now = deps.clock.now()
  const { digests, told } = await digestsFor(deps, due, news, now)
  const next = due.map(({ seq, dueAt, state, preferences, timeZone }) => {
    const at = state === 'active' ? (digestDue(preferences, timeZone, now) ?? last) : null
    return [seq, dueAt, at]
  })
  const { priority } = natures.digest
  const [, made] = await deps.db.batch([
    deps.db.run(sql`
      INSERT INTO ${announcements} (id, kind, priority, impact, component_ids, contents, expires_at, expand_to, expanded_at, created_at)
      SELECT value ->> 0, 'digest', ${priority}, 'none', '[]', value -> 1, ${expiry(now)}, 0, ${now}, ${now}
      FROM json_each(${JSON.stringify([...digests])}) WHERE true
      ON CONFLICT DO NOTHING`),
    deps.db.all(sql`
      INSERT INTO ${deliveries} (announcement_id, subscriber_seq, channel, locale, time_zone, priority, created_at, updated_at)
      SELECT told.value ->> 2, s.seq, s.channel, s.locale, s.time_zone, ${priority}, ${now}, ${now}
      FROM json_each(${JSON.stringify(told)}) told CROSS JOIN ${subscribers} s ON s.seq = told.value ->> 0
      WHERE s.state = 'active' AND s.digest_due_at = told.value ->> 1
      ON CONFLICT DO NOTHING RETURNING id`),
    deps.db.run(sql`
      UPDATE ${subscribers} SET digest_due_at = next.value ->> 2
      FROM json_each(${JSON.stringify(next)}) next
      WHERE ${subscribers.seq} = next.value ->> 0 AND +${subscribers.digestDueAt} = next.value ->> 1`),
  ])
  return made.length
}

/** The contents of each digest by its id, and who gets which. */
async function digestsFor(deps: Deps, due: Due[], news: News[], now: number) {
  const ids = new Map<string, string>()
  const digests = new Map<string, string[]>()
  const told: [seq: number, dueAt: number, digest: string][] = []
  const fates = await fatesOf(
    deps,
    news,
    due.map(({ seq }) => seq),
  )
  for (const subscriber of due) {
    const contents = newsFor(subscriber, news, fates.get(subscriber.seq))
    if (contents.length === 0) continue
    const key = contents.join(' ')
    const id = ids.get(key) ?? (await digestId(contents, now))
    ids.set(key, id)
    digests.set(id, contents)
    told.push([subscriber.seq, subscriber.dueAt, id])
  }
  return { digests, told }
}

/** Nothing from before they confirmed, but for what waited for them when they chose anew. */
function newsFor(
  { preferences, confirmedAt, dueAt }: Due,
  news: News[],
  fate: Fate | undefined,
): string[] {
  const since = Math.max(confirmedAt ?? dueAt, dueAt - LOOKS_BACK)
  return news
    .filter(({ id, createdAt }) => createdAt > since || fate?.left.has(id))
    .filter(({ id }) => !fate?.told.has(id) && !fate?.missed.has(id))
    .filter(({ event }) => isTold(preferences, withoutMissed(event, fate)))
    .map(({ id }) => id)
}

/** What never reached somebody is no beginning to them. */
function withoutMissed(event: News['event'], fate: Fate | undefined): News['event'] {
  if (!fate || fate.missed.size === 0) return event
  return { ...event, before: event.before.filter(({ id }) => !fate.missed.has(id)) }
}

/** The same for all who share it: who gets it last on its day still has a day. */
function expiry(now: number): number {
  return (Math.floor(now / DAY) + 2) * DAY
}
