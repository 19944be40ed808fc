import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { getPlatformProxy } from 'wrangler'
import { kvStore, type Namespace } from '../../../api/stores/kv.ts'
import { ask, document, settings, testStore } from '../../support/store-contract.ts'

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

async function open(given = settings) {
  const { keys } = await namespace.list({ prefix: '' })
  await Promise.all(keys.map(({ name }) => namespace.delete(name)))
  return kvStore(namespace, given)
}

testStore(open, (given) => Promise.resolve(kvStore(namespace, given)))

test('paths are listed over all pages of the namespace', async () => {
  await open()
  const pages = {
    get: namespace.get.bind(namespace),
    put: namespace.put.bind(namespace),
    delete: namespace.delete.bind(namespace),
    list: (options: { prefix: string }) => namespace.list({ ...options, limit: 2 }),
  }
  const store = kvStore(pages, settings)
  const paths = ['/', '/a', '/b', '/c', '/d']
  await store.put(paths.map((path) => document(path, path)))
  expect((await store.paths()).toSorted()).toEqual(paths)
})

test('two stores on one namespace see the same', async () => {
  const [writer, reader] = [await open(), kvStore(namespace, settings)]
  await writer.put([document('/', 'home')])
  expect(await (await ask(reader, '/'))?.text()).toBe('home')
})
