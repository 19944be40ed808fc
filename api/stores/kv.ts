import { digestOf, headersOf, isUnchanged, pathOf, type Settings } from './answer.ts'
import type { Document, Store } from './store.ts'

/** As much of a Workers KV namespace as is used here. */
export type Namespace = {
  get(key: string, options: { type: 'arrayBuffer'; cacheTtl?: number }): Promise<ArrayBuffer | null>
  put(key: string, value: string | ArrayBuffer): Promise<void>
  delete(key: string): Promise<void>
  list(options: { prefix: string; cursor?: string; limit?: number }): Promise<{
    keys: { name: string }[]
    list_complete: boolean
    cursor?: string
  }>
}

type Reached = { through: number; maker: string }
type Head = Omit<Document, 'body'> & { maker: string; digest: string }

const DOCUMENT = 'document:'
const REACHED = 'reached'
/** Seconds that an edge location keeps what it has read: the least that KV allows. */
const EDGE_CACHE = 30

/**
 * Documents in Workers KV: one value is one line of JSON and the body, so that they can never be of different
 * renderings. Kept uncompressed: the edge compresses for each reader, and makes our tags weak when it does.
 */
export function kvStore(namespace: Namespace, settings: Settings): Store {
  async function read(path: string, cacheTtl?: number) {
    const value = await namespace.get(DOCUMENT + path, { type: 'arrayBuffer', cacheTtl })
    if (!value) return null
    const bytes = new Uint8Array(value)
    const end = bytes.indexOf(10)
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Head
    return { head, body: bytes.subarray(end + 1) }
  }

  async function put(document: Document): Promise<void> {
    const there = await read(document.path)
    const maker = await settings.maker()
    if (there?.head.maker === maker && there.head.revision > document.revision) return
    const { body, ...rest } = document
    const head: Head = { ...rest, maker, digest: await digestOf(document) }
    const value = await new Blob([`${JSON.stringify(head)}\n`, body]).arrayBuffer()
    await namespace.put(DOCUMENT + document.path, value)
  }

  return {
    async serve(request, as) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return null
      const found = await read(as?.path ?? pathOf(request.url), EDGE_CACHE)
      if (!found) return null
      const { head, body } = found
      const status = as?.status ?? 200
      const etag = `"${head.digest}"`
      const headers = headersOf(head, etag, settings)
      if (status === 200 && isUnchanged(request.headers.get('if-none-match'), etag))
        return new Response(null, { status: 304, headers })
      return new Response(request.method === 'HEAD' ? null : body, {
        status,
        headers: { ...headers, 'content-type': head.content_type },
      })
    },
    async put(documents) {
      await Promise.all(documents.map(put))
    },
    async remove(paths) {
      await Promise.all(paths.map((path) => namespace.delete(DOCUMENT + path)))
    },
    async publishedThrough() {
      const value = await namespace.get(REACHED, { type: 'arrayBuffer' })
      if (!value) return 0
      const { through, maker } = JSON.parse(new TextDecoder().decode(value)) as Reached
      return maker === (await settings.maker()) ? through : 0
    },
    async setPublishedThrough(through) {
      const reached: Reached = { through, maker: await settings.maker() }
      await namespace.put(REACHED, JSON.stringify(reached))
    },
    async paths() {
      const paths: string[] = []
      for (let cursor: string | undefined, complete = false; !complete;) {
        const page = await namespace.list({ prefix: DOCUMENT, cursor })
        paths.push(...page.keys.map(({ name }) => name.slice(DOCUMENT.length)))
        complete = page.list_complete
        cursor = page.cursor
      }
      return paths
    },
  }
}
