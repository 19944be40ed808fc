import { sql } from 'drizzle-orm'
import {
  announcements,
  batches,
  deliveries,
  subscribers,
  suppressions,
} from '../../../db/schema.ts'
import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import type { Sleeper } from '../../domain/sleeping.ts'
import type { AnnouncementKind, Channel, DeliveryState } from '../../domain/words.ts'
import { isSuperseded, stopped } from '../telling/superseding.ts'

/** One receiver in a batch, in the order of the request. */
export type Member = {
  delivery: number
  state: DeliveryState
  announcementId: string
  kind: AnnouncementKind
  announcedAt: number
  expiresAt: number
  incidentId: string | null
  /** How often it was sent again on purpose. */
  replays: number
  /** Null for whom no quiet hours are kept. */
  sleeper: Sleeper | null
  subscriber: {
    seq: number
    id: string
    address: string
    addressHash: string
    channel: Channel
    locale: string
    timeZone: string
    tokenVersion: number
    /** Start of the challenge that a confirmation is about, though another may have begun since. */
    challengedAt: number
    secretVersion: number
    secretRotatedAt: number | null
  }
}

/** Takes out of a batch that nobody was told of yet whoever must not be told any more. */
export function dropMembers(deps: Deps, claim: string): Statement {
  const now = deps.clock.now()
  // Materialized, or all of it is prepared and evaluated twice.
  return deps.db.run(sql`
    WITH why AS MATERIALIZED (${whyNot(claim, now)})
    UPDATE ${deliveries} SET batch_id = NULL, updated_at = ${now}, state = why.state, code = why.code, reason = why.reason
    FROM why WHERE ${deliveries.id} = why.id AND why.state IS NOT NULL`)
}

/**
 * The last look before the wire: who left, was suppressed, or would get stale news is not told. Too late is an end that
 * an operator can undo, and trouble on the way there another than none.
 */
function whyNot(claim: string, now: number) {
  return sql`
    SELECT d.id AS id, CASE
      WHEN a.stopped_at IS NOT NULL THEN 'skipped'
      WHEN ${isSuperseded()} THEN 'superseded'
      WHEN EXISTS (SELECT 1 FROM ${suppressions} x WHERE x.channel = s.channel AND x.address_hash = s.address_hash) THEN 'suppressed'
      WHEN s.address IS NULL THEN 'skipped'
      WHEN s.state <> 'active' AND NOT (a.kind = 'confirmation' AND s.state = 'pending') THEN 'skipped'
      WHEN a.expires_at <= ${now} THEN CASE WHEN d.code IS NULL THEN 'expired' ELSE 'dead' END
    END AS state,
    CASE WHEN a.stopped_at IS NULL THEN d.code ELSE ${stopped.code} END AS code,
    CASE WHEN a.stopped_at IS NULL THEN d.reason ELSE ${stopped.reason} END AS reason
    FROM ${batches} b
    JOIN ${deliveries} d ON d.batch_id = b.id
    JOIN ${announcements} a ON a.id = d.announcement_id
    JOIN ${subscribers} s ON s.seq = d.subscriber_seq
    WHERE b.claim = ${claim} AND b.first_sent_at IS NULL`
}

/** Looked for in the text: it is asked of everybody who is told. */
export const hasQuietHours = sql`instr(s.preferences, '"quiet":{') > 0`

/** Of the delivery `d` of `a` to `s`, as JSON. */
export const sleeper = sql`json(CASE WHEN ${hasQuietHours} THEN
  json_object('quiet', s.preferences -> '$.quiet', 'timeZone', s.time_zone, 'impact', a.impact, 'heldUntil', d.held_until) END)`

/**
 * Who is in the batch `b`; whoever was erased since is left out: under the same key the provider then sends to the others,
 * or says that it did. As one value, since a row of so many columns costs more than all that is done with it.
 */
export const membersOfBatch = sql<string>`(
  SELECT json_group_array(json_object('delivery', d.id, 'state', d.state, 'announcementId', a.id, 'kind', a.kind,
    'announcedAt', a.created_at, 'expiresAt', a.expires_at, 'incidentId', a.incident_id,
    'replays', d.replays, 'sleeper', ${sleeper}, 'subscriber', json_object('seq', s.seq, 'id', s.id, 'address', s.address, 'addressHash', s.address_hash,
      'channel', s.channel, 'locale', d.locale, 'timeZone', d.time_zone, 'tokenVersion', s.token_version,
      'challengedAt', a.created_at, 'secretVersion', s.secret_version, 'secretRotatedAt', s.secret_rotated_at)))
  FROM ${deliveries} d
  JOIN ${subscribers} s ON s.seq = d.subscriber_seq
  JOIN ${announcements} a ON a.id = d.announcement_id
  WHERE d.batch_id = batches.id AND s.address IS NOT NULL)`

/** In the order in which they were claimed. */
export function readMembers(json: string): Member[] {
  return (JSON.parse(json) as Member[]).toSorted((a, b) => a.delivery - b.delivery)
}
