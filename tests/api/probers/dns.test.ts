import { Resolver } from 'node:dns/promises'
import { describe, expect, test } from 'vitest'
import { dnsProber } from '../../../api/probers/dns.ts'
import { guardedResolve } from '../../../api/probers/resolving.ts'
import type { QuestionFields } from '../../../api/domain/question.ts'
import { serveAnswers, serveNames, wire, type Records } from '../../support/name-server.ts'
import { asked, closers } from './asking.ts'

const { name, numbers, long, text } = wire
const address = Buffer.of(192, 0, 2, 7)
const soa = [1, 7200, 3600, 1209600, 300].map(long)
const zone: Records = {
  A: [address, Buffer.of(192, 0, 2, 8)],
  AAAA: [Buffer.from('20010db8000000000000000000000007', 'hex')],
  CNAME: [name('Shop.Example.net')],
  MX: [
    Buffer.concat([numbers(10), name('mx1.example')]),
    Buffer.concat([numbers(20), name('mx2.example')]),
  ],
  TXT: [Buffer.concat([text('v=spf1 '), text('-all')])],
  NS: [name('ns1.example')],
  SOA: [Buffer.concat([name('ns1.example'), name('host.example'), ...soa])],
  SRV: [Buffer.concat([numbers(1, 2, 443), name('a.example')])],
  CAA: [Buffer.concat([Buffer.of(0), text('issue'), Buffer.from('letsencrypt.org')])],
}

async function ask(given: QuestionFields, code = 0) {
  const server = await serveNames(code === 0 ? zone : {}, { code })
  closers.push(server.close)
  const resolve = guardedResolve({ allow: ['127.0.0.1/32'] })
  const resolver = `127.0.0.1:${server.port}`
  const question = asked('dns', { name: 'shop.example', resolver, ...given })
  return dnsProber({ resolve, now: () => performance.now() }).ask(question)
}

test.each<[string, QuestionFields]>([
  ['any address', {}],
  ['an address among others', { expect_records: ['192.0.2.8'] }],
  [
    'all addresses in any order',
    { expect_records: ['192.0.2.8', '192.0.2.7'], expect_match: 'equals' },
  ],
  ['an IPv6 address in capitals', { record_type: 'AAAA', expect_records: ['2001:DB8::7'] }],
  [
    'an alias with a dot at its end',
    { record_type: 'CNAME', expect_records: ['shop.example.net.'] },
  ],
  ['a mail server', { record_type: 'MX', expect_records: ['10 mx1.example.'] }],
  ['a text in pieces', { record_type: 'TXT', expect_records: ['"v=spf1 -all"'] }],
  ['a name server', { record_type: 'NS', expect_records: ['NS1.example'] }],
  [
    'the start of authority',
    { record_type: 'SOA', expect_records: ['ns1.example. host.example. 1 7200 3600 1209600 300'] },
  ],
  ['a service', { record_type: 'SRV', expect_records: ['1 2 443 a.example'] }],
  ['who may sign', { record_type: 'CAA', expect_records: ['0 issue "letsencrypt.org"'] }],
])('%s is found', async (_, given) => {
  expect(await ask(given)).toMatchObject({ outcome: 'ok', reason: '' })
})

test.each<[string, QuestionFields, number, string]>([
  [
    'a record that is missing',
    { expect_records: ['192.0.2.1'] },
    0,
    'A lacks 192.0.2.1; there is 192.0.2.7, 192.0.2.8',
  ],
  [
    'a record too many',
    { expect_records: ['192.0.2.7'], expect_match: 'equals' },
    0,
    'A has 192.0.2.8, which is not expected',
  ],
  ['a name that is none', {}, 3, 'the host name does not resolve (ENOTFOUND)'],
  ['a server in trouble', {}, 2, 'the name server has failed (ESERVFAIL)'],
  ['a server that refuses', {}, 5, 'the name server refuses to answer (EREFUSED)'],
])('%s fails', async (_, given, code, reason) => {
  expect(await ask(given, code)).toMatchObject({ outcome: 'failed', status: null, reason })
})

async function askUsual(say: Parameters<typeof serveAnswers>[0], timeout_ms = 5_000) {
  const server = await serveAnswers(say)
  closers.push(server.close)
  const usual = () => {
    const resolver = new Resolver({ tries: 1, timeout: 700 })
    resolver.setServers([`127.0.0.1:${server.port}`])
    return resolver
  }
  const resolve = guardedResolve({ allow: [], usual })
  const prober = dnsProber({ resolve, now: () => performance.now() })
  return prober.ask(asked('dns', { name: 'shop.example', timeout_ms }))
}

describe('where the name servers of this machine', () => {
  test.each([
    ['tell nothing', null],
    ['are in trouble', { code: 2 }],
  ])('%s of any name, nothing is known of this one', async (_, said) => {
    const sample = await askUsual(() => said)
    const reason = 'our own name servers tell nothing'
    expect(sample).toMatchObject({ outcome: 'refused', isOurs: true, reason })
  })

  test('are silent to the end, it is not the fault of the name', async () => {
    expect(await askUsual(() => null, 400)).toMatchObject({ outcome: 'refused', isOurs: true })
  })

  test.each<[string, { code: number } | null, RegExp]>([
    ['are silent about this one alone', null, /^the name server does not answer \(ETIMEOUT\)$/],
    ['fail at this one alone', { code: 2 }, /^the name server has failed \(ESERVFAIL\)$/],
    ['know that there is none', { code: 3 }, /^the host name does not resolve \(ENOTFOUND\)$/],
  ])('%s, it fails', async (_, said, reason) => {
    const sample = await askUsual((name) => (name === 'shop.example' ? said : { code: 3 }))
    expect(sample).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) })
    expect(sample.isOurs).toBeUndefined()
  })
})
