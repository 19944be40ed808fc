import { createServer, type TlsOptions } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { createServer as createWebServer } from 'node:https'
import { describe, expect, test } from 'vitest'
import type { QuestionFields } from '../../../api/domain/question.ts'
import { guardedExchange } from '../../../api/probers/guarded-exchange.ts'
import { httpProber } from '../../../api/probers/http.ts'
import { tlsProber } from '../../../api/probers/tls.ts'
import { serveBytes } from '../../support/conduct.ts'
import { until } from '../../support/listen.ts'
import { asked, closers } from './asking.ts'
import { authority, expired, good, ofAnother } from './certificates.ts'
import { selfSigned } from './self-signed.ts'

const allow = ['127.0.0.1/32']
const now = () => performance.now()

async function serve(options: TlsOptions): Promise<number> {
  const server = createServer(options, (socket) => socket.on('error', () => {}))
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

async function ask(options: TlsOptions, given: QuestionFields = {}) {
  const port = await serve(options)
  const question = asked('tls', { host: '127.0.0.1', port, ...given })
  return tlsProber({ allow, ca: authority, now }).ask(question)
}

const certificate = {
  expires_at: Date.parse('2126-01-01T00:00:00Z'),
  issuer: 'Tests',
  names: ['localhost', '127.0.0.1'],
}

test.each([
  ['for an address', {}],
  ['for the name that is asked for', { server_name: 'localhost' }],
])('a certificate %s is good, and shown', async (_, given) => {
  expect(await ask(good, given)).toMatchObject({ outcome: 'ok', reason: '', certificate })
})

const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
const worthless: [string, TlsOptions, RegExp][] = [
  ['that has expired', expired, /^the certificate has expired \(CERT_HAS_EXPIRED\)$/],
  ['of another host', ofAnother, /^the certificate is for another host \(ERR_TLS_/],
  ['that nobody signed', selfSigned, /^the certificate is self-signed \(DEPTH_ZERO_SELF/],
  [
    'over TLS 1.1',
    { ...good, ...old },
    /TLS is spoken that we speak|TLS 1\.1 is spoken|handshake failed/,
  ],
]

describe('a certificate is worth nothing', () => {
  test.each(worthless)('%s', async (_, options, reason) => {
    const sample = await ask(options)
    expect(sample).toMatchObject({ outcome: 'failed', status: null })
    expect(sample.reason).toMatch(reason)
    expect(sample.certificate).toBeUndefined()
  })

  test.each(worthless)('%s, over HTTPS neither', async (_, options, reason) => {
    const port = await serve(options)
    const exchange = guardedExchange({ allow, ca: authority })
    const prober = httpProber({ exchange, now, userAgent: 'allclear-test/1' })
    const sample = await prober.ask(asked('http', { url: `https://127.0.0.1:${port}/` }))
    expect(sample).toMatchObject({ outcome: 'failed', status: null })
    expect(sample.reason).toMatch(reason)
    expect(sample.isOurs).toBeUndefined()
  })

  test('of another name', async () => {
    const sample = await ask(good, { server_name: 'shop.example' })
    expect(sample.reason).toMatch(/^the certificate is for another host/)
  })

  test('by an authority that nobody knows', async () => {
    const port = await serve(good)
    const sample = await tlsProber({ allow, now }).ask(asked('tls', { host: '127.0.0.1', port }))
    expect(sample).toMatchObject({ outcome: 'failed', answered: true })
    expect(sample.reason).toMatch(/^the (certificate chain is incomplete|issuer .* is unknown) \(/)
  })
})

test('an answer over HTTPS shows the certificate, too', async () => {
  const server = createWebServer(good, (_, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const exchange = guardedExchange({ allow, ca: authority })
  const prober = httpProber({ exchange, now, userAgent: 'allclear-test/1' })
  const sample = await prober.ask(asked('http', { url: `https://127.0.0.1:${port}/` }))
  expect(sample).toMatchObject({ outcome: 'ok', certificate })
})

test('a handshake that never ends is ended', async () => {
  const target = await serveBytes((socket) => socket.resume())
  closers.push(target.close)
  const exchange = guardedExchange({ allow })
  const prober = httpProber({ exchange, now, userAgent: 'allclear-test/1' })
  const url = `https://127.0.0.1:${target.port}/`
  const sample = await prober.ask(asked('http', { url, timeout_ms: 150 }))
  expect(sample).toMatchObject({ outcome: 'failed', reason: 'no complete answer in 150 ms' })
  await until(() => target.open() === 0)
})
