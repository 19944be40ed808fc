import { isAsked } from '../api/domain/question.ts'
import { formatSpan } from '../api/domain/span.ts'
import type { ProbeKind } from '../api/domain/words.ts'
import type { ProbeView } from '../api/routes/probe-views.ts'
import type { ProbeGroup } from './probe-fields.ts'
import { slowCountOf } from './probe-form.ts'
import type { Voice } from './voice.ts'

/** A probe as far as its settings are told in a few words. */
export type Summed = Pick<
  ProbeView,
  | 'kind'
  | 'method'
  | 'header_names'
  | 'expect_status'
  | 'expect_text'
  | 'expect_records'
  | 'expect_json'
  | 'interval_ms'
  | 'failure_threshold'
  | 'success_threshold'
  | 'degraded_ms'
  | 'latency_percentile'
  | 'latency_window'
  | 'status_when_down'
  | 'opens_incident'
  | 'all_clear'
  | 'watch_ms'
> & { regions: { region: string }[] }

/** How a new one is set where nothing is typed. */
export function usualProbe(kind: ProbeKind): Summed {
  const once = kind === 'heartbeat'
  return {
    kind,
    method: 'GET',
    interval_ms: 30_000,
    failure_threshold: once ? 1 : 3,
    success_threshold: once ? 1 : 2,
    degraded_ms: null,
    latency_percentile: 0.6,
    latency_window: 5,
    status_when_down: 'major_outage',
    opens_incident: 'draft',
    all_clear: 'propose',
    watch_ms: 1_800_000,
    regions: [{ region: 'main' }],
  }
}

/** What a group of settings says now, in a few words; a new probe is set as usual. */
export function sayGroup(group: ProbeGroup['key'], probe: Summed, voice: Voice): string {
  const { say } = voice
  switch (group) {
    case 'sent':
      return saySent(probe, voice)
    case 'answer':
      return sayAnswer(probe, voice)
    case 'pace':
      return say('probes.says.pace', {
        interval: formatSpan(probe.interval_ms),
        failures: probe.failure_threshold,
        successes: probe.success_threshold,
      })
    case 'slow':
      return saySlow(probe, voice)
    case 'down':
      return `${say(`status.${probe.status_when_down}`)}, ${say(`probes.says.opens.${probe.opens_incident}`)}`
    case 'well':
      return probe.opens_incident === 'no'
        ? say('probes.says.clear.none')
        : say(`probes.says.clear.${probe.all_clear}`, { watch: formatSpan(probe.watch_ms) })
    case 'regions':
      return probe.regions.map(({ region }) => region).join(', ')
    default:
      return ''
  }
}

function saySent({ method = 'GET', header_names: names = [] }: Summed, { say }: Voice): string {
  return names.length === 0 ? method : say('probes.says.sent', { method, n: names.length })
}

type AskedKind = Exclude<ProbeKind, 'heartbeat' | 'metric'>

function sayAnswer(probe: Summed, { say }: Voice): string {
  const parts = [
    probe.expect_status?.join(', '),
    probe.expect_text && `“${probe.expect_text}”`,
    probe.expect_records?.join(', '),
    probe.expect_json?.map(({ path }) => path).join(', '),
  ].filter(Boolean)
  if (parts.length > 0) return parts.join(' · ')
  return isAsked(probe.kind) ? say(`probes.says.answer.${probe.kind as AskedKind}`) : ''
}

function saySlow(probe: Summed, { say }: Voice): string {
  const shares = { count: slowCountOf(probe), window: probe.latency_window }
  if (!isAsked(probe.kind)) return say('probes.says.slow.metric', shares)
  if (probe.degraded_ms === null) return say('probes.says.slow.never')
  return say('probes.says.slow', { ...shares, limit: formatSpan(probe.degraded_ms) })
}
