import { expect, test } from 'vitest'
import { batches, deliveries, subscribers, suppressions } from '../../../db/schema.ts'
import { expandAnnouncements } from '../../../api/actions/announcements.ts'
import { recordEvents } from '../../../api/actions/receipts.ts'
import { sendDue } from '../../../api/actions/sending.ts'
import type { Provider } from '../../../api/providers/provider.ts'
import { states } from '../../support/deliveries.ts'
import { subscribePeople } from '../../support/shop.ts'
import { openTrouble, tellingWorld, tick } from '../../support/telling.ts'

const orders = permutations(['accepted', 'delayed', 'delivered', 'complained'] as const)

test.each(orders.map((order) => [order.join(', '), order] as const))(
  'in the order %s they end the same',
  async (_, order) => {
    await using told = await tellingWorld()
    await subscribePeople(told.deps, 1)
    await openTrouble(told.deps)
    await tick(told.deps)
    const [delivery] = await told.deps.db.select().from(deliveries)
    for (const state of [...order, ...order])
      await recordEvents(told.deps, told.deps.providers[0]!, {
        inbound: [],
        receipts: [
          {
            event_id: `event ${state}`,
            delivery: delivery!.id,
            provider_id: delivery!.providerId,
            state,
            ...(state === 'complained' ? { suppress: 'complaint' as const } : {}),
          },
        ],
      })
    expect(await states(told.deps)).toEqual({ complained: 1 })
    const [left] = await told.deps.db.select().from(subscribers)
    expect(left!.state).toBe('unsubscribed')
  },
)

test('a receipt of another installation, with another message id, is not ours', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  const [delivery] = await told.deps.db.select().from(deliveries)
  const foreign = { delivery: delivery!.id, provider_id: 'theirs', state: 'bounced' as const }
  await recordEvents(told.deps, told.deps.providers[0]!, {
    inbound: [],
    receipts: [{ event_id: 'foreign', ...foreign, suppress: 'bounce' }],
  })
  expect(await states(told.deps)).toEqual({ accepted: 1 })
  expect(await told.deps.db.$count(suppressions)).toBe(0)
})

test('a receipt that comes before the answer is not undone by it', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const provider = told.deps.providers[0]!
  const early: Provider = {
    ...provider,
    async send(...request: Parameters<Provider['send']>) {
      const outcome = await provider.send(...request)
      await recordEvents(told.deps, provider, {
        inbound: [],
        receipts: [
          {
            event_id: 'early',
            delivery: request[0][0]!.delivery,
            provider_id: 'early',
            state: 'delivered',
          },
        ],
      })
      return outcome
    },
  }
  await sendDue({ ...told.deps, providers: [early] })
  expect(await states(told.deps)).toEqual({ delivered: 1 })
  const [batch] = await told.deps.db.select().from(batches)
  expect(batch!.state).toBe('done')
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  )
}
