import { pipeline, type Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { Client, type Dispatcher } from 'undici'
import { assertAskable, guardedConnector, type Call, type ConnectorSettings } from './connector.ts'
import type { Exchange } from './exchange.ts'

/** Bytes of headers that a target may send: more than any browser's cookies need. */
const MAX_HEADERS = 64 * 1024

/**
 * An exchange with public addresses, and with those that the operator allows, at a third of what a fetch costs. Names are
 * resolved once, all their addresses are checked, and the connection goes to a checked one; each exchange has its own.
 */
export function guardedExchange(settings: ConnectorSettings): Exchange {
  const connectorOf = guardedConnector(settings)
  return async (url, { method, headers, body, signal }) => {
    assertAskable(url)
    const call: Call = { signal }
    const client = new Client(url.origin, {
      connect: connectorOf(call),
      pipelining: 0,
      allowH2: false,
      maxHeaderSize: MAX_HEADERS,
      // The signal ends everything.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const end = () => void client.destroy()
    try {
      const answer = await client.request({
        method: method as Dispatcher.HttpMethod,
        path: url.pathname + url.search,
        headers: { accept: '*/*', 'accept-encoding': 'identity', ...headers },
        body,
        signal,
        reset: true,
      })
      const [location = null] = [answer.headers['location']].flat()
      return {
        status: answer.statusCode,
        location,
        body: unpacked(answer.body, String(answer.headers['content-encoding'] ?? '')),
        certificate: call.certificate,
        end,
      }
    } catch (error) {
      end()
      throw error
    }
  }
}

const unpackers: Record<string, () => NodeJS.ReadWriteStream> = {
  gzip: () => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  deflate: zlib.createInflate,
  br: zlib.createBrotliDecompress,
  zstd: zlib.createZstdDecompress,
}

/** Some pack what they send although nobody asked them to. */
function unpacked(body: Readable, encoding: string): AsyncIterable<Uint8Array> {
  // It fails whoever reads it; when it is let go nobody does.
  body.on('error', () => {})
  const unpack = unpackers[encoding.trim().toLowerCase().replace(/^x-/, '')]
  if (!unpack) return body
  return pipeline(body, unpack(), () => {}) as NodeJS.ReadWriteStream & AsyncIterable<Uint8Array>
}
