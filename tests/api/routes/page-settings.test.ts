import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishDue } from '../../../api/actions/publishing/publish.ts'
import { auditLog, documents } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'
import { bird, uri } from '../../support/logos.ts'
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

const words = {
  name: 'Harbour Shop',
  description: 'What works at the harbour',
  brand: {
    accent: '#0f5f6b',
    logo: uri(bird),
    links: [{ label: 'Shop', url: 'https://s.example/' }],
  },
  support: { email: 'help@s.example', response: 'within a day', include: ['Your order'] },
  privacy_url: 'https://s.example/privacy',
}

test('another name, look and support are published on every document, and told in the log', async () => {
  await publishDue(served.deps)
  const before = await served.deps.db.select().from(documents)
  const { status, json } = await served.send('PATCH', 'page', words)
  expect(status).toBe(200)
  expect(json).toMatchObject({
    ...words,
    brand: { ...words.brand, logo: { type: 'image/svg+xml', width: 120, height: 32 } },
    support: { ...words.support, url: null, hours: null },
  })
  const after = await served.deps.db.select().from(documents)
  for (const { path, revision } of before)
    expect(after.find((row) => row.path === path)!.revision, path).toBeGreaterThan(revision)
  await publishDue(served.deps)
  const home = await (await served.api('/')).text()
  expect(home).toContain('Harbour Shop')
  expect(home).toContain('mailto:help@s.example')
  const log = await served.deps.db.select().from(auditLog)
  expect(log.at(-1)).toMatchObject({
    action: 'page.update',
    detail: {
      fields: expect.arrayContaining([
        'name',
        'description',
        'brand',
        'supportEmail',
        'privacyUrl',
      ]),
    },
  })
})

test('a change of one thing keeps the others', async () => {
  const { json } = await served.send('PATCH', 'page', {
    brand: { accent: null },
    support: { hours: 'always' },
  })
  expect(json.brand).toMatchObject({ accent: null, links: words.brand.links, logo: { width: 120 } })
  expect(json.support).toMatchObject({ email: 'help@s.example', hours: 'always' })
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
  ['no name', { name: ' ' }, 'name'],
  ['another zone', { time_zone: 'Etc/UTC' }, 'time_zone'],
  ['a mailbox that is none', { support: { email: 'help' } }, 'support.email'],
  ['a policy that runs', { privacy_url: 'javascript:x()' }, 'privacy_url'],
  ['a logo that is none', { brand: { logo: 'logo.svg' } }, 'brand.logo'],
  ['an accent that cannot be read', { brand: { accent: '#ffee00' } }, 'brand.accent'],
  [
    'a link that runs',
    { brand: { links: [{ label: 'Shop', url: 'javascript:x()' }] } },
    'brand.links.0.url',
  ],
  ['CSS from elsewhere', { brand: { css: '@import "x"' } }, 'brand.css'],
])('%s is refused', async (_, body, path) => {
  const { status, json } = await served.send('PATCH', 'page', body)
  expect(status).toBe(422)
  expect(json.errors[0].path).toBe(path)
})

test('changing it needs the right to what is changed', async () => {
  const reader = await served.keyWith('read')
  expect((await served.send('GET', 'page', undefined, reader)).status).toBe(200)
  expect((await served.send('PATCH', 'page', { canaries }, reader)).status).toBe(403)
  const prober = await served.keyWith('read', 'probes:write')
  expect((await served.send('PATCH', 'page', { canaries }, prober)).status).toBe(200)
  expect((await served.send('PATCH', 'page', { name: 'Other' }, prober)).status).toBe(403)
})
