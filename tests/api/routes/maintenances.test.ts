import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { feedPage, homePage } from '../../../api/actions/publishing/pages.ts'
import { HOUR } from '../../../api/domain/time.ts'
import { announcements, incidents } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { shop } from '../../support/shop.ts'
import { openTrouble } from '../../support/telling.ts'

let served: Administered
let send: Administered['send']

beforeEach(async () => {
  served = await administered()
  send = served.send
})
afterEach(() => served[Symbol.asyncDispose]())

const inHours = (hours: number) => new Date(served.clock.now() + hours * HOUR).toISOString()

const work = () => ({
  name: 'A new database',
  body: 'The checkout moves to a new database.',
  components: [{ key: 'checkout' }],
  scheduled_for: inHours(1),
  scheduled_until: inHours(2),
})

const schedule = async (change: object = {}) =>
  (await send('POST', 'maintenances', { ...work(), ...change })).json.id as string

describe('maintenances', () => {
  test('are scheduled with what is usual, once per Idempotency-Key, and listed', async () => {
    const headers = { 'idempotency-key': 'm' }
    const ask = () => send('POST', 'maintenances', work(), headers)
    const [one, two] = await Promise.all([ask(), ask()])
    expect(one).toMatchObject({
      status: 201,
      json: {
        kind: 'maintenance',
        status: 'scheduled',
        impact: 'maintenance',
        scheduled_for: inHours(1),
        scheduled_until: inHours(2),
        started_at: inHours(1),
        created_at: inHours(0),
        remind_before_min: 60,
        auto_start: true,
        auto_complete: true,
        tells: ['scheduled', 'reminder', 'started', 'updated', 'completed'],
        sequence: 0,
        series_id: null,
        components: [{ id: shop.checkout }],
      },
    })
    expect(two!.json.id).toBe(one!.json.id)
    expect(await served.deps.db.$count(incidents)).toBe(1)
    expect((await send('GET', 'maintenances?status=scheduled')).json.maintenances).toHaveLength(1)
    expect((await send('GET', 'maintenances?status=completed')).json.maintenances).toEqual([])
    expect(await send('GET', 'maintenances?status=done')).toMatchObject({ status: 422 })
  })

  test('go through every move', async () => {
    const id = await schedule({ remind_before_min: null })
    const at = `maintenances/${id}`
    const changed = { name: 'A newer database', auto_complete: false, remind_before_min: 30 }
    expect(await send('PATCH', at, changed)).toMatchObject({ status: 200, json: changed })
    const later = { scheduled_for: inHours(2), scheduled_until: inHours(4) }
    expect(await send('POST', `${at}/reschedule`, later)).toMatchObject({
      status: 201,
      json: { ...later, sequence: 2 },
    })
    for (const [move, body, status] of [
      ['start', {}, 'in_progress'],
      ['updates', { body: 'Half done.' }, 'in_progress'],
      ['verify', { body: 'Looking at it.', notify: false }, 'verifying'],
      ['complete', {}, 'completed'],
    ] as const)
      expect(await send('POST', `${at}/${move}`, body)).toMatchObject({
        status: 201,
        json: { status },
      })
    const bodies = (await send('GET', at)).json.updates.map((update: any) => update.body)
    expect(bodies.slice(0, 4)).toEqual([
      'The work is complete.',
      'Looking at it.',
      'Half done.',
      'The work has begun.',
    ])
    expect(await send('POST', `${at}/cancel`, {})).toMatchObject({
      status: 409,
      json: {
        detail:
          '"A newer database" is completed and cannot be cancelled; schedule a new one instead',
      },
    })
  })

  test('that are moved twice by one request move once', async () => {
    const id = await schedule()
    const headers = { 'idempotency-key': 'start' }
    const start = () => send('POST', `maintenances/${id}/start`, {}, headers)
    const answers = [await start(), await start()]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    const kinds = (await served.deps.db.select().from(announcements)).map(({ kind }) => kind)
    expect(kinds).toEqual(['maintenance_scheduled', 'maintenance_started'])
  })

  test.each<[string, () => object, string]>([
    ['no component', () => ({ components: [] }), 'components'],
    ['a component with two names', () => ({ components: [{ id: 'a', key: 'b' }] }), 'components.0'],
    ['an end before its start', () => ({ scheduled_until: inHours(0.5) }), 'scheduled_until'],
    ['a start in the past', () => ({ scheduled_for: inHours(-1) }), 'scheduled_for'],
    ['more than 60 days', () => ({ scheduled_until: inHours(24 * 61) }), 'scheduled_until'],
    ['a time without its zone', () => ({ scheduled_for: '2026-12-01T02:00' }), 'scheduled_for'],
    ['a reminder in the past', () => ({ remind_before_min: 0 }), 'remind_before_min'],
    ['an unknown telling', () => ({ tells: ['begun'] }), 'tells.0'],
    ['an unknown field', () => ({ scheduled: true }), 'scheduled'],
  ])('with %s are refused by name', async (_, change, path) => {
    const refused = await send('POST', 'maintenances', { ...work(), ...change() })
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ path }] } })
    expect(await served.deps.db.$count(incidents)).toBe(0)
  })

  test('need the scope of incidents', async () => {
    const reader = await served.keyWith('read')
    expect(await send('POST', 'maintenances', work(), reader)).toMatchObject({ status: 403 })
    expect(await send('GET', 'maintenances', undefined, reader)).toMatchObject({ status: 200 })
  })

  test('are changed under their own path, as incidents under theirs', async () => {
    const maintenance = await schedule()
    const incident = await openTrouble(served.deps)
    const update = { status: 'identified', body: 'Found.' }
    const allClear = { issue: 'a', root_cause: 'b', fix: 'c', impact: 'd' }
    const wrong: [string, string, object | undefined][] = [
      ['POST', `incidents/${maintenance}/updates`, update],
      ['POST', `incidents/${maintenance}/all-clear`, allClear],
      ['PATCH', `incidents/${maintenance}`, { name: 'Another' }],
      ['PATCH', `incidents/${maintenance}`, { draft: false }],
      ['DELETE', `incidents/${maintenance}`, undefined],
      ['GET', `maintenances/${incident}`, undefined],
      ['PATCH', `maintenances/${incident}`, { name: 'Another' }],
      ['POST', `maintenances/${incident}/complete`, {}],
    ]
    for (const [method, path, body] of wrong) {
      const right = path.startsWith('incidents')
        ? `/api/admin/maintenances/${maintenance}`
        : `/api/admin/incidents/${incident}`
      const answer = await send(method, path, body)
      expect(answer).toMatchObject({
        status: 409,
        json: { detail: expect.stringContaining(right) },
      })
    }
    expect(await send('GET', 'maintenances/nothing')).toMatchObject({ status: 404 })
  })
})

