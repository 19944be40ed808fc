import { Statuspage as Axios } from 'statuspage.io'
import { Statuspage } from 'statuspage.js'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openIncident } from '../../../api/actions/incidents/incidents.ts'
import { startMaintenance } from '../../../api/actions/maintenances/moving.ts'
import { everyDocument } from '../../../api/actions/publishing/calendar.ts'
import { publishDue } from '../../../api/actions/publishing/publish.ts'
import { touch } from '../../../api/actions/save.ts'
import { servedWorld, type Served } from '../../support/http.ts'
import { listenRaw, type Listening } from '../../support/listen.ts'
import { planWork, told } from '../../support/maintaining.ts'
import { shop } from '../../support/shop.ts'
import { operator, trouble } from '../../support/telling.ts'

let served: Served
let server: Listening
let id: string
let active: string
let upcoming: string

// Both clients ask https://shop.statuspage.io; a proxy brings them to us, so that neither is changed.
beforeAll(async () => {
  served = await servedWorld()
  await served.deps.db.write([touch(served.deps, await everyDocument(served.deps))])
  id = await openIncident(served.deps, operator, trouble)
  const components = [{ id: shop.search }]
  active = await planWork(served.deps, { name: 'A new disk', components })
  await startMaintenance(served.deps, operator, active, told)
  upcoming = await planWork(served.deps, { components })
  await publishDue(served.deps)
  server = await listenRaw(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://shop.statuspage.io')
    const answer = await served.app.fetch(new Request(`http://status.example${pathname}`))
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  vi.stubEnv('https_proxy', server.url)
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await server.close()
  await served[Symbol.asyncDispose]()
})

describe('programs written for Statuspage read us unmodified', () => {
  test('statuspage.js', async () => {
    const client = new Statuspage('shop')
    const summary = await client.summary()
    expect(summary.status).toEqual({ indicator: 'minor', description: 'Minor Service Outage' })
    expect(summary.components?.map(({ name }) => name)).toContain('Checkout')
    expect((await client.status()).page.name).toBe('Corner Shop')
    expect((await client.allIncidents()).incidents[0]).toMatchObject({ id, name: trouble.name })
    expect((await client.unresolvedIncidents()).incidents).toHaveLength(1)
    expect((await client.allScheduledMaintenances()).scheduled_maintenances).toHaveLength(2)
    const { scheduled_maintenances: begun } = await client.activeScheduledMaintenances()
    expect(begun).toMatchObject([{ id: active, status: 'in_progress', name: 'A new disk' }])
    const { scheduled_maintenances: planned } = await client.upcomingScheduledMaintenances()
    expect(planned).toMatchObject([{ id: upcoming, status: 'scheduled', impact: 'maintenance' }])
  })

  test('statuspage.io', async () => {
    const client = new Axios('shop')
    client.setApiUrl(server.url)
    // Its type of a summary contradicts itself.
    const summary: any = await client.api.getSummary()
    expect(summary.incidents[0]?.incident_updates[0]).toMatchObject({ body: trouble.body })
    expect((await client.api.getStatus()).status.indicator).toBe('minor')
    expect((await client.api.getComponents()).components.map((one) => one.id)).toContain(
      shop.checkout,
    )
    expect((await client.api.incidents.getAll()).incidents).toHaveLength(1)
    expect((await client.api.incidents.getUnresolved()).incidents).toHaveLength(1)
    // Of maintenance it asks for what is to come, whichever of its three verbs is used.
    const planned = await client.api.scheduledMaintenances.getUpcoming()
    expect(planned.scheduled_maintenances).toMatchObject([{ id: upcoming, status: 'scheduled' }])
  })
})

const ask = (subscriber: object) =>
  served.app.fetch(
    new Request('http://status.example/api/v2/subscribers.json', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subscriber }),
    }),
  )

describe('subscribing in the shape of Statuspage', () => {
  test.each([
    ['an email address', { email: 'ada@example.com' }, { mode: 'email' }],
    [
      'an address for one component',
      { email: 'bob@example.com', component_ids: [shop.checkout] },
      { mode: 'email' },
    ],
  ])('%s is asked to confirm', async (_, subscriber, expected) => {
    const answer = await ask(subscriber)
    const body = (await answer.json()) as { subscriber: { id: string } }
    expect({ status: answer.status, body }).toMatchObject({
      status: 201,
      body: { subscriber: { ...expected, purge_at: null } },
    })
    expect(body.subscriber.id).toMatch(/^[a-z0-9]{12}$/)
    const again = (await (await ask(subscriber)).json()) as typeof body
    expect(again.subscriber.id).toBe(body.subscriber.id)
  })

  test.each([
    ['nobody', {}, 'must have an email, a phone_number or an endpoint'],
    ['a country that is none', { phone_number: '1', phone_country: 'usa' }, 'two letters'],
    [
      'a URL where webhooks are closed',
      { endpoint: 'https://receiver.example/hook', email: 'ada@example.com' },
      'must be one of email, sms',
    ],
    ['an address that is none', { email: 'ada' }, 'address'],
  ])('%s is refused', async (_, subscriber, message) => {
    const answer = await ask(subscriber)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(message)
  })
})
