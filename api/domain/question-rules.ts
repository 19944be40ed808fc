import type { FieldError } from './error.ts'
import { canonicalHost, endpointOf, isAddress } from './host.ts'
import {
  httpMethods,
  LONGEST_WAIT,
  rangeOf,
  recordTypes,
  type HttpQuestion,
  type JsonExpectation,
  type MetricQuestion,
  type Question,
  type QuestionOf,
} from './question.ts'
import { SECOND } from './time.ts'
import type { ProbeKind } from './words.ts'

type Complaint = [path: string, message: string]

/** What is wrong with a question, field by field. */
export function complaintsAbout(question: Question): FieldError[] {
  const rules = rulesOf[question.kind] as (question: Question) => (Complaint | false)[]
  return rules(question)
    .filter((complaint) => complaint !== false)
    .map(([path, message]) => ({ path, message }))
}

const rulesOf: { [K in ProbeKind]: (question: QuestionOf<K>) => (Complaint | false)[] } = {
  http: (question) => [
    ...urlRules(question.url),
    !httpMethods.includes(question.method) && [
      'method',
      `must be one of ${httpMethods.join(', ')}`,
    ],
    (question.method === 'GET' || question.method === 'HEAD') &&
      question.body !== '' && ['body', `must be empty: a ${question.method} has none`],
    ...headerRules(question.headers),
    ...question.expect_status.map(statusRule),
    ...textRules(question),
    ...question.expect_json.flatMap(jsonRules),
    !isWhole(question.max_redirects, 0, 10) && ['max_redirects', 'must be 0 to 10'],
    ...expiryRules(question.tls_expiry_days),
  ],
  tcp: ({ host, port }) => [hostRule(host), portRule(port)],
  dns: (question) => [
    (canonicalHost(question.name) === null || isAddress(canonicalHost(question.name)!)) && [
      'name',
      'must be a host name',
    ],
    !recordTypes.includes(question.record_type) && [
      'record_type',
      `must be one of ${recordTypes.join(', ')}`,
    ],
    question.resolver !== null &&
      endpointOf(question.resolver, 53) === null && [
        'resolver',
        'must be the address of a name server, such as 9.9.9.9 or [2620:fe::fe]:53',
      ],
    question.expect_match === 'equals' &&
      question.expect_records.length === 0 && [
        'expect_records',
        'must not be empty where expect_match is equals',
      ],
  ],
  tls: ({ host, port, server_name, tls_expiry_days }) => [
    hostRule(host),
    portRule(port),
    server_name !== '' &&
      isAddress(canonicalHost(server_name) ?? '::') && ['server_name', 'must be a host name'],
    ...expiryRules(tls_expiry_days),
  ],
  heartbeat: ({ every_ms, grace_ms }) => [
    !isWhole(every_ms, SECOND, LONGEST_WAIT) && ['every_ms', `must be 1000 to ${LONGEST_WAIT}`],
    !isWhole(grace_ms, 0, LONGEST_WAIT) && ['grace_ms', `must be 0 to ${LONGEST_WAIT}`],
  ],
  metric: (question) => [
    ...thresholdRules(question),
    !isWhole(question.stale_after_ms, SECOND, LONGEST_WAIT) && [
      'stale_after_ms',
      `must be 1000 to ${LONGEST_WAIT}`,
    ],
  ],
}

function urlRules(text: string): (Complaint | false)[] {
  const url = URL.parse(text)
  return [
    !/^https?:$/.test(url?.protocol ?? '') && ['url', 'must be an http or https URL'],
    (url?.username || url?.password || '') !== '' && [
      'url',
      'must not hold a user name or password: use a header',
    ],
    url?.port === '0' && ['url', 'must have a port of 1 to 65535'],
  ]
}

/** What the connection itself decides. */
const ownHeaders = /^(connection|content-length|expect|keep-alive|transfer-encoding|upgrade)$/i

/** Header names are tokens, values printable (RFC 9110, 5.1 and 5.5). */
function headerRules(headers: Record<string, string>): (Complaint | false)[] {
  const each = Object.entries(headers).map(([name, value]): Complaint | false => {
    const path = `headers.${name}`
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(name))
      return [path, 'must have a header name of letters, digits and hyphens']
    if (ownHeaders.test(name)) return [path, 'is set by the connection itself']
    return (
      !/^[\t\x20-\x7e\x80-\xff]*$/.test(value) && [path, 'must be one line of printable characters']
    )
  })
  return [each.length > 20 && ['headers', 'must be at most 20 headers'], ...each]
}

function statusRule(one: number | string, index: number): Complaint | false {
  const isGood = typeof one === 'number' ? isWhole(one, 100, 599) : rangeOf(one) !== null
  return (
    !isGood && [`expect_status.${index}`, 'must be 100 to 599, or a range such as 2xx or 200-299']
  )
}

function textRules(question: HttpQuestion): (Complaint | false)[] {
  const { method, expect_text, forbid_text, expect_json } = question
  const looksAtBody = [
    ['expect_text', expect_text !== ''],
    ['forbid_text', forbid_text !== ''],
    ['expect_json', expect_json.length > 0],
  ] as const
  return [
    ...looksAtBody.map(
      ([path, looks]): Complaint | false =>
        method === 'HEAD' && looks && [path, 'must be left out: the answer to HEAD has no body'],
    ),
    forbid_text !== '' &&
      expect_text.includes(forbid_text) && ['forbid_text', 'must not be part of expect_text'],
  ]
}

const conditions = ['equals', 'contains', 'greater_than', 'less_than', 'exists'] as const

function jsonRules(expectation: JsonExpectation, index: number): (Complaint | false)[] {
  const given = conditions.filter((name) => expectation[name] !== undefined)
  return [
    given.length !== 1 && [
      `expect_json.${index}`,
      `must have exactly one of ${conditions.join(', ')}`,
    ],
  ]
}

function expiryRules(days: number[]): (Complaint | false)[] {
  return days.map(
    (day, index) => !isWhole(day, 1, 365) && [`tls_expiry_days.${index}`, 'must be 1 to 365 days'],
  )
}

function hostRule(host: string): Complaint | false {
  return canonicalHost(host) === null && ['host', 'must be a host name or an address']
}

function portRule(port: number): Complaint | false {
  return !isWhole(port, 1, 65_535) && ['port', 'must be 1 to 65535']
}

function thresholdRules(question: MetricQuestion): (Complaint | false)[] {
  const { degraded_above, down_above, degraded_below, down_below } = question
  const [lowest, highest] = [degraded_above ?? down_above, degraded_below ?? down_below]
  const isUnset = lowest === null && highest === null
  return [
    isUnset && ['down_above', 'or another threshold is needed, or no value would ever be bad'],
    isAbove(degraded_above, down_above) && ['down_above', 'must not be less than degraded_above'],
    isAbove(down_below, degraded_below) && ['down_below', 'must not be more than degraded_below'],
    isAbove(highest, lowest) && [
      degraded_below === null ? 'down_below' : 'degraded_below',
      'must not be more than the upper thresholds, or no value would be good',
    ],
  ]
}

function isAbove(one: number | null, other: number | null): boolean {
  return one !== null && other !== null && one > other
}

function isWhole(number: number, from: number, to: number): boolean {
  return Number.isInteger(number) && number >= from && number <= to
}
