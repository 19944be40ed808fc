import { readFile } from 'node:fs/promises'
import { beforeEach, expect, test } from 'vitest'
import { createShop, withShop, type Shop } from '../../api/demo.ts'
import { readBody } from '../../api/probers/body.ts'
import { exchangeBy } from '../../api/probers/exchange.ts'
import { readProfile } from '../../db/profile.ts'

const file = new URL('../../db/profiles/demo.yaml', import.meta.url)
const profile = readProfile('demo.yaml', await readFile(file, 'utf8'))
const checkout = 'http://corner-shop.example/checkout/health'
let shop: Shop

beforeEach(() => {
  shop = createShop(profile)
})

test('every component of the demo has a target, named as on the page', () => {
  expect(shop.demo.targets().map(({ key, name }) => [key, name])).toEqual(
    profile.components.map(({ key, name }) => [key, name]),
  )
})

test('a target is well until it is broken, and again when it is mended; the others stay well', async () => {
  const status = (url: string) => shop.fetch(new Request(url)).status
  expect(status(checkout)).toBe(200)
  expect(shop.demo.set('checkout', true)).toBe(true)
  expect(status(checkout)).toBe(503)
  expect(status('http://corner-shop.example/search/health')).toBe(200)
  expect(shop.demo.targets().filter(({ broken }) => broken)).toMatchObject([{ key: 'checkout' }])
  shop.demo.set('checkout', false)
  expect(status(checkout)).toBe(200)
})

test('what the shop does not have can be neither asked nor broken', () => {
  expect(shop.fetch(new Request('http://corner-shop.example/admin')).status).toBe(404)
  expect(shop.demo.set('admin', true)).toBe(false)
})

test('only the shop’s own name is asked of the shop, and only while it is there', async () => {
  let open = true
  const ask = withShop(
    exchangeBy(() => Promise.resolve(new Response('somebody else'))),
    () => (open ? () => Promise.resolve(new Response('the shop')) : null),
  )
  const { signal } = new AbortController()
  const said = async (url: string) => {
    const asking = { method: 'GET', headers: {}, body: null, signal }
    const { body } = await ask(new URL(url), asking)
    return (await readBody(body, 1000)).text
  }
  expect(await said(checkout)).toBe('the shop')
  expect(await said('http://corner-shop.example.org/')).toBe('somebody else')
  expect(await said('http://127.0.0.1/corner-shop.example')).toBe('somebody else')
  open = false
  expect(await said(checkout)).toBe('somebody else')
})
