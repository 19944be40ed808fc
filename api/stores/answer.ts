import type { Document } from './store.ts'

export type Settings = {
  /** True when the public URL is https: browsers are then told never to come back without it. */
  https: boolean
  /** What renders the documents: code and settings. What another maker published is due again, and served until then. */
  maker(): Promise<string>
}

/** The path of an absolute URL, without the price of `new URL()` on every request. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', 8)
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}

const accepted = {
  br: /(?:^|[\s,])br\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i,
  gzip: /(?:^|[\s,])gzip\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i,
}

export function accepts(acceptEncoding: string | null, encoding: keyof typeof accepted): boolean {
  return acceptEncoding !== null && accepted[encoding].test(acceptEncoding)
}

/** If-None-Match compares weakly (RFC 9110, 13.1.2): proxies that recompress make strong tags weak. */
export function isUnchanged(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false
  if (ifNoneMatch === '*') return true
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

/** A tag of everything a reader gets: other headers are another document. */
export async function digestOf(document: Document): Promise<string> {
  const { content_type, headers, body } = document
  const facts = new TextEncoder().encode(JSON.stringify([content_type, headers]))
  const bytes = await new Blob([facts, body]).arrayBuffer()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest.slice(0, 10), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Readers ask every time; a shared cache in front may answer for seconds, with the old state for a few more while it asks
 * again, and for a day when nobody answers (RFC 5861).
 */
const CACHE_CONTROL =
  'public, max-age=0, s-maxage=2, stale-while-revalidate=10, stale-if-error=86400'

/** The headers that every answer with this document has, 304 included. */
export function headersOf(
  document: Pick<Document, 'content_type' | 'headers'>,
  etag: string,
  settings: Pick<Settings, 'https'>,
): Record<string, string> {
  const isPage = document.content_type.startsWith('text/html')
  return {
    etag,
    'cache-control': CACHE_CONTROL,
    'x-content-type-options': 'nosniff',
    ...(isPage
      ? { 'referrer-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin' }
      : { 'access-control-allow-origin': '*' }),
    ...(settings.https && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
    ...document.headers,
  }
}
