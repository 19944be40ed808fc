import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditLog, components } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { historyOf } from '../../support/probed.ts'
import { shop } from '../../support/shop.ts'

let served: Administered
let send: Administered['send']

beforeEach(async () => {
  served = await administered()
  send = served.send
})
afterEach(() => served[Symbol.asyncDispose]())

describe('what an operator says of a component outside incidents', () => {
  test('is what the page shows, from now on, until it is withdrawn', async () => {
    const start = served.clock.now()
    served.clock.advance(60_000)
    const said = await send('PATCH', 'components/checkout', { status: 'partial_outage' })
    expect(said).toMatchObject({
      status: 200,
      json: {
        id: shop.checkout,
        status: 'partial_outage',
        declared_status: 'partial_outage',
        declared_at: '2026-11-21T12:01:00.000Z',
      },
    })
    expect(JSON.parse(await served.published('/api/v2/summary.json'))).toMatchObject({
      status: { indicator: 'minor' },
      components: expect.arrayContaining([
        expect.objectContaining({ id: shop.checkout, status: 'partial_outage' }),
      ]),
    })
    served.clock.advance(60_000)
    const withdrawn = await send('PATCH', `components/${shop.checkout}`, { status: 'operational' })
    expect(withdrawn.json).toMatchObject({
      status: 'operational',
      declared_status: null,
      declared_at: null,
    })
    expect(JSON.parse(await served.published('/api/v2/summary.json'))).toMatchObject({
      status: { indicator: 'none' },
    })
    expect(await historyOf(served.deps, start)).toEqual([
      'operational 0-60',
      'partial_outage 60-120',
      'operational 120-',
    ])
  })

  test('does not end what an open incident says', async () => {
    await send('POST', 'incidents', {
      name: 'Checkout is down',
      body: 'We are looking into it.',
      components: [{ key: 'checkout', status: 'major_outage' }],
    })
    await send('PATCH', 'components/checkout', { status: 'degraded_performance' })
    const { json } = await send('PATCH', 'components/checkout', { status: 'operational' })
    expect(json).toMatchObject({ status: 'major_outage', declared_status: null })
  })

  test('two at once are said one after the other, without a hole in the history', async () => {
    const start = served.clock.now()
    const answers = await Promise.all(
      ['major_outage', 'partial_outage', 'degraded_performance'].map((status) =>
        send('PATCH', 'components/checkout', { status }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const { json } = await send('GET', 'components/checkout')
    expect(json.status).toBe(json.declared_status)
    expect((await historyOf(served.deps, start)).at(-1)).toBe(`${json.status} 0-`)
    expect(await historyOf(served.deps, start)).toHaveLength(4)
  })
})

describe('a new component', () => {
  const till = { key: 'till', name: 'Till', description: 'In the shop', group: 'shop' }

  test('is operational from now on, last in its group, on the page and on record', async () => {
    const start = served.clock.now()
    const made = await send('POST', 'components', till)
    expect(made.status).toBe(201)
    expect(made.json).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{12}$/),
      key: 'till',
      name: 'Till',
      description: 'In the shop',
      group_id: shop.group,
      position: 2,
      status: 'operational',
      declared_status: null,
      declared_at: null,
      only_show_if_degraded: false,
      depends_on: [],
      dependents: [],
      start_date: '2026-11-21',
      created_at: '2026-11-21T12:00:00.000Z',
      updated_at: '2026-11-21T12:00:00.000Z',
    })
    const { id } = made.json
    expect(await historyOf(served.deps, start, id)).toEqual(['operational 0-'])
    for (const path of ['/', '/subscribe', `/components/${id}`, '/api/v2/summary.json'])
      expect(await served.published(path), path).toContain('Till')
    expect(await served.deps.db.select().from(auditLog)).toMatchObject([
      { actor: 'tester', action: 'component.create', object: `components/${id}`, detail: till },
    ])
  })

  test('takes the place it is given', async () => {
    await send('POST', 'components', { ...till, position: 1 })
    const { json } = await send('GET', 'components')
    expect(json.components.map((one: { key: string }) => one.key)).toEqual([
      'till',
      'checkout',
      'search',
    ])
  })

  test('is made once, however often one request is repeated', async () => {
    const headers = { 'idempotency-key': 'a' }
    const answers = await Promise.all(
      [1, 2, 3].map(() => send('POST', 'components', till, headers)),
    )
    answers.push(await send('POST', 'components', till, headers))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    expect(await served.deps.db.$count(components)).toBe(3)
  })

  test('of two with one key the later is a conflict', async () => {
    const answers = await Promise.all([1, 2].map(() => send('POST', 'components', till)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(answers.find(({ status }) => status === 409)!.json).toMatchObject({
      code: 'conflict',
      errors: [{ path: 'key', message: 'there is a component "till" already' }],
    })
  })
})

test('the routes are in the OpenAPI document', async () => {
  const document = (await (await served.api('/api/openapi.json')).json()) as {
    paths: Record<string, object>
    components: { schemas: object }
  }
  expect(Object.keys(document.paths['/api/admin/components']!)).toEqual(['get', 'post'])
  expect(Object.keys(document.paths['/api/admin/components/{id}']!)).toEqual(['get', 'patch'])
  expect(Object.keys(document.paths['/api/admin/groups']!)).toEqual(['get', 'post'])
  expect(Object.keys(document.paths['/api/admin/groups/{id}']!)).toEqual(['patch'])
  for (const name of ['Component', 'NewComponent', 'ComponentEdit', 'NewGroup', 'GroupEdit'])
    expect(document.components.schemas).toHaveProperty(name)
})
