import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { recordEvents } from '../../../../api/actions/sending/receipts.ts'
import type { Deps } from '../../../../api/deps.ts'
import type { Receipt } from '../../../../api/domain/delivery.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import { announcements, deliveries, subscribers, suppressions } from '../../../../db/schema.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { subscribingWorld } from '../../../support/subscribing.ts'

const announced = 'opened000000'

type Word = Pick<Receipt, 'state' | 'code' | 'reason' | 'suppress'>

const words: Word[] = [
  { state: 'accepted' },
  { state: 'delayed', code: 'MailboxFull' },
  { state: 'delivered' },
  { state: 'bounced', code: 'NoEmail', reason: 'no such user', suppress: 'bounce' },
  { state: 'complained', suppress: 'complaint' },
]

const endings: [string, Word[], object][] = [
  [
    'a complaint, whatever else was said',
    words,
    {
      delivery: { state: 'complained', code: null, reason: null },
      subscriber: 'unsubscribed',
      suppression: { reason: 'complaint', detail: '' },
    },
  ],
  [
    'a bounce after a delivery',
    words.slice(0, 4),
    {
      delivery: { state: 'bounced', code: 'NoEmail', reason: 'no such user' },
      subscriber: 'active',
      suppression: { reason: 'bounce', detail: 'no such user' },
    },
  ],
  [
    'a delivery after a delay',
    words.slice(0, 3),
    {
      delivery: { state: 'delivered', code: null, reason: null },
      subscriber: 'active',
      suppression: null,
    },
  ],
  [
    "a bounce and the provider's refusal of the next mail",
    [words[0]!, words[3]!, { state: 'bounced', suppress: 'provider', reason: 'on our list' }],
    { delivery: { state: 'bounced' }, subscriber: 'active', suppression: { reason: 'provider' } },
  ],
]

test.each(endings)('every order of %s, each said twice, ends the same', async (_, said, end) => {
  await using w = await subscribingWorld()
  const orders = permutations(said.map((word, index) => ({ ...word, index })))
  await subscribePeople(w.deps, orders.length)
  await sendTo(w.deps, orders.length)
  const provider = w.deps.providers[0]!
  for (const [i, order] of orders.entries())
    for (const { index, ...word } of [...order, ...order]) {
      const delivery = { delivery: i + 1, announcement: announced, provider_id: `mail ${i}` }
      const event_id = `${i}|${index}`
      await recordEvents(w.deps, provider, {
        receipts: [{ event_id, ...delivery, ...word }],
        inbound: [],
      })
    }
  const ends = await w.deps.db
    .select({
      delivery: { state: deliveries.state, code: deliveries.code, reason: deliveries.reason },
      subscriber: subscribers.state,
      suppression: { reason: suppressions.reason, detail: suppressions.detail },
    })
    .from(deliveries)
    .innerJoin(subscribers, eq(subscribers.seq, deliveries.subscriberSeq))
    .leftJoin(suppressions, eq(suppressions.addressHash, subscribers.addressHash))
  expect(ends).toHaveLength(orders.length)
  for (const [i, found] of ends.entries())
    expect(found, orders[i]!.map(({ state }) => state).join(', ')).toMatchObject(end)
})

/** A mail to each of them is under way: the first receipts come before the answer. */
async function sendTo(deps: Deps, count: number) {
  const now = deps.clock.now()
  await deps.db.insert(announcements).values({
    id: announced,
    kind: 'incident_opened',
    impact: 'major',
    componentIds: [],
    priority: 1,
    expiresAt: now + MINUTE,
    expandTo: count,
    expandedAt: now,
    createdAt: now,
  })
  await deps.db.insert(deliveries).values(
    Array.from({ length: count }, (_, i) => ({
      id: i + 1,
      announcementId: announced,
      subscriberSeq: i + 1,
      channel: 'email' as const,
      state: 'sending' as const,
      priority: 1,
      createdAt: now,
      updatedAt: now,
    })),
  )
}

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items]
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]),
  )
}
