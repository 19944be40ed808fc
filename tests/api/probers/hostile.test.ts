import type { Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import type { QuestionFields } from '../../../api/domain/question.ts'
import { pour, serveBytes } from '../../support/conduct.ts'
import { until } from '../../support/listen.ts'
import { ask, closers, question } from './asking.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What was closed is not free at once. */
const letGo = { timeout: 15_000 }

type Given = QuestionFields & { timeout_ms?: number }
type Bytes = string | Buffer | ((socket: Socket) => void)

/** Asks a target that answers with these bytes, whatever it is asked, and hangs up. */
async function answeredWith(bytes: Bytes, given: Given = {}) {
  const target = await serveBytes((socket) => {
    socket.once('data', () => {
      if (typeof bytes === 'function') bytes(socket)
      else socket.end(bytes)
    })
  })
  closers.push(target.close)
  const sample = await ask(question(`http://127.0.0.1:${target.port}/`, given))
  await until(() => target.open() === 0)
  return { sample, sent: target.sent() }
}

const ok = 'HTTP/1.1 200 OK\r\n'
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`
const packed = (encoding: string, body: Buffer, length = body.length) =>
  Buffer.concat([
    Buffer.from(`${ok}content-encoding: ${encoding}\r\ncontent-length: ${length}\r\n\r\n`),
    body,
  ])

describe('an odd answer is good', () => {
  test.each<[string, Bytes, Given]>([
    ['of HTTP/1.0 without a length', 'HTTP/1.0 200 OK\r\n\r\nready', { expect_text: 'ready' }],
    ['without a reason', 'HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n', {}],
    ['of no length', `${ok}content-length: 0\r\n\r\n`, {}],
    ['in chunks', `${chunked}3\r\nrea\r\n2\r\ndy\r\n0\r\n\r\n`, { expect_text: 'ready' }],
    ['of one empty chunk', `${chunked}0\r\n\r\n`, {}],
    [
      'after some that say to wait',
      `${'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n'.repeat(20)}${ok}content-length: 0\r\n\r\n`,
      {},
    ],
    [
      'with 40 KiB of headers',
      `${ok}x-big: ${'a'.repeat(40 * 1024)}\r\ncontent-length: 0\r\n\r\n`,
      {},
    ],
    ['with bytes after its end', `${ok}content-length: 2\r\n\r\nokHTTP/1.1 500 No\r\n\r\n`, {}],
    ['packed by gzip unasked', packed('gzip', gzipSync('ready')), { expect_text: 'ready' }],
    ['packed by x-gzip', packed('X-GZIP', gzipSync('ready')), { expect_text: 'ready' }],
    ['packed by deflate', packed('deflate', deflateSync('ready')), { expect_text: 'ready' }],
    ['packed by brotli', packed('br', brotliCompressSync('ready')), { expect_text: 'ready' }],
    ['packed by zstd', packed('zstd', zstdCompressSync('ready')), { expect_text: 'ready' }],
    ['packed by something unknown', packed('rot13', Buffer.from('ernql')), {}],
  ])('%s', async (_, bytes, given) => {
    const { sample } = await answeredWith(bytes, given)
    expect(sample).toMatchObject({ outcome: 'ok', status: 200, reason: '' })
  })
})

describe('an odd answer fails', () => {
  test.each<[string, Bytes, RegExp]>([
    [
      'of no bytes',
      '',
      /^the connection closed before the answer was complete \(UND_ERR_SOCKET\)$/,
    ],
    ['of garbage in its chunks', `${chunked}zz\r\nready\r\n`, /^the answer is not HTTP \(HPE_/],
    ['whose last chunk is missing', `${chunked}5\r\nready\r\n`, /^the connection closed before/],
    [
      'with two lengths',
      `${ok}content-length: 5\r\ncontent-length: 6\r\n\r\nready`,
      /LENGTH_MISMATCH\)$/,
    ],
    [
      'with a length and chunks',
      `${ok}content-length: 5\r\n${chunked.slice(ok.length)}`,
      /LENGTH_MISMATCH\)$/,
    ],
    ['with a header of two lines', `${ok}x-a: b\r\n c\0: d\r\n\r\n`, /\(HPE_/],
    ['with a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', /\(HPE_/],
    ['of HTTP/0.9', 'ready', /\(HPE_/],
    [
      'that changes the protocol',
      'HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n',
      /^the connection/,
    ],
    [
      'of endless headers',
      (socket) => {
        socket.write(ok)
        const more = () => {
          while (!socket.destroyed && socket.write(`x-${'a'.repeat(500)}: b\r\n`));
        }
        socket.on('drain', more)
        more()
      },
      /^the headers of the answer are too long \(UND_ERR_HEADERS_OVERFLOW\)$/,
    ],
    [
      'that is packed otherwise than it says',
      packed('gzip', Buffer.from('ready')),
      /^the body is not packed as the answer says \(Z_/,
    ],
    [
      'that is packed otherwise by brotli',
      packed('br', Buffer.from('ready')),
      /^the body is not packed/,
    ],
    [
      'that is packed otherwise by zstd',
      packed('zstd', Buffer.from('ready')),
      /^the body is not packed/,
    ],
  ])('%s', async (_, bytes, reason) => {
    const { sample } = await answeredWith(bytes, { expect_text: 'ready' })
    expect(sample).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) })
  })

  test('that only ever says to wait', async () => {
    const before = heap()
    const { sample } = await answeredWith(
      (socket) => {
        const hint = Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n'.repeat(500))
        const more = () => {
          while (!socket.destroyed && socket.write(hint));
        }
        socket.on('drain', more)
        more()
      },
      { timeout_ms: 300 },
    )
    expect(sample).toMatchObject({ outcome: 'failed', reason: 'no complete answer in 300 ms' })
    await expect.poll(() => heap() - before, letGo).toBeLessThan(16 * 2 ** 20)
  })
})

describe('of a body that unpacks to a gigabyte only the beginning is unpacked', () => {
  const zeros = Buffer.alloc(2 ** 24)
  test.each([
    ['gzip', gzipSync(zeros)],
    ['br', brotliCompressSync(zeros, { params: { 0: 1 } })],
    ['zstd', zstdCompressSync(zeros)],
  ])('%s', async (encoding, bomb) => {
    const bytes = Buffer.concat(Array.from({ length: encoding === 'br' ? 1 : 64 }, () => bomb))
    const before = process.memoryUsage().rss
    const { sample } = await answeredWith(packed(encoding, bytes), { expect_text: 'ready' })
    expect(sample).toMatchObject({ outcome: 'failed', reason: 'the body lacks "ready"' })
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
  })
})

test('of a gigabyte a few hundred KiB are read, and nothing of it is kept', async () => {
  await answeredWith(gigabyte)
  const before = heap()
  for (let i = 0; i < 20; i++) {
    const { sample, sent } = await answeredWith(gigabyte)
    expect(sample.outcome).toBe('ok')
    expect(sent).toBeLessThan(16 * 2 ** 20)
  }
  await expect.poll(() => heap() - before, letGo).toBeLessThan(4 * 2 ** 20)
})

function gigabyte(socket: Socket): void {
  socket.write(`${ok}content-length: ${2 ** 30}\r\n\r\n`)
  pour(socket)
}

function heap(): number {
  collect()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}
