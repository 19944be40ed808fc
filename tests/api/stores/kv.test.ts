import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { getPlatformProxy } from 'wrangler'
import { kvStore, type Namespace } from '../../../api/stores/kv.ts'
import { ask, document, testStore } from '../../support/store-contract.ts'

// The real thing on this machine: workerd with a KV namespace that lives as long as this file.
let namespace: Namespace
let dispose: () => Promise<void>

beforeAll(async () => {
  vi.stubEnv('CLOUDFLARE_CF_FETCH_ENABLED', 'false')
  const proxy = await getPlatformProxy<{ DOCUMENTS: Namespace }>({
    configPath: new URL('../../../wrangler.toml', import.meta.url).pathname,
    persist: false,
    envFiles: [],
  })
  namespace = proxy.env.DOCUMENTS
  dispose = proxy.dispose
})

afterAll(() => dispose())

async function open() {
  const { keys } = await namespace.list({ prefix: '' })
  await Promise.all(keys.map(({ name }) => namespace.delete(name)))
  return kvStore(namespace, { https: true })
}

testStore(open)

test('paths are listed beyond the first thousand', async () => {
  const store = await open()
  const keys = Array.from({ length: 1_050 }, (_, i) => `document:/incidents/${i}`)
  await Promise.all(keys.map((key) => namespace.put(key, '{}\n')))
  expect((await store.paths()).length).toBe(1_050)
})

test('two stores on one namespace see the same', async () => {
  const [writer, reader] = [await open(), kvStore(namespace, { https: true })]
  await writer.put([document('/', 'home')])
  expect(await (await ask(reader, '/'))?.text()).toBe('home')
})
