import { sql } from 'drizzle-orm'
import { announcements, deliveries, subscribers } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { ruleFor, type Event, type Rule } from '../../domain/audience.ts'
import type { Preferences } from '../../domain/subscription.ts'
import { HOUR } from '../../domain/time.ts'
import { isSuperseded } from './superseding.ts'

/** Subscribers at once: few enough never to hold the event loop for long, and each is a round trip. */
const CHUNK = 1000

/**
 * Turns one announcement into who is told, from its cursor on. A round trip saves a chunk, moves the cursor and reads
 * the next chunk: a crash resumes there, and processes that do it at once share the work. Once the cursor went back,
 * another rule holds than this one. Returns how many are told.
 */
export async function expand(
  deps: Deps,
  { id, expandCursor }: { id: string; expandCursor: number },
  event: Event,
  stopped: () => boolean,
): Promise<number> {
  const rule = ruleFor(event)
  const preferencesOf = preferencesByText()
  let told = 0
  let cursor = expandCursor
  let [chunk] = await chunkAtCursor(deps, id)
  while (chunk && chunk.since >= cursor && !stopped()) {
    const now = deps.clock.now()
    const audience = audienceOf(chunk, rule, preferencesOf, now)
    for (const seqs of Object.values(audience)) told += seqs.length
    const isLast = chunk.count < CHUNK
    const [, , [next]] = await deps.db.batch([
      tell(deps, id, audience, now),
      advance(deps, id, { since: chunk.since, until: isLast ? null : chunk.until }, audience, now),
      chunkAtCursor(deps, id),
    ])
    cursor = chunk.since
    chunk = isLast ? undefined : next
    await deps.clock.sleep(0)
  }
  return told
}

type Chunk = {
  /** The cursor that it was read from. */
  since: number
  until: number
  count: number
  /** JSON lists in step with each other, of those who are subscribed: a row each would cost three times as much. */
  seqs: string
  timeZones: string
  preferences: string
}

/** The next subscribers, whatever became of them: counting them bounds the statement. */
export function chunkAtCursor(deps: Deps, id: string) {
  return deps.db.all<Chunk>(sql`
    SELECT (SELECT expand_cursor FROM ${announcements} WHERE id = ${id}) AS since,
      max(seq) AS until, count(*) AS count,
      json_group_array(seq) FILTER (WHERE state = 'active') AS seqs,
      json_group_array(time_zone) FILTER (WHERE state = 'active') AS timeZones,
      json_group_array(preferences) FILTER (WHERE state = 'active') AS preferences
    FROM (
      SELECT s.seq, s.state, s.time_zone, s.preferences
      FROM ${announcements} a JOIN ${subscribers} s ON s.seq > a.expand_cursor AND s.seq <= a.expand_to
      WHERE a.id = ${id} AND a.expanded_at IS NULL
      ORDER BY s.seq LIMIT ${CHUNK})`)
}

/** Who is told at once, under the empty name, and who when their quiet hours end, under that moment. */
type Audience = Record<string, number[]>

/** Those with a digest get it there. */
function audienceOf(
  chunk: Chunk,
  rule: Rule,
  preferencesOf: (text: string) => Preferences,
  now: number,
): Audience {
  const audience: Audience = {}
  const timeZones = JSON.parse(chunk.timeZones) as string[]
  const preferences = JSON.parse(chunk.preferences) as string[]
  for (const [i, seq] of (JSON.parse(chunk.seqs) as number[]).entries()) {
    const when = rule(preferencesOf(preferences[i]!), timeZones[i]!, now)
    if (when === null || when.kind === 'digest') continue
    const moment = when.kind === 'held' ? String(when.until) : ''
    ;(audience[moment] ??= []).push(seq)
  }
  return audience
}

/** Most subscribers chose the same as many others. */
const CHOICES_KEPT = 5000

function preferencesByText(): (text: string) => Preferences {
  const known = new Map<string, Preferences>()
  return (text) => {
    let preferences = known.get(text)
    if (!preferences) {
      if (known.size === CHOICES_KEPT) known.clear()
      known.set(text, (preferences = JSON.parse(text) as Preferences))
    }
    return preferences
  }
}

/**
 * Whoever left since they were read is not told, nor whoever hears a newer word, nor whom a digest told. Who was spared it
 * for a newer word that never came is told after all, under a key that no earlier request had.
 */
export function tell(deps: Deps, id: string, audience: Audience, now: number) {
  return deps.db.run(sql`
    WITH summing_up AS MATERIALIZED (
      SELECT g.id AS id FROM ${announcements} a
      CROSS JOIN ${announcements} g ON g.created_at >= a.created_at AND g.folded_at IS NULL
      WHERE a.id = ${id} AND g.kind = 'digest' AND instr(g.contents, '"' || a.id || '"') > 0)
    INSERT INTO ${deliveries} (announcement_id, subscriber_seq, channel, locale, time_zone, state, held_until, priority, created_at, updated_at)
    SELECT a.id, s.seq, s.channel, s.locale, s.time_zone,
      iif(moment.key = '', 'pending', 'held'), nullif(moment.key, ''), a.priority, ${now}, ${now}
    FROM ${announcements} a
    CROSS JOIN json_each(${JSON.stringify(audience)}) moment
    CROSS JOIN json_each(moment.value) told
    CROSS JOIN ${subscribers} s ON s.seq = told.value
    WHERE a.id = ${id} AND a.expanded_at IS NULL AND s.state = 'active' AND NOT ${isSuperseded()}
      AND NOT EXISTS (
        SELECT 1 FROM summing_up CROSS JOIN ${deliveries} r
        ON r.announcement_id = summing_up.id AND r.subscriber_seq = s.seq)
    ON CONFLICT (announcement_id, subscriber_seq) DO UPDATE SET state = excluded.state, held_until = excluded.held_until,
      replays = replays + 1, updated_at = excluded.updated_at
    WHERE ${deliveries}.state = 'superseded'`)
}

type Span = { since: number; until: number | null }

/**
 * Never back: another process may be further; nor past who is to be asked anew. Past everybody, `until` null, it has been
 * handed to all.
 */
function advance(deps: Deps, id: string, { since, until }: Span, audience: Audience, now: number) {
  // Quiet hours may last longer than news lives: then it lives on until they have been told.
  const lives = Math.max(0, ...Object.keys(audience).map(Number)) + HOUR
  return deps.db.run(sql`
    UPDATE ${announcements} SET
      expand_cursor = ${until === null ? sql`expand_to` : sql`max(expand_cursor, ${until})`},
      expanded_at = ${until === null ? now : null},
      expires_at = max(expires_at, ${lives})
    WHERE id = ${id} AND expanded_at IS NULL AND expand_cursor >= ${since}`)
}
