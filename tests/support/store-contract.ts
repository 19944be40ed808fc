import { expect, test } from 'vitest'
import type { Settings } from '../../api/stores/answer.ts'
import type { Document, Store } from '../../api/stores/store.ts'

const ORIGIN = 'http://status.example'

export function document(path: string, body: string, revision = 1): Document {
  const content_type = path.endsWith('.json') ? 'application/json' : 'text/html; charset=utf-8'
  return { path, content_type, body, headers: {}, revision }
}

export function ask(store: Store, path: string, headers: Record<string, string> = {}) {
  return store.serve(new Request(ORIGIN + path, { headers }))
}

export const settings: Settings = { https: true, maker: () => Promise.resolve('tests') }

/** What every store promises. `open` gives an empty one, `reopen` the same one in another process. */
export function testStore(
  open: (settings: Settings) => Promise<Store>,
  reopen: (settings: Settings) => Promise<Store>,
): void {
  test('what was never published is not answered', async () => {
    const store = await open(settings)
    expect(await ask(store, '/')).toBeNull()
    expect(await store.paths()).toEqual([])
    expect(await store.publishedThrough()).toBe(0)
  })

  test('a published document is served with its type, its own headers and those of every page', async () => {
    const store = await open(settings)
    const csp = "default-src 'none'"
    const page = document('/', '<h1>Grüße – all is well</h1>')
    await store.put([{ ...page, headers: { 'content-security-policy': csp } }])
    const response = await ask(store, '/')
    expect(response?.status).toBe(200)
    expect(await response?.text()).toBe('<h1>Grüße – all is well</h1>')
    expect(Object.fromEntries(response!.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': csp,
      'cache-control':
        'public, max-age=0, s-maxage=2, stale-while-revalidate=10, stale-if-error=86400',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      etag: expect.stringMatching(/^"[0-9a-f]{20}"$/),
    })
    expect(response?.headers.has('access-control-allow-origin')).toBe(false)
  })

  test('a picture is served byte by byte, compressed or not', async () => {
    const store = await open(settings)
    const body = Uint8Array.from({ length: 1000 }, (_, n) => (n * 7) % 256)
    await store.put([{ ...document('/og/page.png', ''), content_type: 'image/png', body }])
    for (const each of [store, await reopen(settings)]) {
      const found = (await ask(each, '/og/page.png'))!
      expect(found.headers.get('content-type')).toBe('image/png')
      expect(new Uint8Array(await found.arrayBuffer())).toEqual(body)
    }
    const other = Uint8Array.from(body, (byte) => byte ^ 1)
    const tag = (await ask(store, '/og/page.png'))!.headers.get('etag')
    const changed = { ...document('/og/page.png', '', 2), content_type: 'image/png', body: other }
    await store.put([changed])
    expect((await ask(store, '/og/page.png'))!.headers.get('etag')).not.toBe(tag)
  })

  test('a page in another language is another document', async () => {
    const store = await open(settings)
    await store.put([document('/', 'home'), document('/de/', 'Start'), document('/de/a', 'eins')])
    for (const [path, body] of [
      ['/', 'home'],
      ['/de/', 'Start'],
      ['/de/?from=mail', 'Start'],
      ['/de/a', 'eins'],
    ] as const)
      expect(await (await ask(store, path))?.text()).toBe(body)
    expect(await ask(store, '/de')).toBeNull()
    expect((await store.paths()).toSorted()).toEqual(['/', '/de/', '/de/a'])
  })

  test('an older revision stays out, unless other code or settings rendered what is there', async () => {
    const store = await open(settings)
    await store.put([document('/', 'newer', 5)])
    await store.put([document('/', 'older', 4)])
    expect(await (await ask(store, '/'))?.text()).toBe('newer')
    const successor = await reopen({ ...settings, maker: () => Promise.resolve('another') })
    await successor.put([document('/', 'of another database', 1)])
    expect(await (await ask(successor, '/'))?.text()).toBe('of another database')
  })

  test('scripts of any origin may read the JSON', async () => {
    const store = await open(settings)
    await store.put([document('/api/v2/summary.json', '{}')])
    const response = await ask(store, '/api/v2/summary.json')
    expect(response?.headers.get('access-control-allow-origin')).toBe('*')
  })

  test('a query does not hide a document', async () => {
    const store = await open(settings)
    await store.put([document('/', 'home')])
    const response = await ask(store, '/?utm_source=mail')
    expect(await response?.text()).toBe('home')
  })

  test('only GET and HEAD are answered, HEAD without a body', async () => {
    const store = await open(settings)
    await store.put([document('/', 'home')])
    const head = await store.serve(new Request(`${ORIGIN}/`, { method: 'HEAD' }))
    expect(head?.status).toBe(200)
    expect(head?.headers.get('etag')).toMatch(/^"/)
    expect(await head?.text()).toBe('')
    expect(await store.serve(new Request(`${ORIGIN}/`, { method: 'POST' }))).toBeNull()
  })

  test('who has the present rendering gets 304, who has an older one the new', async () => {
    const store = await open(settings)
    await store.put([document('/', 'first', 1)])
    const etag = (await ask(store, '/'))!.headers.get('etag')!
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const unchanged = await ask(store, '/', { 'if-none-match': tag })
      expect(unchanged?.status).toBe(304)
      expect(unchanged?.headers.get('etag')).toBe(etag)
      expect(await unchanged?.text()).toBe('')
    }
    await store.put([document('/', 'second', 2)])
    const changed = await ask(store, '/', { 'if-none-match': etag })
    expect(changed?.status).toBe(200)
    expect(await changed?.text()).toBe('second')
  })

  test('other headers make another tag', async () => {
    const store = await open(settings)
    await store.put([document('/', 'home')])
    const before = (await ask(store, '/'))!.headers.get('etag')
    await store.put([{ ...document('/', 'home'), headers: { 'x-robots-tag': 'noindex' } }])
    expect((await ask(store, '/'))!.headers.get('etag')).not.toBe(before)
  })

  test('a late rendering never replaces a newer one', async () => {
    const store = await open(settings)
    await store.put([document('/', 'newer', 8)])
    await store.put([document('/', 'older', 7)])
    expect(await (await ask(store, '/'))?.text()).toBe('newer')
  })

  test('a document can stand in for another path with a status of its own', async () => {
    const store = await open(settings)
    await store.put([document('/404', 'nothing here')])
    const etag = (await ask(store, '/404'))!.headers.get('etag')!
    const request = new Request(`${ORIGIN}/nowhere`, { headers: { 'if-none-match': etag } })
    const response = await store.serve(request, { path: '/404', status: 404 })
    expect(response?.status).toBe(404)
    expect(await response?.text()).toBe('nothing here')
  })

  test('a removed document is gone, the others stay', async () => {
    const store = await open(settings)
    await store.put([document('/', 'home'), document('/incidents/abc', 'an incident')])
    await store.remove(['/incidents/abc', '/never/there'])
    expect(await ask(store, '/incidents/abc')).toBeNull()
    expect(await store.paths()).toEqual(['/'])
  })

  test('the revision reached is remembered', async () => {
    const store = await open(settings)
    await store.setPublishedThrough(41)
    await store.setPublishedThrough(42)
    expect(await store.publishedThrough()).toBe(42)
    expect(await (await reopen(settings)).publishedThrough()).toBe(42)
  })

  test('what other code has published is served, and due again', async () => {
    const store = await open(settings)
    await store.put([document('/', 'of before')])
    await store.setPublishedThrough(42)
    const after = await reopen({ ...settings, maker: () => Promise.resolve('newer') })
    expect(await after.publishedThrough()).toBe(0)
    expect(await (await ask(after, '/'))?.text()).toBe('of before')
  })
}
