import { describe, expect, test } from 'vitest'
import { expiryStep } from '../../../api/domain/certificate.ts'
import { canonicalHost, endpointOf } from '../../../api/domain/host.ts'
import { complaintsAbout } from '../../../api/domain/question-rules.ts'
import {
  hostOf,
  isExpected,
  questionOf,
  targetOf,
  type QuestionFields,
} from '../../../api/domain/question.ts'
import { formatReportToken, parseReportToken } from '../../../api/domain/report.ts'
import { DAY } from '../../../api/domain/time.ts'
import { probeKinds, type ProbeKind } from '../../../api/domain/words.ts'

/** The least that each kind needs. */
const least: Record<ProbeKind, QuestionFields> = {
  http: { url: 'https://shop.example/health' },
  tcp: { host: 'shop.example', port: 25 },
  dns: { name: 'shop.example' },
  tls: { host: 'shop.example' },
  heartbeat: { every_ms: 60_000 },
  metric: { down_above: 5 },
}

const complaints = (kind: ProbeKind, given: QuestionFields) =>
  complaintsAbout(questionOf(kind, { ...least[kind], ...given }).question).map(
    ({ path, message }) => `${path} ${message}`,
  )

test.each(probeKinds)('the least of a question by %s is good', (kind) => {
  expect(questionOf(kind, least[kind])).toMatchObject({ missing: [], foreign: [] })
  expect(complaints(kind, {})).toEqual([])
})

test('what is missing, and what another kind has, is named', () => {
  expect(questionOf('tcp', { url: 'https://shop.example', port: 25 })).toMatchObject({
    missing: ['host'],
    foreign: ['url'],
  })
})

test('a change keeps what it does not name', () => {
  const { question } = questionOf('tcp', { ...least.tcp, send: 'HELO' })
  expect(questionOf('tcp', { port: 587 }, question).question).toEqual({
    kind: 'tcp',
    host: 'shop.example',
    port: 587,
    send: 'HELO',
    expect_text: '',
  })
})

const range = 'must be 100 to 599, or a range such as 2xx or 200-299'
const one = 'must have exactly one of equals, contains, greater_than, less_than, exists'

describe('of a question is refused', () => {
  test.each<[string, ProbeKind, QuestionFields, string[]]>([
    ['another scheme', 'http', { url: 'ftp://shop.example' }, ['url must be an http or https URL']],
    ['port 0', 'http', { url: 'http://shop.example:0/' }, ['url must have a port of 1 to 65535']],
    [
      'an address of one link only',
      'http',
      { url: 'http://[fe80::1%25eth0]/' },
      ['url must be an http or https URL'],
    ],
    [
      'a password in the URL',
      'http',
      { url: 'https://me:pw@shop.example' },
      ['url must not hold a user name or password: use a header'],
    ],
    ['a body of GET', 'http', { body: 'x' }, ['body must be empty: a GET has none']],
    [
      'a text in the answer to HEAD',
      'http',
      { method: 'HEAD', expect_text: 'ok' },
      ['expect_text must be left out: the answer to HEAD has no body'],
    ],
    ['status 20', 'http', { expect_status: [200, 20] }, [`expect_status.1 ${range}`]],
    ['a range upside down', 'http', { expect_status: ['299-200'] }, [`expect_status.0 ${range}`]],
    ['a range of nothing', 'http', { expect_status: ['6xx'] }, [`expect_status.0 ${range}`]],
    [
      'a text that is expected and forbidden',
      'http',
      { expect_text: 'all ok', forbid_text: 'ok' },
      ['forbid_text must not be part of expect_text'],
    ],
    [
      'a header with a blank',
      'http',
      { headers: { 'x a': 'b' } },
      ['headers.x a must have a header name of letters, digits and hyphens'],
    ],
    [
      'a header of two lines',
      'http',
      { headers: { 'x-a': 'b\r\nx-c: d' } },
      ['headers.x-a must be one line of printable characters'],
    ],
    [
      'a header of the connection',
      'http',
      { headers: { 'Content-Length': '3' } },
      ['headers.Content-Length is set by the connection itself'],
    ],
    [
      'an expectation of nothing',
      'http',
      { expect_json: [{ path: '$.a' }] },
      [`expect_json.0 ${one}`],
    ],
    [
      'two conditions in one',
      'http',
      { expect_json: [{ path: '$.a', equals: 1, exists: true }] },
      [`expect_json.0 ${one}`],
    ],
    ['many redirects', 'http', { max_redirects: 11 }, ['max_redirects must be 0 to 10']],
    [
      'a warning after the end',
      'tls',
      { tls_expiry_days: [21, 0] },
      ['tls_expiry_days.1 must be 1 to 365 days'],
    ],
    ['a URL for a host', 'tcp', { host: 'tcp://shop' }, ['host must be a host name or an address']],
    ['a port in the host', 'tcp', { host: 'shop:25' }, ['host must be a host name or an address']],
    [
      'an address of one link only, by TCP',
      'tcp',
      { host: 'fe80::1%eth0' },
      ['host must be a host name or an address'],
    ],
    ['no port', 'tcp', { port: 0 }, ['port must be 1 to 65535']],
    ['a port too high', 'tls', { port: 65_536 }, ['port must be 1 to 65535']],
    [
      'an address for a name',
      'tls',
      { server_name: '10.0.0.1' },
      ['server_name must be a host name'],
    ],
    [
      'an address whose records are asked for',
      'dns',
      { name: '9.9.9.9' },
      ['name must be a host name'],
    ],
    [
      'an unknown record type',
      'dns',
      { record_type: 'PTR' as never },
      ['record_type must be one of A, AAAA, CNAME, MX, TXT, NS, SOA, SRV, CAA'],
    ],
    [
      'a name for a name server',
      'dns',
      { resolver: 'dns.example' },
      ['resolver must be the address of a name server, such as 9.9.9.9 or [2620:fe::fe]:53'],
    ],
    [
      'nothing but nothing',
      'dns',
      { expect_match: 'equals' },
      ['expect_records must not be empty where expect_match is equals'],
    ],
    [
      'a call that is always due',
      'heartbeat',
      { every_ms: 0 },
      ['every_ms must be 1000 to 34560000000'],
    ],
    ['grace before the time', 'heartbeat', { grace_ms: -1 }, ['grace_ms must be 0 to 34560000000']],
    [
      'no threshold at all',
      'metric',
      { down_above: null },
      ['down_above or another threshold is needed, or no value would ever be bad'],
    ],
    [
      'down before degraded',
      'metric',
      { degraded_above: 9 },
      ['down_above must not be less than degraded_above'],
    ],
    [
      'down before degraded, below',
      'metric',
      { down_above: null, degraded_below: 1, down_below: 2 },
      ['down_below must not be more than degraded_below'],
    ],
    [
      'no value between',
      'metric',
      { down_below: 6 },
      ['down_below must not be more than the upper thresholds, or no value would be good'],
    ],
  ])('%s', (_, kind, given, expected) => {
    expect(complaints(kind, given)).toEqual(expected)
  })
})

