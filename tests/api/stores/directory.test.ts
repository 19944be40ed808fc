import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { directoryStore } from '../../../api/stores/directory.ts'
import { ask, document, settings, testStore } from '../../support/store-contract.ts'

const dirs: string[] = []
afterEach(async () => {
  await Promise.all(dirs.splice(0).map((dir) => rm(dir, { recursive: true, force: true })))
})

async function freshDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-store-'))
  dirs.push(dir)
  return dir
}

const open = (dir: string) => directoryStore(dir, settings)
const journalOf = (dir: string) => join(dir, 'documents.journal')
const long = 'All systems operational. '.repeat(200)

let latest = ''
testStore(
  async (settings) => directoryStore((latest = await freshDir()), settings),
  (settings) => directoryStore(latest, settings),
)

describe('what a reader accepts', () => {
  const accepted: [string, string | undefined, string | null][] = [
    ['a browser gets Brotli', 'gzip, deflate, br, zstd', 'br'],
    ['an old client gets gzip', 'gzip, deflate', 'gzip'],
    ['a client that refuses Brotli gets gzip', 'br;q=0, gzip;q=0.5', 'gzip'],
    ['weights do not matter while they are not zero', 'gzip;q=1.0, br;q=0.1', 'br'],
    ['a name that only looks like one is not one', 'xbr, gzipped', null],
    ['who says nothing gets plain bytes', undefined, null],
  ]
  test.each(accepted)('%s', async (_, acceptEncoding, encoding) => {
    const store = await open(await freshDir())
    await store.put([document('/', long)])
    const response = await ask(
      store,
      '/',
      acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding },
    )
    const bytes = Buffer.from(await response!.arrayBuffer())
    expect(response?.headers.get('content-encoding')).toBe(encoding)
    expect(response?.headers.get('vary')).toBe('accept-encoding')
    expect(response?.headers.get('content-length')).toBe(String(bytes.length))
    const decode = { br: brotliDecompressSync, gzip: gunzipSync, null: (plain: Buffer) => plain }
    expect(decode[String(encoding) as keyof typeof decode](bytes).toString()).toBe(long)
  })
})

test('each encoding has a tag of its own', async () => {
  const store = await open(await freshDir())
  await store.put([document('/', long)])
  const tags = await Promise.all(
    ['br', 'gzip', 'identity'].map(async (encoding) =>
      (await ask(store, '/', { 'accept-encoding': encoding }))?.headers.get('etag'),
    ),
  )
  expect(new Set(tags).size).toBe(3)
})

test('without https nobody is told to insist on it', async () => {
  const store = await directoryStore(await freshDir(), { ...settings, https: false })
  await store.put([document('/', 'home')])
  expect((await ask(store, '/'))?.headers.has('strict-transport-security')).toBe(false)
})

test('after a restart everything is there again, byte for byte', async () => {
  const dir = await freshDir()
  const before = await open(dir)
  await before.put([document('/', long, 3), document('/api/v2/summary.json', '{"a":1}', 4)])
  await before.put([document('/incidents/x', 'x')])
  await before.remove(['/incidents/x'])
  await before.setPublishedThrough(4)

  const after = await open(dir)
  expect(await after.paths()).toEqual(await before.paths())
  expect(await after.publishedThrough()).toBe(4)
  for (const path of ['/', '/api/v2/summary.json'])
    for (const encoding of ['br', 'gzip', 'identity']) {
      const [was, is] = await Promise.all(
        [before, after].map((store) => ask(store, path, { 'accept-encoding': encoding })),
      )
      expect(Object.fromEntries(is!.headers)).toEqual(Object.fromEntries(was!.headers))
      expect(await is!.bytes()).toEqual(await was!.bytes())
    }
})

test('a put that was cut off at any byte leaves the set as it was before, and later puts hold', async () => {
  const dir = await freshDir()
  const store = await open(dir)
  await store.put([document('/', 'before', 1), document('/api/v2/summary.json', '{"before":1}', 2)])
  await store.setPublishedThrough(2)
  const whole = (await stat(journalOf(dir))).size
  await store.put([document('/', 'after', 3), document('/api/v2/summary.json', '{"after":1}', 4)])
  const bytes = await readFile(journalOf(dir))

  for (let length = whole; length < bytes.length; length += 7) {
    await writeFile(journalOf(dir), bytes.subarray(0, length))
    const revived = await open(dir)
    expect(await (await ask(revived, '/'))?.text()).toBe('before')
    expect(await (await ask(revived, '/api/v2/summary.json'))?.text()).toBe('{"before":1}')
    await revived.put([document('/', 'later', 5)])
    await revived.setPublishedThrough(5)
    const again = await open(dir)
    expect(await (await ask(again, '/'))?.text()).toBe('later')
    expect(await again.publishedThrough()).toBe(5)
  }
})

test('garbage at the end of the journal is passed over', async () => {
  const dir = await freshDir()
  await (await open(dir)).put([document('/', 'home')])
  await appendFile(journalOf(dir), Buffer.alloc(100, 7))
  expect(await (await ask(await open(dir), '/'))?.text()).toBe('home')
})

test('the journal does not grow for ever', async () => {
  const dir = await freshDir()
  const store = await open(dir)
  const noise = randomBytes(512 * 1024).toString('hex')
  for (let revision = 1; revision <= 20; revision++)
    await store.put([document('/', noise + revision, revision)])
  expect((await stat(journalOf(dir))).size).toBeLessThan(8 * 1024 * 1024)
  expect((await (await ask(await open(dir), '/'))!.text()).slice(-2)).toBe('20')
})

test('many puts at once all last', async () => {
  const dir = await freshDir()
  const store = await open(dir)
  const paths = Array.from({ length: 50 }, (_, i) => `/incidents/${i}`)
  await Promise.all(paths.map((path) => store.put([document(path, path)])))
  expect((await (await open(dir)).paths()).toSorted()).toEqual(paths.toSorted())
})
