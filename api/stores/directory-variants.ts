import { promisify } from 'node:util'
import { brotliCompress, constants, gunzipSync, gzip } from 'node:zlib'
import { accepts, digestOf, headersOf, type Settings } from './answer.ts'
import type { Stored } from './directory-journal.ts'
import type { Document } from './store.ts'

const compressWithGzip = promisify(gzip)
const compressWithBrotli = promisify(brotliCompress)

/** One encoding of a document, ready to be sent: header objects are built once, not per request. */
type Variant = {
  body: Buffer<ArrayBuffer>
  etag: string
  headers: Record<string, string>
  unchanged: Record<string, string>
}

/** A document in memory; each variant is made when the first reader asks for it. */
export type Published = { stored: Stored; variants: Partial<Record<Encoding, Variant>> }

type Encoding = 'br' | 'gzip' | 'identity'

/** Compresses in zlib's own threads. Quality 5 is where Brotli is still fast and already smaller than gzip's best. */
export async function compress(document: Document, maker: string): Promise<Stored> {
  const { body, ...head } = document
  const bytes = Buffer.from(body)
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: 5,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    // A window as large as the document: the usual 4 MiB are taken and kept by each of zlib's threads.
    [constants.BROTLI_PARAM_LGWIN]: Math.min(
      22,
      Math.max(16, Math.ceil(Math.log2(bytes.length + 1))),
    ),
  }
  const [digest, zipped, br] = await Promise.all([
    digestOf(document),
    compressWithGzip(bytes),
    compressWithBrotli(bytes, { params }),
  ])
  return inOwnMemory({ ...head, maker, digest, bodies: { gzip: zipped, br } })
}

/** Bytes that are slices of something larger would keep all of it in memory. */
export function inOwnMemory<T extends { bodies: { gzip: Buffer; br: Buffer } }>(stored: T) {
  const { gzip, br } = stored.bodies
  return { ...stored, bodies: { gzip: Buffer.from(gzip), br: Buffer.from(br) } }
}

/** The smallest variant that the reader takes. */
export function choose(
  { stored, variants }: Published,
  acceptEncoding: string | null,
  settings: Settings,
): Variant {
  const encoding = accepts(acceptEncoding, 'br')
    ? 'br'
    : accepts(acceptEncoding, 'gzip')
      ? 'gzip'
      : 'identity'
  return (variants[encoding] ??= prepare(stored, encoding, settings))
}

function prepare(stored: Stored, encoding: Encoding, settings: Settings): Variant {
  const { gzip } = stored.bodies
  const body = encoding === 'identity' ? gunzipSync(gzip) : stored.bodies[encoding]
  const etag = encoding === 'identity' ? `"${stored.digest}"` : `"${stored.digest}-${encoding}"`
  const unchanged = { ...headersOf(stored, etag, settings), vary: 'accept-encoding' }
  const headers = {
    ...unchanged,
    'content-type': stored.content_type,
    'content-length': String(body.length),
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
  }
  return { body, etag, headers, unchanged }
}
