import { and, desc, eq, gt, inArray, notInArray } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { announcements, deliveries, subscribers, suppressions } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import type { Known } from '../../domain/opt-in.ts'
import { isDecision } from '../../domain/suppression.ts'
import { DAY } from '../../domain/time.ts'
import { suppressionReasons, type Channel } from '../../domain/words.ts'
import { writeTo } from '../telling/announcements.ts'
import type { Subscriber } from './links.ts'
import { nextChange, skipConfirmations } from './subscriber-rows.ts'

export type Found = { subscriber: Subscriber | null; known: Known }

/** What a subscriber chose, and how they agreed to it. */
export type Choice = Pick<Subscriber, 'preferences' | 'locale' | 'timeZone' | 'consent'>

/** What is known of an address, in one read. */
export async function knownOf(deps: Deps, channel: Channel, addressHash: string): Promise<Found> {
  const isTheirs = and(eq(subscribers.channel, channel), eq(subscribers.addressHash, addressHash))
  const [[subscriber], [suppression], letters] = await deps.db.batch([
    deps.db.select().from(subscribers).where(isTheirs),
    deps.db
      .select({ reason: suppressions.reason, at: suppressions.createdAt })
      .from(suppressions)
      .where(and(eq(suppressions.channel, channel), eq(suppressions.addressHash, addressHash))),
    deps.db
      .select({ kind: announcements.kind, at: announcements.createdAt })
      .from(subscribers)
      .innerJoin(deliveries, eq(deliveries.subscriberSeq, subscribers.seq))
      .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
      .where(
        and(
          isTheirs,
          inArray(announcements.kind, ['confirmation', 'already_subscribed']),
          gt(announcements.createdAt, deps.clock.now() - DAY),
        ),
      )
      .orderBy(desc(announcements.createdAt)),
  ])
  const answeredAt = subscriber?.confirmedAt ?? -1
  return {
    subscriber: subscriber ?? null,
    known: {
      channel,
      state: subscriber?.state ?? null,
      suppression: suppression ?? null,
      challenges: letters
        .filter(({ kind, at }) => kind === 'confirmation' && at > answeredAt)
        .map(({ at }) => at),
      remindedAt: letters.find(({ kind }) => kind === 'already_subscribed')?.at ?? null,
    },
  }
}

/** The first challenge of somebody new. */
export function challengeNew(
  deps: Deps,
  subscriber: Choice & Pick<Subscriber, 'id' | 'channel' | 'addressHash'> & { address: string },
): Statement[] {
  const now = deps.clock.now()
  const dated = { challengedAt: now, createdAt: now, updatedAt: now }
  return [
    deps.db.insert(subscribers).values({ ...subscriber, state: 'pending', ...dated }),
    ...writeTo(deps, subscriber, 'confirmation', now),
    liftQuarantine(deps, subscriber),
  ]
}

/** Starts a new challenge; links and codes of an earlier one are void from here on, and so is what was wrong before. */
export function challengeAgain(
  deps: Deps,
  subscriber: Subscriber,
  chosen: Partial<Choice> = {},
): Statement[] {
  const now = deps.clock.now()
  const { id, seq } = subscriber
  return [
    deps.db
      .update(subscribers)
      .set({
        ...chosen,
        state: 'pending',
        challengedAt: now,
        codeTries: 0,
        failures: 0,
        failuresSince: null,
        digestDueAt: null,
        unsubscribedAt: null,
        updatedAt: nextChange(subscriber, now),
      })
      .where(eq(subscribers.id, id)),
    skipConfirmations(deps, seq),
    ...writeTo(deps, { ...subscriber, ...chosen }, 'confirmation', now),
    liftQuarantine(deps, subscriber),
  ]
}

/** What a person decided stays, also when they decided it a moment ago. */
function liftQuarantine(
  deps: Deps,
  { channel, addressHash }: Pick<Subscriber, 'channel' | 'addressHash'>,
): Statement {
  return deps.db
    .delete(suppressions)
    .where(
      and(
        eq(suppressions.channel, channel),
        eq(suppressions.addressHash, addressHash),
        notInArray(suppressions.reason, suppressionReasons.filter(isDecision)),
      ),
    )
}