const listed = async (path: string) =>
  JSON.parse(await served.published(`/api/v2/${path}`)).scheduled_maintenances as any[]
const names = async (path: string) => (await listed(path)).map(({ name }) => name)

describe('what programs and people read of planned work', () => {
  test('follows it through Statuspage’s documents; what is cancelled is in none', async () => {
    const id = await schedule()
    const other = await schedule({ name: 'Another', components: [{ key: 'search' }] })
    const all = 'scheduled-maintenances.json'
    const upcoming = 'scheduled-maintenances/upcoming.json'
    const active = 'scheduled-maintenances/active.json'
    expect((await names(upcoming)).toSorted()).toEqual(['A new database', 'Another'])
    expect(await names('summary.json')).toHaveLength(2)
    served.clock.advance(HOUR / 2)
    await send('POST', `maintenances/${id}/start`, {})
    await send('POST', `maintenances/${other}/cancel`, {})
    expect(await names(upcoming)).toEqual([])
    expect(await names(active)).toEqual(['A new database'])
    expect(await names('summary.json')).toEqual(['A new database'])
    expect(await names(all)).toEqual(['A new database'])
    const [object] = await listed(all)
    expect(object).toMatchObject({
      status: 'in_progress',
      impact: 'maintenance',
      created_at: inHours(-0.5),
      started_at: inHours(0),
      scheduled_for: inHours(0.5),
      scheduled_until: inHours(1.5),
      resolved_at: null,
    })
    expect(object.incident_updates[0].affected_components).toEqual([
      {
        code: shop.checkout,
        name: 'Shop - Checkout',
        old_status: 'operational',
        new_status: 'under_maintenance',
      },
    ])
    const { status } = JSON.parse(await served.published('/api/v2/status.json'))
    expect(status).toEqual({ indicator: 'maintenance', description: 'Service Under Maintenance' })
    await send('POST', `maintenances/${id}/complete`, {})
    expect(await names('summary.json')).toEqual([])
    expect(await listed(all)).toMatchObject([{ status: 'completed', resolved_at: inHours(0) }])
    const incidentsListed = JSON.parse(await served.published('/api/v2/incidents.json'))
    expect(incidentsListed.incidents).toEqual([])
  })

  test('is on the front page the soonest first, in the past once it began, in feeds when it was planned', async () => {
    const far = await schedule({
      name: 'Far',
      scheduled_for: inHours(48),
      scheduled_until: inHours(49),
    })
    served.clock.advance(1000)
    const near = await schedule({ name: 'Near' })
    const home = await homePage(served.deps)
    expect(home.maintenances.map(({ name }) => name)).toEqual(['Near', 'Far'])
    expect(home.recent.flatMap((day) => day.incidents)).toEqual([])
    served.clock.advance(1000)
    const incident = await openTrouble(served.deps)
    const feed = await feedPage(served.deps)
    expect(feed.incidents.map(({ id }) => id)).toEqual([incident, near, far])
    const json = JSON.parse(await served.published('/feed.json'))
    expect(json.items.map((item: any) => item.date_published)).not.toContain(inHours(1))
    await send('POST', `maintenances/${near}/start`, {})
    await send('POST', `maintenances/${far}/start`, {})
    await send('POST', `maintenances/${near}/complete`, {})
    const after = await homePage(served.deps)
    expect(after.maintenances.map(({ name }) => name)).toEqual(['Far'])
    expect(after.recent[0]!.incidents.map(({ name }) => name).toSorted()).toEqual([
      'Checkout is slow',
      'Far',
      'Near',
    ])
  })
})
