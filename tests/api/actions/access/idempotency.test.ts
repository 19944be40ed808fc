import { expect, test } from 'vitest'
import { once } from '../../../../api/actions/access/idempotency.ts'
import { openIncident } from '../../../../api/actions/incidents/incidents.ts'
import { incidents } from '../../../../db/schema.ts'
import { shopWorld } from '../../../support/shop.ts'
import { operator, trouble } from '../../../support/telling.ts'

const keyed = (key: string, requestHash = 'hash') => ({
  ...operator,
  idempotency: { key, requestHash },
})

test('of equal requests at the same moment one has an effect, and all get its object', async () => {
  await using made = await shopWorld()
  const actor = keyed('k')
  const ids = await Promise.all(
    [1, 2, 3].map(() => once(made.deps, actor, () => openIncident(made.deps, actor, trouble))),
  )
  expect(new Set(ids).size).toBe(1)
  expect(await made.deps.db.$count(incidents)).toBe(1)
})

test('a key is its owner’s: another key id may use the same', async () => {
  await using made = await shopWorld()
  const mine = keyed('k')
  const theirs = { ...mine, id: 'other' }
  await once(made.deps, mine, () => openIncident(made.deps, mine, trouble))
  await once(made.deps, theirs, () => openIncident(made.deps, theirs, trouble))
  expect(await made.deps.db.$count(incidents)).toBe(2)
})

test('a failed effect leaves the key free', async () => {
  await using made = await shopWorld()
  const actor = keyed('k')
  const wrong = { ...trouble, severity: 'P9' }
  await expect(
    once(made.deps, actor, () => openIncident(made.deps, actor, wrong)),
  ).rejects.toThrow()
  await once(made.deps, actor, () => openIncident(made.deps, actor, trouble))
  expect(await made.deps.db.$count(incidents)).toBe(1)
})
