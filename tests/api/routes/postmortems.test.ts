import { afterAll, beforeAll, expect, test } from 'vitest'
import { giveAllClear } from '../../../api/actions/incidents/incidents.ts'
import { announcements } from '../../../db/schema.ts'
import { allClear } from '../../support/following.ts'
import { servedWorld, type Served } from '../../support/http.ts'
import { subscribePeople } from '../../support/shop.ts'
import { openTrouble, operator } from '../../support/telling.ts'

let w: Served
let id: string
let path: string

beforeAll(async () => {
  w = await servedWorld()
  await subscribePeople(w.deps, 3)
  id = await openTrouble(w.deps)
  path = `/api/admin/incidents/${id}/postmortem`
})

afterAll(() => w[Symbol.asyncDispose]())

const put = (body: unknown) => w.api(path, { method: 'PUT', body })

test('of an open incident none is saved', async () => {
  const refused = await put({ body: 'Words.' })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ code: 'conflict' })
})

test('nobody without the scope reads or writes one', async () => {
  for (const [method, url] of [
    ['GET', path],
    ['PUT', path],
    ['POST', `${path}/publish`],
  ] as const)
    expect((await w.api(url, { method, headers: { authorization: 'Bearer no.key' } })).status).toBe(
      401,
    )
})

test('before anything is saved there are words to begin with, and how many would hear of it', async () => {
  await giveAllClear(w.deps, operator, id, allClear, false)
  const found = await w.api(path)
  expect(found.status).toBe(200)
  expect(await found.json()).toMatchObject({
    incident: { id, kind: 'incident', name: 'Checkout is slow' },
    body: null,
    published_at: null,
    proposed: { summary: { root_cause: 'A full disk.' } },
    audience: { email: 3 },
  })
})

test.each([
  ['a field that is not known', { body: 'x', text: 'y' }, 'text'],
  ['a line that is not known', { body: 'x', summary: { blame: 'Bob' } }, 'summary.blame'],
  ['no body', { summary: {} }, 'body'],
  ['a body beyond measure', { body: 'x'.repeat(60_001) }, 'body'],
  [
    'a day that is none',
    { body: 'x', summary: { action_items: [{ what: 'x', due: 'soon' }] } },
    'summary.action_items.0.due',
  ],
  [
    'an action without words',
    { body: 'x', summary: { action_items: [{ what: ' ' }] } },
    'summary.action_items.0.what',
  ],
  ['an outdated version', { body: 'x', version: 0 }, 'version'],
])('%s is refused with its place', async (_, body, place) => {
  const refused = await put(body)
  expect([409, 422]).toContain(refused.status)
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  const { errors } = (await refused.json()) as { errors: { path: string }[] }
  expect(errors.map((error) => error.path)).toEqual([place])
})

test('what is saved comes back, with empty lines as none', async () => {
  const saved = await put({
    body: 'Because of […].',
    summary: {
      root_cause: ' A disk. ',
      lessons: '',
      action_items: [{ what: 'Watch disks', owner: 'Ada', due: '2026-12-01' }],
    },
  })
  expect(saved.status).toBe(200)
  expect(await saved.json()).toMatchObject({
    body: 'Because of […].',
    summary: {
      root_cause: 'A disk.',
      lessons: null,
      action_items: [{ what: 'Watch disks', owner: 'Ada', due: '2026-12-01' }],
    },
    proposed: null,
  })
})

test('it is published without gaps only, and once per Idempotency-Key', async () => {
  const publish = (key: string) =>
    w.api(`${path}/publish`, { method: 'POST', headers: { 'idempotency-key': key } })
  const refused = await publish('a')
  expect(refused.status).toBe(422)
  expect(await refused.json()).toMatchObject({ errors: [{ path: 'body' }] })
  await put({ body: 'A disk was full.' })
  const answers = await Promise.all([publish('b'), publish('b')])
  expect(answers.map(({ status }) => status)).toEqual([201, 201])
  expect(await answers[0]!.json()).toMatchObject({ audience: null })
  expect((await publish('b')).status).toBe(201)
  expect((await publish('c')).status).toBe(409)
  const told = await w.deps.db.select().from(announcements)
  expect(told.filter(({ kind }) => kind === 'postmortem_published')).toHaveLength(1)
})

test('published, it belongs to what the public reads', async () => {
  const page = (await (await w.api(`/api/pages/incidents/${id}`)).json()) as {
    incident: { status: string; postmortem: object }
  }
  expect(page.incident).toMatchObject({
    status: 'postmortem',
    postmortem: { body: 'A disk was full.', summary: { root_cause: 'A disk.' } },
  })
})
