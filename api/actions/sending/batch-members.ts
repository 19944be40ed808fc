import { eq, sql } from 'drizzle-orm'
import { announcements, deliveries, subscribers, suppressions } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { AnnouncementKind, Channel, DeliveryState } from '../../domain/words.ts'
import { isSuperseded } from '../telling/superseding.ts'

/** One receiver in a batch, in the order of the request. */
export type Member = {
  delivery: number
  state: DeliveryState
  announcementId: string
  kind: AnnouncementKind
  announcedAt: number
  expiresAt: number
  incidentId: string | null
  subscriber: {
    seq: number
    id: string
    address: string
    addressHash: string
    channel: Channel
    locale: string
    timeZone: string
    tokenVersion: number
    challengedAt: number
    secretVersion: number
    secretRotatedAt: number | null
  }
}

/** Takes out of a batch whoever must not be told any more. */
export function dropMembers(deps: Deps, batchId: string, now: number) {
  return deps.db.run(sql`
    UPDATE ${deliveries} SET batch_id = NULL, updated_at = ${now}, state = why.state
    FROM (${whyNot(batchId, now)}) AS why
    WHERE ${deliveries.id} = why.id AND why.state IS NOT NULL`)
}

/** The last look before the wire: who left, was suppressed, or would get stale news is not told. */
function whyNot(batchId: string, now: number) {
  return sql`
    SELECT d.id AS id, CASE
      WHEN ${isSuperseded()} THEN 'superseded'
      WHEN a.expires_at <= ${now} THEN 'expired'
      WHEN EXISTS (SELECT 1 FROM ${suppressions} x WHERE x.channel = s.channel AND x.address_hash = s.address_hash) THEN 'suppressed'
      WHEN s.address IS NULL THEN 'skipped'
      WHEN s.state <> 'active' AND NOT (a.kind = 'confirmation' AND s.state = 'pending') THEN 'skipped'
    END AS state
    FROM ${deliveries} d
    JOIN ${announcements} a ON a.id = d.announcement_id
    JOIN ${subscribers} s ON s.seq = d.subscriber_seq
    WHERE d.batch_id = ${batchId}`
}

export async function membersOf(deps: Deps, batchId: string): Promise<Member[]> {
  return present(await memberQuery(deps, batchId))
}

export function memberQuery(deps: Deps, batchId: string) {
  return deps.db
    .select({
      delivery: deliveries.id,
      state: deliveries.state,
      announcementId: deliveries.announcementId,
      kind: announcements.kind,
      announcedAt: announcements.createdAt,
      expiresAt: announcements.expiresAt,
      incidentId: announcements.incidentId,
      subscriber: {
        seq: subscribers.seq,
        id: subscribers.id,
        address: subscribers.address,
        addressHash: subscribers.addressHash,
        channel: subscribers.channel,
        locale: deliveries.locale,
        timeZone: deliveries.timeZone,
        tokenVersion: subscribers.tokenVersion,
        challengedAt: subscribers.challengedAt,
        secretVersion: subscribers.secretVersion,
        secretRotatedAt: subscribers.secretRotatedAt,
      },
    })
    .from(deliveries)
    .innerJoin(subscribers, eq(subscribers.seq, deliveries.subscriberSeq))
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .where(eq(deliveries.batchId, batchId))
    .orderBy(deliveries.id)
}

/** A member erased since is left out: under the same key the provider then sends to the others, or says that it did. */
export function present(rows: Awaited<ReturnType<typeof memberQuery>>): Member[] {
  return rows.filter((row): row is Member => row.subscriber.address !== null)
}