test.each<[string, string | null]>([
  ['Shop.Example', 'shop.example'],
  ['shop.example.', 'shop.example.'],
  ['_dmarc.shop.example', '_dmarc.shop.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['127.1', '127.0.0.1'],
  ['0x7f000001', '127.0.0.1'],
  ['①②⑦.⓪.⓪.①', '127.0.0.1'],
  ['::1', '::1'],
  ['[0:0::1]', '::1'],
  ['[::ffff:127.0.0.1]', '::ffff:7f00:1'],
  ['me@shop.example', null],
  ['shop.example/path', null],
  ['shop example', null],
  ['fe80::1%eth0', null],
  ['', null],
])('the host %j is %j', (text, host) => {
  expect(canonicalHost(text)).toBe(host)
})

test.each<[string, string | null]>([
  ['9.9.9.9', '9.9.9.9 53'],
  ['9.9.9.9:5353', '9.9.9.9 5353'],
  ['2620:fe::fe', '2620:fe::fe 53'],
  ['[2620:fe::fe]:5353', '2620:fe::fe 5353'],
  ['9.9.9.9:0', null],
  ['9.9.9.9:99999', null],
  ['dns.example:53', null],
  ['', null],
])('the name server %j is %j', (text, expected) => {
  const found = endpointOf(text, 53)
  expect(found && `${found.address} ${found.port}`).toBe(expected)
})

test.each<[number, (number | string)[], boolean]>([
  [204, [], true],
  [301, [], false],
  [401, [200, 401], true],
  [204, [200, 401], false],
  [204, ['2xx'], true],
  [299, ['200-299'], true],
  [300, ['200-299', 404], false],
])('status %i among %j: %s', (status, expected, isGood) => {
  expect(isExpected(status, expected)).toBe(isGood)
})

test('every question is told in a line, and says whose silence counts', () => {
  const told = probeKinds.map((kind) => {
    const { question } = questionOf(kind, least[kind])
    return [targetOf(question), hostOf(question)]
  })
  expect(told).toEqual([
    ['https://shop.example/health', 'shop.example'],
    ['tcp://shop.example:25', 'shop.example'],
    ['dns A shop.example', 'shop.example'],
    ['tls://shop.example:443', 'shop.example'],
    ['a call every 60 s', null],
    ['a value every 600 s', null],
  ])
})

test.each([
  [30, null],
  [21, 21],
  [20, 21],
  [13.5, 14],
  [2, 3],
  [0.5, 1],
  [-1, 1],
])('with %d days left a certificate is at step %j', (left, step) => {
  expect(expiryStep([21, 14, 7, 3, 1], left * DAY, 0)).toBe(step)
})

test('a token is read as it was written, and nothing else is', () => {
  const token = { probeId: 'abcdef123456', version: 37, signature: 'a'.repeat(22) }
  expect(parseReportToken(formatReportToken(token))).toEqual(token)
  for (const text of [
    '',
    'abc',
    `${formatReportToken(token)}x`,
    'ABCDEF123456.1.aaaaaaaaaaaaaaaaaaaaaa',
  ])
    expect(parseReportToken(text)).toBeNull()
})
