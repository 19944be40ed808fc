import type { ServerResponse } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:https'
import { describe, expect, test } from 'vitest'
import { ask, closers, question, serve } from './asking.ts'
import { selfSigned } from './self-signed.ts'

/** A server that speaks anything but HTTP. */
async function serveBytes(greet: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    greet(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

const answer =
  (status: number, body = '') =>
  (_: unknown, response: ServerResponse) =>
    void response.writeHead(status).end(body)

describe('a target is fine', () => {
  test.each([
    ['with any 2xx', 204, '', {}],
    ['with the status that is expected', 401, '', { expect_status: [200, 401] }],
    ['with a redirect that is expected', 302, '', { expect_status: [302] }],
    ['with the text that is expected', 200, 'status: grün', { expect_text: 'grün' }],
    ['with no body to HEAD', 200, '', { method: 'HEAD' as const }],
  ])('%s', async (_, status, body, given) => {
    const sample = await ask(question(await serve(answer(status, body)), given))
    expect(sample).toMatchObject({ outcome: 'ok', status, reason: '' })
    expect(Number.isInteger(sample.latency_ms)).toBe(true)
  })
})

describe('a target fails', () => {
  test.each([
    ['with an error', 503, '', {}, 'answered 503 instead of 2xx'],
    [
      'with a status that is not expected',
      200,
      '',
      { expect_status: [401] },
      'answered 200 instead of 401',
    ],
    [
      'without the text that is expected',
      200,
      'oops',
      { expect_text: '"ok"' },
      String.raw`the body lacks "\"ok\""`,
    ],
    ['with a redirect to nowhere', 302, '', {}, 'answered 302 instead of 2xx'],
  ])('%s', async (_, status, body, given, reason) => {
    const sample = await ask(question(await serve(answer(status, body)), given))
    expect(sample).toMatchObject({ outcome: 'failed', status, reason })
  })

  test('when nobody listens', async () => {
    const url = await serve(answer(200))
    await closers.pop()!()
    const sample = await ask(question(url))
    const reason = 'the connection was refused (ECONNREFUSED)'
    expect(sample).toMatchObject({ outcome: 'failed', status: null, reason })
  })

  test('when it never answers', async () => {
    const sample = await ask(question(await serve(() => {}), { timeout_ms: 120 }))
    const reason = 'no complete answer in 120 ms'
    expect(sample).toMatchObject({ outcome: 'failed', status: null, reason })
  })

  test('when its body only drips', async () => {
    const url = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(drip))
    })
    const sample = await ask(question(url, { timeout_ms: 150 }))
    expect(sample).toMatchObject({ outcome: 'failed', reason: 'no complete answer in 150 ms' })
  })

  test('when it hangs up in the middle', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy())
    })
    const sample = await ask(question(url))
    expect(sample).toMatchObject({ outcome: 'failed', status: 200 })
    expect(sample.reason).toMatch(/^the connection .*\((UND_ERR_\w+|ECONNRESET)\)$/)
  })

  test('when it talks garbage', async () => {
    const url = await serveBytes((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n\r\n'))
    const sample = await ask(question(url))
    expect(sample).toMatchObject({ outcome: 'failed', status: null })
    expect(sample.reason).toMatch(/^the answer is not HTTP \(HPE_\w+\)$/)
  })

  test('when its certificate is worth nothing', async () => {
    const server = createTlsServer(selfSigned, (_, response) => response.end('ok'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => server.close())
    const { port } = server.address() as { port: number }
    const reason = 'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)'
    const sample = await ask(question(`https://127.0.0.1:${port}`))
    expect(sample).toMatchObject({ outcome: 'failed', status: null, reason })
  })

  test('when it speaks no TLS', async () => {
    const url = await serve(answer(200))
    const sample = await ask(question(url.replace('http:', 'https:')))
    expect(sample).toMatchObject({ outcome: 'failed', status: null })
    expect(sample.reason).toMatch(/^the TLS handshake failed/)
  })

  test('when its name does not resolve', async () => {
    const sample = await ask(question('http://nowhere.invalid/'))
    expect(sample).toMatchObject({ outcome: 'failed', status: null })
    expect(sample.reason).toMatch(/\((ENOTFOUND|EAI_AGAIN)\)$/)
  })

  test('when it redirects for ever', async () => {
    const asked: string[] = []
    const url = await serve((request, response) => {
      asked.push(request.url!)
      response.writeHead(302, { location: `${request.url}x` }).end()
    })
    const sample = await ask(question(url))
    expect(sample).toMatchObject({ outcome: 'failed', reason: 'answered 302 instead of 2xx' })
    expect(asked).toEqual(['/', '/x', '/xx', '/xxx'])
  })
})

test('of a huge body only the beginning is read', async () => {
  let sent = 0
  const chunk = Buffer.alloc(64 * 1024, 'a')
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 2 ** 30 }).write('begin')
    const pour = () => {
      sent += chunk.length
      if (!response.destroyed) response.write(chunk)
    }
    response.on('drain', pour)
    pour()
  })
  expect(await ask(question(url, { expect_text: 'begin' }))).toMatchObject({ outcome: 'ok' })
  expect(await ask(question(url, { expect_text: 'b'.repeat(300) }))).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^the body lacks "b+…$/),
  })
  expect(sent).toBeLessThan(64 * 2 ** 20)
})

test('every check opens a connection of its own and asks past all caches', async () => {
  const seen = new Set<unknown>()
  let headers: Record<string, unknown> = {}
  const url = await serve((request, response) => {
    seen.add(request.socket)
    headers = request.headers
    response.end('ok')
  })
  for (let i = 0; i < 3; i++)
    await ask(question(url, { headers: { 'x-token': 'abc', 'user-agent': 'curl' } }))
  expect(seen.size).toBe(3)
  expect(headers).toMatchObject({
    'cache-control': 'no-cache',
    connection: 'close',
    'user-agent': 'allclear-test/1',
    'x-token': 'abc',
  })
})

test.each([
  ['that breaks the rules of HTTP', { 'x-token': 's3cret\r\nhost: evil' }],
  ['that has an impossible name', { 'x token s3cret': 'yes' }],
])('a header %s is not sent, and never repeated in a reason', async (_, headers) => {
  const sample = await ask(question(await serve(answer(200)), { headers }))
  expect(sample).toMatchObject({
    outcome: 'refused',
    status: null,
    reason: 'a header has an impossible name or value',
  })
})

test('a URL that is none is refused', async () => {
  expect(await ask(question('shop health'))).toMatchObject({ outcome: 'refused' })
})
