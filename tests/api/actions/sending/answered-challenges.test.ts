import { expect, test } from 'vitest'
import { confirmByToken } from '../../../../api/actions/subscribers/confirming.ts'
import { link } from '../../../../api/actions/subscribers/links.ts'
import { subscribe } from '../../../../api/actions/subscribers/subscribing.ts'
import { auditLog, subscribers } from '../../../../db/schema.ts'
import { states } from '../../../support/deliveries.ts'
import {
  endpointWorld,
  subscribeEndpoints,
  tell,
  theEndpoint,
  type Endpoints,
} from '../../../support/endpoints.ts'
import { tick } from '../../../support/telling.ts'

async function askToSubscribe(on: Endpoints): Promise<void> {
  const consent = { source: 'form', ip: '203.0.113' }
  const address = 'https://hooks.example/mine'
  await subscribe(on.deps, { channel: 'webhook', address, consent }, 'r1')
  await tick(on.deps)
}

const state = async (on: Endpoints) => (await theEndpoint(on)).state

test('confirms by giving back the challenge', async () => {
  await using on = await endpointWorld()
  on.answer.with = (_, { data }) => Response.json({ challenge: data['challenge'] })
  await askToSubscribe(on)
  expect(on.seen[0]!.body.type).toBe('subscription.challenge')
  expect(await state(on)).toBe('active')
  expect(await states(on.deps)).toEqual({ accepted: 1 })
  const log = await on.deps.db.select().from(auditLog)
  expect(log.map(({ action }) => action)).toContain('subscription.confirmed')
})

test.each<[string, () => Response]>([
  ['nothing', () => new Response()],
  ['something else', () => new Response('ok')],
  ['null', () => Response.json(null)],
  [
    'another challenge',
    () => Response.json({ challenge: 'v1.aaaaaaaaaaaa.1.aaaaaaaaaaaaaaaaaaaaaa' }),
  ],
  ['no text', () => Response.json({ challenge: ['x'] })],
])('who answers %s is not subscribed', async (_, response) => {
  await using on = await endpointWorld()
  on.answer.with = response
  await askToSubscribe(on)
  expect(await state(on)).toBe('pending')
})

test('whose answer comes with an error is not subscribed', async () => {
  await using on = await endpointWorld()
  on.answer.with = (_, { data }) => Response.json({ challenge: data['challenge'] }, { status: 500 })
  await askToSubscribe(on)
  expect(await state(on)).toBe('pending')
})

test('gives back the challenge too late when they have left meanwhile', async () => {
  await using on = await endpointWorld()
  on.answer.with = async (_, { data }) => {
    await on.deps.db.update(subscribers).set({ state: 'unsubscribed' })
    return Response.json({ challenge: data['challenge'] })
  }
  await askToSubscribe(on)
  expect(await state(on)).toBe('unsubscribed')
  expect(await states(on.deps)).toEqual({ accepted: 1 })
})

test('confirms by the button when we die before we heard the answer', async () => {
  await using on = await endpointWorld()
  on.answer.with = (_, { data }) => Response.json({ challenge: data['challenge'] })
  const { write } = on.deps.db
  let dead = false
  on.deps.db.write = (statements) => {
    if (dead) throw new Error('dead')
    // The delivery was recorded, and nothing after it.
    dead = on.seen.length > 0
    return write(statements)
  }
  await expect(askToSubscribe(on)).rejects.toThrow('dead')
  on.deps.db.write = write
  expect(await states(on.deps)).toEqual({ accepted: 1 })
  expect(await state(on)).toBe('pending')
  const url = new URL(await link(on.deps, 'confirm', await theEndpoint(on)))
  await confirmByToken(on.deps, url.searchParams.get('token')!, null)
  expect(await state(on)).toBe('active')
})

test('gets two signatures for a day after a rotation', async () => {
  await using on = await endpointWorld()
  await subscribeEndpoints(on, 1)
  const signatures = () => on.seen.at(-1)!.headers.get('webhook-signature')!.split(' ')
  await tell(on, 0)
  const [old] = signatures()
  expect(signatures()).toHaveLength(1)
  expect(old).toMatch(/^v1,/)
  await on.deps.db.update(subscribers).set({ secretVersion: 2, secretRotatedAt: on.clock.now() })
  await tell(on, 1)
  expect(signatures()).toHaveLength(2)
  expect(new Set(signatures()).size).toBe(2)
  await tell(on, 24 * 60)
  expect(signatures()).toHaveLength(1)
})
