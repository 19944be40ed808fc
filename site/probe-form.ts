import type { FieldError } from '../api/domain/error.ts'
import { isMessageKey } from '../api/domain/message.ts'
import { formatSpan } from '../api/domain/span.ts'
import type { ProbeView } from '../api/routes/probe-views.ts'
import type { Values } from './result.ts'
import type { Voice } from './voice.ts'

/** A probe's form: what its fields hold, and what was wrong with them. */
export type ProbeForm = {
  action: string
  textOf(name: string): string
  errorOf(name: string): string | undefined
  /** Whether there is a probe already: an empty field then leaves it as it is. */
  probe: ProbeView | null
  /** Whether somebody typed into it: it came back. */
  isTyped: boolean
  values: Values
}

type Given = {
  action: string
  probe: ProbeView | null
  component: string | null
  locals: Pick<App.Locals, 'result' | 'typed'>
  voice: Voice
}

export function probeFormOf({ action, probe, component, locals, voice }: Given): ProbeForm {
  const { result, typed } = locals
  const refusal = result?.kind === 'refused' ? result : null
  const values = refusal?.values ?? typed ?? null
  const initial: Values = probe ? textsOf(probe) : { component: component ?? '' }
  return {
    action,
    probe,
    isTyped: values !== null,
    values: values ?? {},
    textOf: (name) => [(values ?? initial)[name] ?? ''].flat()[0] ?? '',
    errorOf: (name) => sayWrong(refusal?.fields ?? [], name, voice),
  }
}

/** What a kept probe's fields hold, as people type it. */
function textsOf(probe: ProbeView): Record<string, string> {
  const texts = Object.entries(probe).map(([name, value]) => [name, textOfValue(name, value)])
  return {
    ...(Object.fromEntries(texts) as Record<string, string>),
    component: probe.component_id,
    slow_count: String(slowCountOf(probe)),
    tls_expiry_days: probe.tls_expiry_days?.join(', ') || '0',
    expect_records: probe.expect_records?.join('\n') ?? '',
    regions: regionNames(probe).join('\n'),
    ...expectationTexts(probe),
  }
}

/** So many slow ones of the window put its percentile, by nearest rank, above the limit. */
export function slowCountOf({
  latency_percentile: percentile,
  latency_window: window,
}: Pick<ProbeView, 'latency_percentile' | 'latency_window'>): number {
  return window - Math.max(1, Math.ceil(percentile * window - 1e-9)) + 1
}

/** One that asks from its usual place alone names none. */
function regionNames({ regions }: ProbeView): string[] {
  const names = regions.map(({ region }) => region)
  return names.length === 1 && names[0] === 'main' ? [] : names
}

function textOfValue(name: string, value: unknown): string {
  if (typeof value === 'number') return name.endsWith('_ms') ? formatSpan(value) : String(value)
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.join(', ') : ''
}

function expectationTexts({ expect_json: expected }: ProbeView): Record<string, string> {
  const rows = (expected ?? []).flatMap(({ path, ...condition }, row) => {
    const [is, value] = Object.entries(condition)[0] ?? ['exists', true]
    return [
      [`json.${row}.path`, path],
      [`json.${row}.is`, is === 'exists' && value === false ? 'missing' : is],
      [`json.${row}.value`, is === 'exists' ? '' : textOfScalar(is, value)],
    ]
  })
  return Object.fromEntries(rows) as Record<string, string>
}

/** Text that would be read as something else stands in quotes. */
function textOfScalar(is: string, value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  const looksElse = is === 'equals' && /^\s*(true|false|null|-?\d+(\.\d+)?|".*")\s*$/s.test(value)
  return looksElse ? JSON.stringify(value) : value
}

/** How many lines of JSON values are shown: those that hold something, and one more. */
export function jsonRows({ values, isTyped, probe }: ProbeForm): number {
  if (isTyped)
    return Math.max(1, Object.keys(values).filter((name) => /^json\.\d+\.path$/.test(name)).length)
  return (probe?.expect_json?.length ?? 0) + 1
}

/** Under which field a path of the API stands. */
const places: Record<string, string> = { latency_percentile: 'slow_count' }

export function placeOf(path: string): string {
  const [field = ''] = path.split('.')
  return places[field] ?? field
}

function sayWrong(fields: FieldError[], name: string, voice: Voice): string | undefined {
  const wrong = fields.find(({ path }) => placeOf(path) === name)
  return wrong && humanOf(wrong, voice)
}

/** The API speaks of `interval_ms` and milliseconds; people do not. */
export function humanOf({ path, message }: FieldError, voice: Voice): string {
  const named = message.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (word) => {
    const label = labelOf(word, voice)
    return label ? `“${label}”` : word
  })
  if (!path.endsWith('_ms')) return named
  return named.replace(/\b\d+\b(?! ?(?:ms|s|min|h)\b)/g, (ms) => formatSpan(Number(ms)))
}

export function labelOf(name: string, { say }: Voice): string | null {
  const key = `probe.field.${name}`
  return isMessageKey(key) ? say(key) : null
}
