import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishDue } from '../../../api/actions/publishing/publish.ts'
import { auditLog, documents } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { scripted } from '../../support/probed.ts'

let served: Administered

beforeAll(async () => {
  served = await administered()
  served.deps.probers = scripted().probers
})
afterAll(() => served[Symbol.asyncDispose]())

const canaries = ['https://one.example/', 'https://two.example/up']

test('the page says how it is watched', async () => {
  const { json } = await served.send('GET', 'page')
  expect(json).toMatchObject({ name: 'Corner Shop', canaries: [], uptime_target: 99.9 })
  expect(json.severities).toEqual([{ key: 'SEV-1', name: 'SEV-1', impact: 'critical' }])
})

test('canaries are changed without touching what is published', async () => {
  await publishDue(served.deps)
  const before = await served.deps.db.select().from(documents)
  const { json } = await served.send('PATCH', 'page', { canaries })
  expect(json).toMatchObject({ canaries, uptime_target: 99.9 })
  expect((await served.send('GET', 'page')).json).toMatchObject({ canaries })
  expect(await served.deps.db.select().from(documents)).toEqual(before)
  const log = await served.deps.db.select().from(auditLog)
  expect(log).toMatchObject([{ action: 'page.update', detail: { fields: ['canaries'] } }])
})

test('another target of uptime is published', async () => {
  const before = await served.deps.db.select().from(documents)
  await served.send('PATCH', 'page', { uptime_target: 99.5 })
  const after = await served.deps.db.select().from(documents)
  const revision = (rows: typeof after, path: string) =>
    rows.find((row) => row.path === path)?.revision ?? 0
  expect(revision(after, '/')).toBeGreaterThan(revision(before, '/'))
  expect((await served.send('GET', 'page')).json).toMatchObject({ canaries, uptime_target: 99.5 })
})

test.each<[string, object, string]>([
  ['nothing', {}, ''],
  ['a canary that is no URL', { canaries: ['one'] }, 'canaries.0'],
  ['a canary with a password', { canaries: [canaries[0], 'https://a:b@c.example/'] }, 'canaries.1'],
  ['a canary twice', { canaries: [canaries[0], canaries[0]] }, 'canaries'],
  [
    'six canaries',
    { canaries: [1, 2, 3, 4, 5, 6].map((n) => `https://${n}.example/`) },
    'canaries',
  ],
  ['a target above all', { uptime_target: 100.1 }, 'uptime_target'],
  ['a target that nobody would name', { uptime_target: 10 }, 'uptime_target'],
  ['another name', { name: 'Other' }, 'name'],
])('%s is refused', async (_, body, path) => {
  const { status, json } = await served.send('PATCH', 'page', body)
  expect(status).toBe(422)
  expect(json.errors[0].path).toBe(path)
})

test('changing it needs the right to change probes', async () => {
  const reader = await served.keyWith('read')
  expect((await served.send('GET', 'page', undefined, reader)).status).toBe(200)
  expect((await served.send('PATCH', 'page', { canaries }, reader)).status).toBe(403)
})
