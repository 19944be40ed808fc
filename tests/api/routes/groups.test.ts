import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditLog, documents, groups } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { shop } from '../../support/shop.ts'

let served: Administered
let send: Administered['send']

beforeEach(async () => {
  served = await administered()
  send = served.send
})
afterEach(() => served[Symbol.asyncDispose]())

describe('a new group', () => {
  const depot = { key: 'depot', name: 'Depot' }

  test('is the last one, and on record', async () => {
    const made = await send('POST', 'groups', depot)
    expect(made).toMatchObject({
      status: 201,
      json: { ...depot, description: null, position: 2 },
    })
    expect(await served.deps.db.select().from(auditLog)).toMatchObject([
      { actor: 'tester', action: 'group.create', object: `groups/${made.json.id}` },
    ])
  })

  test('is made once per Idempotency-Key, and once per key', async () => {
    const headers = { 'idempotency-key': 'g' }
    const [one, two] = await Promise.all([1, 2].map(() => send('POST', 'groups', depot, headers)))
    expect(two).toEqual(one)
    expect(await served.deps.db.$count(groups)).toBe(2)
    expect(await send('POST', 'groups', depot)).toMatchObject({
      status: 409,
      json: { errors: [{ path: 'key' }] },
    })
  })
})

async function order(): Promise<string[]> {
  const { json } = await send('GET', 'components')
  return json.components.map(
    (one: { key: string; position: number }) => `${one.key} ${one.position}`,
  )
}

describe('the order of the page', () => {
  beforeEach(async () => {
    for (const key of ['a', 'b', 'c']) await send('POST', 'components', { key, name: key })
  })

  test.each([
    ['forward', 'a', { position: 4 }, ['search 1', 'b 2', 'c 3', 'a 4']],
    ['back', 'c', { position: 1 }, ['c 1', 'search 2', 'a 3', 'b 4']],
    ['beyond the end', 'search', { position: 99 }, ['a 1', 'b 2', 'c 3', 'search 4']],
    ['to where it is', 'b', { position: 3 }, ['search 1', 'a 2', 'b 3', 'c 4']],
  ])('a component moves %s, and the others close ranks', async (_, key, edit, expected) => {
    await send('PATCH', `components/${key}`, edit)
    expect(await order()).toEqual(['checkout 1', ...expected])
  })

  test('a component goes into a group, last or at a place, and out again', async () => {
    await send('PATCH', 'components/a', { group: shop.group })
    expect(await order()).toEqual(['checkout 1', 'a 2', 'search 1', 'b 2', 'c 3'])
    await send('PATCH', 'components/b', { group: 'shop', position: 1 })
    expect(await order()).toEqual(['b 1', 'checkout 2', 'a 3', 'search 1', 'c 2'])
    await send('PATCH', 'components/checkout', { group: null })
    expect(await order()).toEqual(['b 1', 'a 2', 'search 1', 'c 2', 'checkout 3'])
  })

  test('many who move at once leave neither gap nor double', async () => {
    await Promise.all(
      ['a', 'b', 'c', 'search'].map((key) =>
        send('PATCH', `components/${key}`, { group: 'shop', position: 1 }),
      ),
    )
    const places = (await order()).map((place) => place.split(' ')[1])
    expect(places).toEqual(['1', '2', '3', '4', '5'])
  })

  test('groups have an order too', async () => {
    await send('POST', 'groups', { key: 'depot', name: 'Depot', position: 1 })
    await send('POST', 'groups', { key: 'office', name: 'Office' })
    await send('PATCH', 'groups/office', { position: 2 })
    const { json } = await send('GET', 'groups')
    expect(json.groups.map((group: { key: string }) => group.key)).toEqual([
      'depot',
      'office',
      'shop',
    ])
    expect(json.groups.map((group: { position: number }) => group.position)).toEqual([1, 2, 3])
  })
})

async function trouble(): Promise<string> {
  const { json } = await send('POST', 'incidents', {
    name: 'Slow',
    body: 'We are looking into it.',
    components: [{ key: 'checkout', status: 'partial_outage' }],
  })
  await served.settled()
  return json.id
}

describe('a changed name', () => {
  test('of a component is published wherever it is named', async () => {
    const id = await trouble()
    const edit = { name: 'Cash desk', description: null, only_show_if_degraded: true }
    const { json } = await send('PATCH', 'components/checkout', edit)
    expect(json).toMatchObject({ key: 'checkout', ...edit, status: 'partial_outage' })
    for (const path of [
      '/',
      '/subscribe',
      `/components/${shop.checkout}`,
      `/incidents/${id}`,
      '/api/v2/components.json',
      '/api/v2/incidents.json',
    ])
      expect(await served.published(path), path).toContain('Cash desk')
  })

  test('of a group is published with all that is in it', async () => {
    const id = await trouble()
    const { json } = await send('PATCH', 'groups/shop', { name: 'Market', description: 'Daily' })
    expect(json).toMatchObject({ id: shop.group, name: 'Market', description: 'Daily' })
    for (const path of ['/', '/subscribe', `/components/${shop.checkout}`, `/incidents/${id}`])
      expect(await served.published(path), path).toContain('Market')
  })

  test('touches no draft', async () => {
    const { json } = await send('POST', 'incidents', {
      name: 'Slow',
      body: 'We are looking into it.',
      components: [{ key: 'search', status: 'partial_outage' }],
      draft: true,
    })
    await served.deps.db.delete(documents)
    await send('PATCH', 'components/search', { name: 'Finder' })
    const touched = (await served.deps.db.select().from(documents)).map(({ path }) => path)
    expect(touched).toContain(`/components/${shop.search}`)
    expect(touched).not.toContain(`/incidents/${json.id}`)
  })
})
