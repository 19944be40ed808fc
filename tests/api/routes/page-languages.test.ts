import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyDocument } from '../../../api/actions/publishing/calendar.ts'
import { touch } from '../../../api/actions/save.ts'
import { administered, type Administered } from '../../support/administering.ts'

let served: Administered

beforeAll(async () => {
  served = await administered()
  await served.deps.db.write([touch(served.deps, await everyDocument(served.deps))])
})
afterAll(() => served[Symbol.asyncDispose]())

test('a page that speaks one language says so', async () => {
  const { json } = await served.send('GET', 'page')
  expect(json).toMatchObject({ locale: 'en', languages: [] })
})

test('languages are added and dropped in one request each, and published at once', async () => {
  const { status, json } = await served.send('PATCH', 'page', { languages: ['de', 'fr'] })
  expect([status, json.languages]).toEqual([200, ['de', 'fr']])
  expect(await served.published('/fr/')).toContain('<html lang="fr"')
  await served.send('PATCH', 'page', { languages: ['de'] })
  expect(await served.published('/de/')).toContain('<html lang="de"')
  expect(JSON.parse(await served.published('/fr/'))).toMatchObject({ code: 'not_found' })
})

test.each([
  ['an unknown language', ['de', 'nl'], 'languages.1', 'must be one of en, de, fr, es, hi, ja'],
  ['the page’s own', ['en'], 'languages.0', /own language/],
  ['a language twice', ['ja', 'ja'], 'languages.1', 'must not come twice'],
])('%s is refused with its place', async (_, languages, path, message) => {
  const { status, json } = await served.send('PATCH', 'page', { languages })
  expect(status).toBe(422)
  expect(json.errors).toEqual([
    { path, message: typeof message === 'string' ? message : expect.stringMatching(message) },
  ])
})

test('who may only look cannot change them', async () => {
  const headers = await served.keyWith('read')
  const { status } = await served.send('PATCH', 'page', { languages: [] }, headers)
  expect(status).toBe(403)
})

test('whoever subscribes is written to in the language of the page, unless they chose another', async () => {
  const form = await served.form('/de/subscribe', { channel: 'email', address: 'a@example.com' })
  expect(form.status).toBe(200)
  const bare = await served.form('/subscribe', { channel: 'email', address: 'b@example.com' })
  expect(bare.status).toBe(200)
  const wish = { channel: 'email', address: 'c@example.com', locale: 'ja' }
  expect((await served.form('/de/subscribe', wish)).status).toBe(200)
  const { json } = await served.send('GET', 'subscribers')
  const locales = json.subscribers.map((one: { address: string; locale: string }) => [
    one.address,
    one.locale,
  ])
  expect(Object.fromEntries(locales)).toEqual({
    'a@example.com': 'de',
    'b@example.com': 'en',
    'c@example.com': 'ja',
  })
})
