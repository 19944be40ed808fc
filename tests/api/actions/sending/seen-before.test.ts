import { expect, test } from 'vitest'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { newId } from '../../../../api/secrets.ts'
import type { Deps } from '../../../../api/deps.ts'
import { MINUTE, SECOND } from '../../../../api/domain/time.ts'
import {
  announcements,
  batches,
  deliveries,
  providerGates,
  smsUsage,
} from '../../../../db/schema.ts'
import type { Provider } from '../../../../api/providers/provider.ts'
import { states } from '../../../support/deliveries.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, tellingWorld, tick, type Telling } from '../../../support/telling.ts'
import { sentBy, numbers, twoSendersWorld } from '../../../support/two-senders.ts'

/** The database as it was before anything was sent, and a process that begins with it. */
async function setBack(told: Telling, { expanded }: { expanded: boolean }): Promise<Deps> {
  const { db } = told.deps
  await db.delete(batches)
  await db.delete(smsUsage)
  if (expanded)
    await db.update(deliveries).set({ state: 'pending', batchId: null, providerId: null })
  else {
    await db.delete(deliveries)
    await db.update(announcements).set({ expandCursor: 0, expandedAt: null })
  }
  told.clock.advance(SECOND)
  return { ...told.deps, instance: newId(), startedAt: told.clock.now() }
}

/** Counts how often a provider is asked for its list. */
function counting(deps: Deps): { looks: number } {
  const counted = { looks: 0 }
  deps.providers = deps.providers.map((one): Provider => {
    const find: Provider['find'] = (...about) => {
      counted.looks++
      return one.find!(...about)
    }
    return one.find ? { ...one, find } : one
  })
  return counted
}

test.each([
  ['was set back', { expanded: true }],
  ['was set back to before anybody was listed', { expanded: false }],
])('a database that %s tells nobody by SMS twice', async (_, how) => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 10, 'sms')
  await openTrouble(told.deps)
  await tick(told.deps)
  const paid = await told.deps.db.select().from(smsUsage)
  const later = await setBack(told, how)
  const ids = told.post.sandbox.texts.all().map(({ id }) => id)
  await tick(later)
  expect(told.post.sandbox.texts).toMatchObject({ total: 10, duplicates: 0 })
  expect(await states(later)).toEqual({ accepted: 10 })
  const rows = await later.db.select().from(deliveries)
  expect(rows.map(({ providerId }) => providerId).toSorted()).toEqual(ids.toSorted())
  expect(await later.db.select().from(smsUsage)).toEqual(paid)
})

test('who was not told in an earlier life is told by the next one', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 5, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  await tick(later)
  expect(told.post.sandbox.texts).toMatchObject({ total: 5, duplicates: 0 })
  expect(await states(later)).toEqual({ accepted: 5 })
})

test('what is announced since the beginning is sent without a look', async () => {
  await using told = await tellingWorld()
  const counted = counting(told.deps)
  await subscribePeople(told.deps, 5, 'sms')
  await openTrouble(told.deps)
  await tick(told.deps)
  expect(told.post.sandbox.texts.total).toBe(5)
  expect(counted.looks).toBe(0)
})

test('what was announced before is looked for once a message and account', async () => {
  await using told = await twoSendersWorld()
  await subscribePeople(told.deps, 5, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  const counted = counting(later)
  await tick(later)
  expect(told.post.sandbox.texts.total).toBe(5)
  expect(counted.looks).toBe(5)
})

test('a list that does not answer keeps a message back, and it is sent when it does', async () => {
  await using told = await tellingWorld()
  await subscribePeople(told.deps, 2, 'sms')
  await openTrouble(told.deps)
  await expandAnnouncements(told.deps)
  const later = await setBack(told, { expanded: true })
  const { providers } = later
  const blind = providers.map((one): Provider => ({
    ...one,
    find: () => Promise.resolve('unknown'),
  }))
  await tick({ ...later, providers: blind })
  expect(told.post.sandbox.texts.total).toBe(0)
  const rows = await later.db.select().from(batches)
  expect(rows).toMatchObject([
    { code: 'unlisted', attempts: 1, firstSentAt: null },
    { code: 'unlisted', attempts: 1, firstSentAt: null },
  ])
  expect(rows[0]!.notBefore).toBeGreaterThan(told.clock.now())
  told.clock.advance(MINUTE)
  await tick(later)
  expect(await states(later)).toEqual({ accepted: 2 })
})

test('what another account told in an earlier life is found there', async () => {
  await using told = await twoSendersWorld()
  await subscribePeople(told.deps, 3, 'sms')
  const [first, second] = told.deps.providers
  const closed = { kind: 'closed' as const, code: '20003', reason: 'Authenticate' }
  told.deps.providers = [{ ...first!, send: () => Promise.resolve(closed) }, second!]
  await openTrouble(told.deps)
  for (let beat = 0; beat < 2; beat++) await tick(told.deps)
  expect(sentBy(told)).toEqual({ [numbers.second]: 3 })
  const later = await setBack(told, { expanded: true })
  await later.db.delete(providerGates)
  const well: Provider = { ...first!, account: 'AC1', find: () => Promise.resolve(null) }
  await tick({ ...later, providers: [well, second!] })
  expect(sentBy(told)).toEqual({ [numbers.second]: 3 })
  expect(await states(later)).toEqual({ accepted: 3 })
})
