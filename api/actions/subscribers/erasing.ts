import { and, eq, inArray, isNotNull, notInArray, sql } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import {
  alerts,
  auditLog,
  batches,
  deliveries,
  idempotencyKeys,
  imports,
  providerGates,
  subscribers,
  suppressions,
} from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { everything } from '../../domain/subscription.ts'
import type { Subscriber } from './links.ts'
import { audit, decide, type Actor } from '../save.ts'
import { nextChange, skipPending } from './subscriber-rows.ts'

/**
 * By this name it is remembered that an address was a subscriber's who has been erased: no import brings it back, while
 * whoever it belongs to may subscribe anew.
 */
export function erasedHash(addressHash: string): string {
  return `erased:${addressHash}`
}

/**
 * Forgets who a subscriber was (GDPR, article 17). What was sent stays counted, without an address. What a person decided
 * (STOP, a complaint, having left) stays as a keyed hash; what a provider reported of the address goes with it.
 */
export async function eraseSubscriber(deps: Deps, actor: Actor, id: string): Promise<void> {
  await decide(async () => {
    const [subscriber] = await deps.db.select().from(subscribers).where(eq(subscribers.id, id))
    if (!subscriber) throw new DomainError('not_found', `there is no subscriber ${id}`)
    if (subscriber.state === 'erased') return
    await deps.db.write([
      ...forgetReasons(deps, subscriber),
      ...rememberDecisions(deps, subscriber),
      ...forgetChanges(deps, subscriber),
      forgetPerson(deps, subscriber),
      audit(deps, actor, 'subscriber.erased', `subscriber:${id}`),
    ])
  }, /NOT NULL constraint failed: subscribers\.updated_at/)
  await emptyLog(deps)
}

/** Providers like to repeat the address in their reasons, and put one reason on all of a request. */
function forgetReasons(deps: Deps, { seq, address }: Subscriber): Statement[] {
  const theirs = sql`(SELECT batch_id FROM ${deliveries} WHERE subscriber_seq = ${seq} AND batch_id IS NOT NULL)`
  const named = (column: typeof batches.reason | typeof providerGates.reason) =>
    and(isNotNull(column), sql`instr(lower(${column}), ${address!.toLowerCase()})`)
  return [
    skipPending(deps, eq(deliveries.subscriberSeq, seq)),
    deps.db
      .update(deliveries)
      .set({ reason: null })
      .where(
        sql`${deliveries.batchId} IN ${theirs} AND instr(lower(${deliveries.reason}), ${address!.toLowerCase()})`,
      ),
    deps.db
      .update(batches)
      .set({ reason: null })
      .where(sql`${batches.id} IN ${theirs}`),
    deps.db.update(batches).set({ reason: null }).where(named(batches.reason)),
    deps.db.update(deliveries).set({ reason: null }).where(eq(deliveries.subscriberSeq, seq)),
    deps.db.update(providerGates).set({ reason: null }).where(named(providerGates.reason)),
    deps.db
      .update(alerts)
      .set({ detail: '' })
      .where(sql`instr(lower(${alerts.detail}), ${address!.toLowerCase()})`),
    deps.db
      .update(imports)
      .set({ error: null })
      .where(sql`instr(lower(${imports.error}), ${address!.toLowerCase()})`),
  ]
}

const decisions = ['stop', 'complaint', 'manual'] as const

function rememberDecisions(deps: Deps, subscriber: Subscriber): Statement[] {
  const { channel, addressHash, state } = subscriber
  const theirs = and(eq(suppressions.channel, channel), eq(suppressions.addressHash, addressHash))
  return [
    deps.db
      .delete(suppressions)
      .where(and(theirs, notInArray(suppressions.reason, [...decisions]))),
    deps.db.update(suppressions).set({ detail: '' }).where(theirs),
    ...(state === 'pending'
      ? []
      : [
          deps.db
            .insert(suppressions)
            .values({
              channel,
              addressHash: erasedHash(addressHash),
              reason: 'manual',
              createdAt: deps.clock.now(),
            })
            .onConflictDoNothing(),
        ]),
  ]
}

/** Who changed what and when stays, what they had chosen does not. */
function forgetChanges(deps: Deps, { id, addressHash }: Subscriber): Statement[] {
  const objects = [`subscriber:${id}`, `address:${addressHash}`]
  return [
    deps.db
      .update(auditLog)
      .set({ object: `subscriber:${id}`, detail: {} })
      .where(inArray(auditLog.object, objects)),
    // From which network they asked.
    deps.db.delete(idempotencyKeys).where(eq(idempotencyKeys.object, `subscriber:${id}`)),
  ]
}

function forgetPerson(deps: Deps, subscriber: Subscriber): Statement {
  const now = deps.clock.now()
  return deps.db
    .update(subscribers)
    .set({
      address: null,
      addressHash: `erased:${subscriber.id}`,
      state: 'erased',
      preferences: { ...everything, events: [] },
      consent: { at: 0, source: '', text_version: '', ip_hash: null },
      locale: 'en',
      timeZone: 'Etc/UTC',
      tokenVersion: subscriber.tokenVersion + 1,
      digestDueAt: null,
      unsubscribedAt: subscriber.unsubscribedAt ?? now,
      updatedAt: nextChange(subscriber, now),
    })
    .where(eq(subscribers.seq, subscriber.seq))
}

/** An embedded database keeps what was written before in its log until that is taken in; a server sees to its own. */
async function emptyLog(deps: Deps): Promise<void> {
  try {
    await deps.db.all(sql`PRAGMA wal_checkpoint(TRUNCATE)`)
  } catch (error) {
    deps.log.info('the log of the database could not be emptied', { error })
  }
}
