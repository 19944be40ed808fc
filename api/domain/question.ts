import { DAY, MINUTE } from './time.ts'
import type { ProbeKind } from './words.ts'

export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type HttpMethod = (typeof httpMethods)[number]

export const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'SOA', 'SRV', 'CAA'] as const
export type RecordType = (typeof recordTypes)[number]

/** What every value that a JSONPath finds must be; exactly one of the conditions. */
export type JsonExpectation = {
  path: string
  equals?: string | number | boolean | null
  contains?: string
  greater_than?: number
  less_than?: number
  exists?: boolean
}

export type HttpQuestion = {
  kind: 'http'
  url: string
  method: HttpMethod
  headers: Record<string, string>
  body: string
  /** Codes and ranges, e.g. `[200, '3xx', '500-503']`; empty means any 2xx. */
  expect_status: (number | string)[]
  /** Text that the body must contain, and text that it must not; empty means none. */
  expect_text: string
  forbid_text: string
  expect_json: JsonExpectation[]
  max_redirects: number
  /** Days before the end of the certificate on which operators are warned. */
  tls_expiry_days: number[]
}

export type TcpQuestion = {
  kind: 'tcp'
  host: string
  port: number
  /** Sent once connected; empty means nothing. */
  send: string
  /** Text that must come back; empty means that a connection is enough. */
  expect_text: string
}

export type DnsQuestion = {
  kind: 'dns'
  name: string
  record_type: RecordType
  /** Address of a name server, with or without a port; null asks the system's. */
  resolver: string | null
  /** Records as a zone file has them; empty means any. */
  expect_records: string[]
  /** Whether these are among the records, or all there are. */
  expect_match: 'contains' | 'equals'
}

export type TlsQuestion = {
  kind: 'tls'
  host: string
  port: number
  /** Whose certificate it must be, where that is not the host; empty means the host. */
  server_name: string
  tls_expiry_days: number[]
}

export type HeartbeatQuestion = { kind: 'heartbeat'; every_ms: number; grace_ms: number }

export type MetricQuestion = {
  kind: 'metric'
  degraded_above: number | null
  down_above: number | null
  degraded_below: number | null
  down_below: number | null
  /** An older value says nothing any more. */
  stale_after_ms: number
  when_stale: 'no_data' | 'down'
}

/** What to ask, by kind; its fields are named as operators write them. */
export type Question =
  HttpQuestion | TcpQuestion | DnsQuestion | TlsQuestion | HeartbeatQuestion | MetricQuestion
export type QuestionOf<K extends ProbeKind> = Extract<Question, { kind: K }>

type FieldsOf<K extends ProbeKind> = Partial<Omit<QuestionOf<K>, 'kind'>>

/** Fields of any kind, as given: which belong together is for `questionOf` to say. */
export type QuestionFields = FieldsOf<'http'> &
  FieldsOf<'tcp'> &
  FieldsOf<'dns'> &
  FieldsOf<'tls'> &
  FieldsOf<'heartbeat'> &
  FieldsOf<'metric'>

const expiryDays = [21, 14, 7, 3, 1]

/** Every field of each kind with its usual value; undefined must be given. */
const usual: { [K in ProbeKind]: Record<Exclude<keyof QuestionOf<K>, 'kind'>, unknown> } = {
  http: {
    url: undefined,
    method: 'GET',
    headers: {},
    body: '',
    expect_status: [],
    expect_text: '',
    forbid_text: '',
    expect_json: [],
    max_redirects: 3,
    tls_expiry_days: expiryDays,
  },
  tcp: { host: undefined, port: undefined, send: '', expect_text: '' },
  dns: {
    name: undefined,
    record_type: 'A',
    resolver: null,
    expect_records: [],
    expect_match: 'contains',
  },
  tls: { host: undefined, port: 443, server_name: '', tls_expiry_days: expiryDays },
  heartbeat: { every_ms: undefined, grace_ms: MINUTE },
  metric: {
    degraded_above: null,
    down_above: null,
    degraded_below: null,
    down_below: null,
    stale_after_ms: 10 * MINUTE,
    when_stale: 'no_data',
  },
}

export const LONGEST_WAIT = 400 * DAY

/** A question of a kind from the fields that were given, the others as they were before or as usual. */
export function questionOf(
  kind: ProbeKind,
  given: QuestionFields,
  before?: Question,
): { question: Question; missing: string[]; foreign: string[] } {
  const fields = usual[kind] as Record<string, unknown>
  const sent = Object.entries(given).filter(([, value]) => value !== undefined)
  const known = sent.filter(([name]) => name in fields)
  const question = { ...fields, ...before, ...Object.fromEntries(known), kind }
  const missing = Object.keys(fields).filter((name) => question[name as never] === undefined)
  const foreign = sent.map(([name]) => name).filter((name) => !(name in fields))
  return { question: question as unknown as Question, missing, foreign }
}

/** Kinds that we ask; of the others we are told. */
export function isAsked(kind: ProbeKind): boolean {
  return kind !== 'heartbeat' && kind !== 'metric'
}

/** What is watched, in one line for operators. */
export function targetOf(question: Question): string {
  switch (question.kind) {
    case 'http':
      return question.url
    case 'tcp':
    case 'tls':
      return `${question.kind}://${inUrl(question.host)}:${question.port}`
    case 'dns':
      return `dns ${question.record_type} ${question.name}`
    case 'heartbeat':
      return `a call every ${question.every_ms / 1000} s`
    case 'metric':
      return `a value every ${question.stale_after_ms / 1000} s`
  }
}

function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** The host whose silence may be our own network's fault; null where nobody is asked. */
export function hostOf(question: Question): string | null {
  switch (question.kind) {
    case 'http':
      return URL.parse(question.url)?.hostname ?? question.url
    case 'tcp':
    case 'tls':
      return question.host
    case 'dns':
      return question.resolver ?? question.name
    default:
      return null
  }
}

/** Whether a status is one that is expected. */
export function isExpected(status: number, expected: HttpQuestion['expect_status']): boolean {
  if (expected.length === 0) return status >= 200 && status < 300
  return expected.some((one) => {
    if (typeof one === 'number') return one === status
    const [from, to] = rangeOf(one) ?? [Infinity, -Infinity]
    return status >= from && status <= to
  })
}

/** The bounds of `2xx` or `200-299`; null when it is neither. */
export function rangeOf(text: string): [number, number] | null {
  const hundred = /^([1-5])xx$/i.exec(text)?.[1]
  if (hundred) return [Number(hundred) * 100, Number(hundred) * 100 + 99]
  const [, from, to] = /^([1-5]\d\d)-([1-5]\d\d)$/.exec(text) ?? []
  return from && to && Number(from) <= Number(to) ? [Number(from), Number(to)] : null
}
