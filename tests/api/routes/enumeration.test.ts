import type { Client, InStatement } from '@libsql/client'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { suppress } from '../../../api/actions/subscribers/suppressions.ts'
import { createApp, type App } from '../../../api/app.ts'
import { DAY, MINUTE } from '../../../api/domain/time.ts'
import { channels, type Channel, type SuppressionReason } from '../../../api/domain/words.ts'
import { subscribers } from '../../../db/schema.ts'
import { addressOf, subscribingWorld } from '../../support/subscribing.ts'
import type { World } from '../../support/world.ts'

let w: World
let app: App

beforeEach(async () => {
  w = await subscribingWorld({}, channels)
  w.deps.store = { serve: () => null } as never
  w.deps.defer = () => {}
  app = createApp(w.deps)
})
afterEach(() => w[Symbol.asyncDispose]())

/** What somebody outside sees of a request, and how often it went to the database. */
async function seen(channel: Channel, address: string, ip = '203.0.113.1') {
  const trips = countTrips()
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ channel, address })
  const request = new Request('http://status.example/api/subscribers', {
    method: 'POST',
    headers,
    body,
  })
  const answer = await app.fetch(request, { clientIp: ip })
  const counted = trips.end()
  const plain = [...answer.headers].filter(([name]) => name !== 'x-request-id')
  return { status: answer.status, headers: plain, body: await answer.text(), ...counted }
}

/** Counts on the wire to the database, below whatever builds the statements. */
function countTrips() {
  const client = (w.deps.db as unknown as { $client: Client }).$client
  const { execute, batch } = client
  const trips: string[] = []
  client.execute = (statement: InStatement | string) => {
    trips.push('execute')
    return execute.call(client, statement as string)
  }
  client.batch = (statements, mode) => {
    const [first] = statements as { sql: string }[]
    trips.push(`${/^\s*select/i.test(first!.sql) ? 'read' : 'write'} ${statements.length}`)
    return batch.call(client, statements, mode)
  }
  return {
    end() {
      Object.assign(client, { execute, batch })
      return { trips }
    },
  }
}

async function silence(channel: Channel, address: string, reason: SuppressionReason) {
  const addressHash = await w.deps.secrets.hashAddress(channel, address)
  await w.deps.db.write(suppress(w.deps, { channel, addressHash }, reason, ''))
}

async function become(address: string, state: 'active' | 'unsubscribed') {
  const now = w.clock.now()
  const dated = state === 'active' ? { confirmedAt: now } : { unsubscribedAt: now }
  await w.deps.db
    .update(subscribers)
    .set({ state, ...dated })
    .where(eq(subscribers.address, address))
}

type Situation = (channel: Channel, address: string) => Promise<unknown>

const situations: [string, Situation][] = [
  ['asked a moment ago', seen],
  [
    'asked three times',
    async (...who) => {
      for (let i = 0; i < 3; i++) {
        await seen(...who)
        w.clock.advance(2 * MINUTE)
      }
    },
  ],
  [
    'active',
    async (channel, address) => {
      await seen(channel, address)
      await become(address, 'active')
    },
  ],
  [
    'active and reminded',
    async (channel, address) => {
      await seen(channel, address)
      await become(address, 'active')
      await seen(channel, address)
    },
  ],
  [
    'unsubscribed',
    async (channel, address) => {
      await seen(channel, address)
      await become(address, 'unsubscribed')
    },
  ],
  ['stopped', (...who) => silence(...who, 'stop')],
  ['complained of', (...who) => silence(...who, 'complaint')],
  [
    'active and in quarantine',
    async (channel, address) => {
      await seen(channel, address)
      await become(address, 'active')
      await silence(channel, address, 'bounce')
    },
  ],
  [
    'in quarantine for two days',
    async (channel, address) => {
      await silence(channel, address, 'unreachable')
      w.clock.advance(2 * DAY)
    },
  ],
]

describe.each(channels)('by %s', (channel) => {
  test.each(situations)('who asks for an address that is %s sees a new one', async (_, arrange) => {
    await arrange(channel, addressOf[channel](1))
    // Settings are read once a second by whoever comes first.
    await seen(channel, addressOf[channel](3), '192.0.2.1')
    const known = await seen(channel, addressOf[channel](1), '198.51.100.1')
    const unknown = await seen(channel, addressOf[channel](2), '198.51.100.1')
    expect(known).toEqual(unknown)
    expect(known.status).toBe(202)
    expect(known.trips.filter((trip) => trip.startsWith('write'))).toEqual(['write 7'])
  })

  test('the limit of a network is reached as soon with known addresses as with new ones', async () => {
    const [stopped, active] = [addressOf[channel](1), addressOf[channel](2)]
    await silence(channel, stopped, 'stop')
    await seen(channel, active)
    await become(active, 'active')
    const statuses = async (ip: string, address: (i: number) => string) => {
      const found: number[] = []
      for (let i = 0; i < 21; i++) found.push((await seen(channel, address(i), ip)).status)
      return found
    }
    const fresh = await statuses('198.51.100.1', (i) => addressOf[channel](100 + i))
    expect(fresh).toEqual([...Array.from({ length: 20 }, () => 202), 429])
    expect(await statuses('198.51.101.1', () => stopped)).toEqual(fresh)
    expect(await statuses('198.51.102.1', () => active)).toEqual(fresh)
  })
})

const crowds: [string, Channel, number, (who: number, i: number) => string][] = [
  ['mailbox', 'email', 5, (who, i) => `ada${who}${i ? `+${i}` : ''}@example.com`],
  ['block of numbers', 'sms', 100, (who, i) => `+49151000${who}0${String(i).padStart(3, '0')}`],
]

test.each(crowds)(
  'the limit of a %s is reached as soon with a known address as with a new one',
  async (_, channel, limit, address) => {
    await seen(channel, address(1, 0))
    await become(address(1, 0), 'active')
    await silence(channel, address(2, 0), 'complaint')
    w.clock.advance(DAY)
    const statuses = async (who: number) => {
      const found: number[] = []
      const neighbours = Array.from({ length: limit - 1 }, (_, i) => i + 1)
      for (const i of [...neighbours, 0, limit])
        found.push((await seen(channel, address(who, i), `198.5${who}.${i}.1`)).status)
      return found
    }
    const fresh = await statuses(3)
    expect(fresh.at(-1)).toBe(429)
    expect(await statuses(1)).toEqual(fresh)
    expect(await statuses(2)).toEqual(fresh)
  },
)
