import { DomainError, type FieldError } from '../domain/error.ts'
import { speak } from '../domain/message.ts'
import type { ProbeKind } from '../domain/words.ts'
import type { Fields } from './forms.ts'
import { readExpectations, readHeaders } from './probe-form-lists.ts'
import {
  lines,
  list,
  optionalList,
  spanIn,
  textOf,
  wholeIn,
  type Read,
} from './probe-form-texts.ts'

const say = speak('en')

/** What a form of the console says of a probe, as the API takes it; `known` is what is kept of it where it exists. */
export type Known = { headers: Record<string, string>; window: number }

const texts = ['url', 'method', 'host', 'name', 'record_type', 'expect_match', 'when_stale']
const verbatim = ['expect_text', 'forbid_text', 'server_name']
const chosen = ['component', 'status_when_down', 'opens_incident', 'all_clear']
const nullable = ['resolver', 'severity', 'opening_template', 'closing_template']
const spans = [
  'every_ms',
  'grace_ms',
  'stale_after_ms',
  'interval_ms',
  'timeout_ms',
  'recheck_ms',
  'confirm_ms',
  'stable_ms',
  'watch_ms',
]
const wholes = ['port', 'max_redirects', 'failure_threshold', 'success_threshold']
const limits = ['degraded_above', 'down_above', 'degraded_below', 'down_below']

/**
 * The fields of a probe as the API takes them. A form has only the fields of its kind; what is left empty keeps its value, or
 * gets the usual one when new. All that cannot be read is refused together.
 */
export function readProbeForm(kind: ProbeKind, form: Fields, known: Known | null) {
  const wrong: FieldError[] = []
  const read: Read = { form, wrong }
  const has = (name: string) => form[name] !== undefined
  const body: Record<string, unknown> = {}
  const set = (names: string[], valueOf: (name: string) => unknown) => {
    for (const name of names) if (has(name)) body[name] = valueOf(name)
  }
  set(texts, (name) => textOf(read, name).trim() || undefined)
  set(verbatim, (name) => textOf(read, name))
  set(chosen, (name) => textOf(read, name) || undefined)
  set(nullable, (name) => textOf(read, name).trim() || null)
  set(spans, (name) => spanIn(read, name))
  set(
    ['degraded_ms'],
    (name) => spanIn(read, name) ?? (textOf(read, name).trim() ? undefined : null),
  )
  set(wholes, (name) => wholeIn(read, name))
  set(['quorum'], (name) => wholeIn(read, name) ?? null)
  set(limits, (name) => numberOrNone(read, name))
  set(['expect_records', 'regions'], (name) => lines(read, name))
  set(['expect_status'], (name) =>
    list(read, name).map((one) => (/^\d+$/.test(one) ? Number(one) : one)),
  )
  set(['tls_expiry_days'], (name) => expiryDays(read, name))
  set(['body', 'send'], (name) => hidden(read, name))
  if (has('json.0.path')) body['expect_json'] = readExpectations(read)
  if (has('headers')) body['headers'] = readHeaders(read, known?.headers ?? {})
  if (has('slow_count')) Object.assign(body, slowness(read, known?.window ?? 5))
  requireOwn(kind, body, read, known !== null)
  const [first] = wrong
  if (first) throw new DomainError('invalid', `${first.path}: ${first.message}`, { fields: wrong })
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}

function numberOrNone(read: Read, name: string): number | null {
  const text = textOf(read, name).trim().replace(',', '.')
  if (text === '') return null
  const number = Number(text)
  if (!Number.isFinite(number)) read.wrong.push({ path: name, message: say('probe.wrong.number') })
  return number
}

/** 0 stands for never. */
function expiryDays(read: Read, name: string): number[] | undefined {
  const days = optionalList(read, name)
  if (days === undefined || (days.length === 1 && days[0] === '0')) return days && []
  if (!days.every((day) => /^\d+$/.test(day)))
    read.wrong.push({ path: name, message: say('probe.wrong.days') })
  return days.map(Number)
}

/** What is never shown: empty keeps what is set, a tick takes it away. */
function hidden(read: Read, name: string): string | undefined {
  if (read.form[`no_${name}`] === 'on') return ''
  return textOf(read, name) || undefined
}

/** `3 of 5` is the 60th percentile by nearest rank. */
function slowness(read: Read, kept: number) {
  const [count, window] = [wholeIn(read, 'slow_count'), wholeIn(read, 'latency_window')]
  if (count === undefined) return { latency_window: window }
  const of = window ?? kept
  if (count < 1 || count > of)
    read.wrong.push({ path: 'slow_count', message: say('probe.wrong.slow_count', { window: of }) })
  return { latency_window: window, latency_percentile: (of - count + 1) / of }
}

/** What a probe of each kind cannot do without; its component only where that is asked for. */
const needed: Record<ProbeKind, string[]> = {
  http: ['url'],
  tcp: ['host', 'port'],
  dns: ['name'],
  tls: ['host'],
  heartbeat: ['every_ms'],
  metric: [],
}

function requireOwn(kind: ProbeKind, body: object, read: Read, isKept: boolean): void {
  for (const name of ['component', ...needed[kind]]) {
    const isEmpty = (body as Record<string, unknown>)[name] === undefined
    const isSaid = read.wrong.some(({ path }) => path === name)
    const isAsked = read.form[name] !== undefined || (!isKept && name !== 'component')
    if (isEmpty && !isSaid && isAsked)
      read.wrong.push({ path: name, message: say('probe.wrong.missing') })
  }
}
