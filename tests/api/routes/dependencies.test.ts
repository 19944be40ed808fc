import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditLog, documents } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { shop } from '../../support/shop.ts'

let served: Administered
let send: Administered['send']

beforeEach(async () => {
  served = await administered()
  send = served.send
})
afterEach(() => served[Symbol.asyncDispose]())

const make = async (key: string, depends_on: string[]) =>
  (await send('POST', 'components', { key, name: key, depends_on })).json
const need = (component: string, depends_on: string[]) =>
  send('PATCH', `components/${component}`, { depends_on })
const dependenciesOf = async (key: string) => {
  const { json } = await send('GET', `components/${key}`)
  return [json.depends_on, json.dependents]
}

describe('what a component depends on', () => {
  test('is said by ids or keys, and read as ids from both ends', async () => {
    const payments = await make('payments', [])
    const till = await make('till', ['payments', shop.checkout, 'checkout'])
    expect(till.depends_on).toEqual([payments.id, shop.checkout])
    expect(await dependenciesOf('payments')).toEqual([[], [till.id]])
    const { json } = await need('checkout', ['payments'])
    expect(json).toMatchObject({ depends_on: [payments.id], dependents: [till.id] })
    const list = (await send('GET', 'components')).json.components
    const listed = list.find(({ id }: { id: string }) => id === payments.id)
    expect(listed.dependents.toSorted()).toEqual([till.id, shop.checkout].toSorted())
  })

  test('is replaced as a whole, stays when something else is changed, and can be taken away', async () => {
    await need('checkout', ['search'])
    await send('PATCH', 'components/checkout', { name: 'Till' })
    expect(await dependenciesOf('checkout')).toEqual([[shop.search], []])
    const payments = await make('payments', [])
    await need('checkout', ['payments'])
    expect(await dependenciesOf('checkout')).toEqual([[payments.id], []])
    await need('checkout', [])
    expect(await dependenciesOf('checkout')).toEqual([[], []])
  })

  test('is on record, and nothing that the public reads', async () => {
    await need('checkout', ['search'])
    expect(await served.deps.db.select().from(auditLog)).toMatchObject([
      {
        actor: 'tester',
        action: 'component.update',
        object: `components/${shop.checkout}`,
        detail: { dependsOn: ['search'] },
      },
    ])
    expect(await served.deps.db.select().from(documents)).toEqual([])
  })
})

describe('refused is', () => {
  test.each<[string, string[], { path: string; message: string }[]]>([
    [
      'what nothing is called, each with its place',
      ['search', 'payments', 'bank'],
      [
        {
          path: 'depends_on.1',
          message: 'there is no component "payments"; keys are checkout, search',
        },
        {
          path: 'depends_on.2',
          message: 'there is no component "bank"; keys are checkout, search',
        },
      ],
    ],
    [
      'a need of itself',
      ['checkout'],
      [{ path: 'depends_on', message: 'must not lead back: checkout -> checkout' }],
    ],
    ['an empty name', [''], [{ path: 'depends_on.0', message: expect.any(String) as string }]],
  ])('%s', async (_, depends_on, errors) => {
    expect(await need('checkout', depends_on)).toMatchObject({
      status: 422,
      json: { code: 'invalid', errors },
    })
    expect(await dependenciesOf('checkout')).toEqual([[], []])
    expect(await served.deps.db.$count(auditLog)).toBe(0)
  })

  test('a circle, however long, named the whole way around', async () => {
    await make('payments', ['checkout'])
    await make('bank', ['payments'])
    expect(await need('checkout', ['bank'])).toMatchObject({
      status: 422,
      json: {
        errors: [
          {
            path: 'depends_on',
            message: 'must not lead back: checkout -> bank -> payments -> checkout',
          },
        ],
      },
    })
    expect(await dependenciesOf('checkout')).toMatchObject([[], [expect.any(String)]])
  })

  test('of two who would close a circle at once, the later one', async () => {
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all([
        need('checkout', ['search']),
        need('search', ['checkout']),
      ])
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
      await need('checkout', [])
      await need('search', [])
    }
  })

  test('a list that is none, and one that never ends', async () => {
    for (const depends_on of ['search', null, Array.from({ length: 101 }, () => 'search')]) {
      const { status, json } = await send('PATCH', 'components/checkout', { depends_on })
      expect([status, json.errors?.[0].path]).toEqual([422, 'depends_on'])
    }
  })
})

test('the document says what may be sent and what is answered', async () => {
  const document = (await (await served.api('/api/openapi.json')).json()) as {
    components: { schemas: Record<string, { properties: object }> }
  }
  for (const name of ['Component', 'NewComponent', 'ComponentEdit'])
    expect(document.components.schemas[name]!.properties).toHaveProperty('depends_on')
  expect(document.components.schemas['Component']!.properties).toHaveProperty('dependents')
})
