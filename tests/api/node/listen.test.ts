import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { isLoopback, listen, type Listening } from '../../../api/node/listen.ts'

let server: Listening | null = null

afterEach(async () => {
  server?.cut()
  await server?.stop()
  server = null
})

/** A server that says whom it takes the caller for. */
async function open() {
  server = await listen((_, { clientIp }) => new Response(clientIp), { host: '127.0.0.1', port: 0 })
  return server
}

const forwarded: [string, string | undefined, string][] = [
  ['without a proxy it is the peer', undefined, '127.0.0.1'],
  ['a proxy on this machine is believed', '203.0.113.7', '203.0.113.7'],
  ['of a chain only what our own proxy added', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
]
test.each(forwarded)('%s', async (_, header, clientIp) => {
  const { url } = await open()
  const response = await fetch(url, {
    headers: header === undefined ? {} : { 'x-forwarded-for': header },
  })
  expect(await response.text()).toBe(clientIp)
})

test('a server that stops ends connections that only wait', async () => {
  const { url, stop } = await open()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))
  await stop()
  await closed
})

const hosts: [string, boolean][] = [
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['[::1]', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['127.0.0.1.example.com', false],
  ['status.example', false],
]
test.each(hosts)('%s is this machine only: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
