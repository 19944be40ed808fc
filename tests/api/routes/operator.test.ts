import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { incidents, incidentUpdates, sessions } from '../../../db/schema.ts'
import { servedWorld, type Served } from '../../support/http.ts'
import { adminKey } from '../../support/service.ts'
import { shop } from '../../support/shop.ts'

let served: Served
let cookie = ''

beforeAll(async () => {
  served = await servedWorld()
})
afterAll(() => served.dispose())

beforeEach(async () => {
  const answer = await served.form('/operator/sign-in', { key: adminKey })
  expect(answer.status).toBe(303)
  cookie = answer.headers.get('set-cookie')!.split(';')[0]!
})

const send = (path: string, fields: Record<string, string>, headers = {}) =>
  served.form(path, fields, { cookie, ...headers })

const opening = {
  name: 'Checkout is slow',
  body: 'We are looking into it.',
  [`component:${shop.checkout}`]: 'partial_outage',
  next_update_min: '30',
  notify: 'on',
}

describe('signing in', () => {
  test('a wrong key is refused in words, and the console stays closed', async () => {
    const answer = await served.form('/operator/sign-in', { key: 'tester.wrongwrongwrongwrong' })
    expect(answer.status).toBe(401)
    expect(await answer.text()).toContain('<form')
    const closed = await served.app.fetch(new Request('http://status.example/operator'))
    expect(closed.headers.get('location')).toBe('/operator/sign-in')
  })

  test('a page of another site cannot post for the operator', async () => {
    const answer = await send('/operator/incidents', opening, { 'sec-fetch-site': 'cross-site' })
    expect(answer.status).toBe(403)
  })
})

describe('the forms of the console', () => {
  test('open an incident, with the next update some minutes from now', async () => {
    const answer = await send('/operator/incidents', { ...opening, form_key: 'a' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toMatch(/^\/operator#incident-[a-z0-9]{12}$/)
    const [incident] = await served.deps.db.select().from(incidents)
    expect(incident).toMatchObject({
      name: 'Checkout is slow',
      nextUpdateAt: served.deps.clock.now() + 30 * 60_000,
    })
  })

  test('a double click posts once', async () => {
    const [incident] = await served.deps.db.select().from(incidents)
    const update = { status: 'identified', body: 'Found it.', form_key: 'double' }
    const path = `/operator/incidents/${incident!.id}/updates`
    const before = await served.deps.db.$count(incidentUpdates)
    const answers = await Promise.all([send(path, update), send(path, update)])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(await served.deps.db.$count(incidentUpdates)).toBe(before + 1)
  })

  test('another form under the same key is refused, and its words come back', async () => {
    const [incident] = await served.deps.db.select().from(incidents)
    const update = { status: 'identified', body: 'Found it.', form_key: 'reused' }
    const path = `/operator/incidents/${incident!.id}/updates`
    expect((await send(path, update)).status).toBe(303)
    const before = await served.deps.db.$count(incidentUpdates)
    const answer = await send(path, { ...update, body: 'It is a disk.' })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('It is a disk.')
    expect(await served.deps.db.$count(incidentUpdates)).toBe(before)
  })

  test('a refused form comes back with everything that was typed', async () => {
    const answer = await send('/operator/incidents', {
      ...opening,
      name: '',
      body: 'Much was <typed> here.',
    })
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toContain('Much was &lt;typed&gt; here.')
    expect(page).toContain('must not be empty')
  })

  test('a form whose session has ended gives its words back and changes nothing', async () => {
    const before = await served.deps.db.$count(incidents)
    await served.deps.db.delete(sessions)
    const answer = await send('/operator/incidents', { ...opening, body: 'Typed for ten minutes.' })
    expect(answer.status).toBe(401)
    const page = await answer.text()
    expect(page).toContain('Typed for ten minutes.')
    expect(page).toContain('Your session has ended')
    expect(await served.deps.db.$count(incidents)).toBe(before)
  })
})
