import type { MessageKey } from '../api/domain/message.ts'
import { httpMethods, recordTypes } from '../api/domain/question.ts'
import type { ProbeKind } from '../api/domain/words.ts'

type Suffix<Prefix extends string> =
  Extract<MessageKey, `${Prefix}${string}`> extends `${Prefix}${infer Rest}` ? Rest : never

/** One field of a probe's form: its name in the API, and how it is typed. */
export type ProbeField = {
  name: Suffix<'probe.field.'>
  /** Where another sentence fits this kind better. */
  hint?: Suffix<'probe.hint.'>
  as: 'line' | 'lines' | 'choice' | 'url' | 'whole' | 'decimal' | 'span'
  needed?: boolean
  options?: readonly string[]
}

export type ProbeGroup = {
  key: 'asked' | 'told' | 'sent' | 'answer' | 'pace' | 'slow' | 'down' | 'well' | 'regions'
  fields: ProbeField[]
  /** What has a form of its own. */
  also?: 'headers' | 'body' | 'send' | 'json'
}

const line = (name: ProbeField['name'], more: Partial<ProbeField> = {}): ProbeField => ({
  name,
  as: 'line',
  ...more,
})
const span = (name: ProbeField['name'], more: Partial<ProbeField> = {}) =>
  line(name, { as: 'span', ...more })
const whole = (name: ProbeField['name'], more: Partial<ProbeField> = {}) =>
  line(name, { as: 'whole', ...more })
const choice = (name: ProbeField['name'], options: readonly string[]) =>
  line(name, { as: 'choice', options })
const needed = { needed: true }

/** What each kind asks or is told, the first group always in sight. */
const questions: Record<ProbeKind, ProbeGroup[]> = {
  http: [
    { key: 'asked', fields: [line('url', { as: 'url', ...needed })] },
    {
      key: 'answer',
      fields: [
        line('expect_status'),
        line('expect_text'),
        line('forbid_text'),
        whole('max_redirects'),
        line('tls_expiry_days'),
      ],
      also: 'json',
    },
    { key: 'sent', fields: [choice('method', httpMethods)], also: 'headers' },
  ],
  tcp: [
    { key: 'asked', fields: [line('host', needed), whole('port', needed)] },
    {
      key: 'answer',
      fields: [line('expect_text', { hint: 'expect_text.tcp' })],
      also: 'send',
    },
  ],
  dns: [
    { key: 'asked', fields: [line('name', needed), choice('record_type', recordTypes)] },
    {
      key: 'answer',
      fields: [
        line('expect_records', { as: 'lines' }),
        choice('expect_match', ['contains', 'equals']),
        line('resolver'),
      ],
    },
  ],
  tls: [
    { key: 'asked', fields: [line('host', needed), whole('port', { hint: 'port.tls' })] },
    { key: 'answer', fields: [line('tls_expiry_days'), line('server_name')] },
  ],
  heartbeat: [{ key: 'told', fields: [span('every_ms', needed), span('grace_ms')] }],
  metric: [
    {
      key: 'told',
      fields: [
        line('down_above', { as: 'decimal' }),
        line('degraded_above', { as: 'decimal' }),
        line('down_below', { as: 'decimal' }),
        line('degraded_below', { as: 'decimal' }),
        span('stale_after_ms'),
        choice('when_stale', ['no_data', 'down']),
      ],
    },
  ],
}

export function groupsOf(kind: ProbeKind): ProbeGroup[] {
  return [...questions[kind], paceOf(kind), ...slowOf(kind), down, well, regions]
}

function paceOf(kind: ProbeKind): ProbeGroup {
  const isTold = kind === 'heartbeat' || kind === 'metric'
  const once = kind === 'heartbeat'
  return {
    key: 'pace',
    fields: [
      span('interval_ms', isTold ? { hint: 'interval_ms.told' } : {}),
      ...(isTold ? [] : [span('timeout_ms')]),
      span('recheck_ms'),
      whole('failure_threshold', once ? { hint: 'failure_threshold.once' } : {}),
      whole('success_threshold', once ? { hint: 'success_threshold.once' } : {}),
      span('confirm_ms'),
      span('stable_ms'),
    ],
  }
}

function slowOf(kind: ProbeKind): ProbeGroup[] {
  if (kind === 'heartbeat') return []
  if (kind !== 'metric')
    return [
      {
        key: 'slow',
        fields: [span('degraded_ms'), whole('slow_count'), whole('latency_window')],
      },
    ]
  const window = { hint: 'latency_window.metric' } as const
  const count = { hint: 'slow_count.metric' } as const
  return [{ key: 'slow', fields: [whole('slow_count', count), whole('latency_window', window)] }]
}

const down: ProbeGroup = {
  key: 'down',
  fields: [
    choice('status_when_down', [
      'major_outage',
      'partial_outage',
      'degraded_performance',
      'under_maintenance',
    ]),
    choice('opens_incident', ['draft', 'public', 'no']),
    line('severity', { as: 'choice' }),
    line('opening_template', { as: 'choice' }),
  ],
}

const well: ProbeGroup = {
  key: 'well',
  fields: [
    choice('all_clear', ['propose', 'auto']),
    span('watch_ms'),
    line('closing_template', { as: 'choice' }),
  ],
}

const regions: ProbeGroup = {
  key: 'regions',
  fields: [line('regions', { as: 'lines' }), whole('quorum')],
}
