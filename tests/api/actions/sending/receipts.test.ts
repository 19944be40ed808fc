import { expect, test } from 'vitest'
import { batches, deliveries, subscribers, suppressions } from '../../../../db/schema.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { eraseSubscriber } from '../../../../api/actions/subscribers/erasing.ts'
import { recordEvents } from '../../../../api/actions/sending/receipts.ts'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import { states } from '../../../support/deliveries.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator, tellingWorld, tick } from '../../../support/telling.ts'

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

const theirs = { provider_id: 'theirs', state: 'bounced', suppress: 'bounce' } as const

test.each([
  ['that knows no announcement', {}],
  ['of another announcement', { announcement: 'theirs000000' }],
  ['that names no mail', { announcement: 'theirs000000', provider_id: null }],
])('before the answer a receipt %s is not ours', async (_, foreign) => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const [{ id } = expect.fail()] = await told.deps.db.select().from(deliveries)
  await recordEvents(told.deps, told.deps.providers[0]!, {
    inbound: [],
    receipts: [{ event_id: 'foreign', delivery: id, ...theirs, ...foreign }],
  })
  expect(await states(told.deps)).toEqual({ pending: 1 })
  expect(await told.deps.db.$count(suppressions)).toBe(0)
  await tick(told.deps)
  expect(told.post.sandbox.mails.total).toBe(1)
})

test('a receipt of a mail that bears no announcement is believed by the id of the mail', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  await tick(told.deps)
  const [{ id, providerId } = expect.fail()] = await told.deps.db.select().from(deliveries)
  await recordEvents(told.deps, told.deps.providers[0]!, {
    inbound: [],
    receipts: [{ event_id: 'old', delivery: id, provider_id: providerId, state: 'delivered' }],
  })
  expect(await states(told.deps)).toEqual({ delivered: 1 })
})

test('a receipt names nobody, neither to who is erased nor to who is not', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 2)
  await openTrouble(told.deps)
  await tick(told.deps)
  const [gone] = await told.deps.db.select().from(subscribers)
  await eraseSubscriber(told.deps, operator, gone!.id)
  const receipts = (await told.deps.db.select().from(deliveries)).map(({ id, providerId }, n) => ({
    event_id: `bounce ${n}`,
    delivery: id,
    provider_id: providerId,
    state: 'bounced' as const,
    suppress: 'bounce' as const,
    reason: `550 no mailbox <Person${n}@EXAMPLE.com>`,
  }))
  await recordEvents(told.deps, told.deps.providers[0]!, { inbound: [], receipts })
  const stored = [
    await told.deps.db.select().from(deliveries),
    await told.deps.db.select().from(suppressions),
  ]
  expect(JSON.stringify(stored)).not.toMatch(/person\d@/i)
  expect(stored[0]).toMatchObject([{ reason: null }, { reason: '550 no mailbox <(the address)>' }])
  expect(await told.deps.db.select().from(suppressions)).toMatchObject([
    { reason: 'manual', detail: '' },
    { reason: 'bounce', detail: '550 no mailbox <(the address)>' },
  ])
})

test('what a provider says of an address is neither stored nor logged with it', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 1)
  await openTrouble(told.deps)
  const refusing: Provider = {
    ...told.deps.providers[0]!,
    async send([message]) {
      await eraseSubscriber(
        told.deps,
        operator,
        (await told.deps.db.select().from(subscribers))[0]!.id,
      )
      return {
        kind: 'refused',
        code: 'invalid_to',
        reason: `nobody is at ${message!.to.toUpperCase()}`,
      }
    },
  }
  await tick({ ...told.deps, providers: [refusing] })
  const stored = [
    await told.deps.db.select().from(deliveries),
    await told.deps.db.select().from(batches),
    told.log,
  ]
  expect(JSON.stringify(stored)).toContain('(the address)')
  expect(JSON.stringify(stored)).not.toMatch(/person0@/i)
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
            announcement: request[0][0]!.id,
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
