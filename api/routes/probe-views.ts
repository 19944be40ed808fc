import { z } from '@hono/zod-openapi'
import { iso, isoOrNull } from '../actions/page.ts'
import type { Probe, Watch } from '../actions/probes/probing.ts'
import type { Question } from '../domain/question.ts'
import { regionsOf } from '../domain/region.ts'
import { voiceOf } from '../domain/voting.ts'
import { allClearWays, componentStatuses, probeKinds, probeStates } from '../domain/words.ts'
import { questionShape } from './question-inputs.ts'
import { instant } from './views.ts'

const { headers: _headers, body: _body, send: _send, ...shownFields } = questionShape

export const probeView = z
  .object({
    id: z.string(),
    key: z.string(),
    component_id: z.string(),
    kind: z.enum(probeKinds),
    ...shownFields,
    header_names: z
      .array(z.string())
      .optional()
      .openapi({ description: 'http: names only, for the values may be secrets.' }),
    has_body: z.boolean().optional().openapi({ description: 'http: whether a body is sent.' }),
    has_send: z.boolean().optional().openapi({ description: 'tcp: whether a text is sent.' }),
    hook_url: z.string().nullable().optional().openapi({
      description: 'heartbeat, metric: where to report; null for keys without probes:write.',
    }),
    certificate_expires_at: instant.nullable().optional(),
    interval_ms: z.int(),
    recheck_ms: z.int(),
    timeout_ms: z.int(),
    failure_threshold: z.int(),
    success_threshold: z.int(),
    confirm_ms: z.int(),
    stable_ms: z.int(),
    degraded_ms: z.int().nullable(),
    latency_percentile: z.number(),
    latency_window: z.int(),
    status_when_down: z.enum(componentStatuses),
    opens_incident: z.enum(['no', 'draft', 'public']),
    severity: z.string().nullable(),
    opening_template: z.string().nullable(),
    all_clear: z.enum(allClearWays),
    closing_template: z.string().nullable(),
    watch_ms: z.int(),
    quorum: z.int().nullable(),
    regions: z
      .array(
        z.object({
          region: z.string(),
          state: z.enum(probeStates),
          since: instant.nullable(),
          last_checked_at: instant.nullable(),
          latency_ms: z.int().nullable(),
          reason: z.string(),
        }),
      )
      .openapi({ description: 'What each place that asks believes by itself.' }),
    paused: z.boolean(),
    state: z.enum(probeStates),
    state_since: instant.nullable(),
    flapping_until: instant.nullable().openapi({
      description:
        'Set while it goes to and fro: when it will be called stable, if it stays as it is.',
    }),
    last_checked_at: instant.nullable(),
    last_latency_ms: z.int().nullable(),
    last_reason: z.string(),
    next_check_at: instant.nullable().openapi({ description: 'Null while it is paused.' }),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('Probe')

export type ProbeView = z.infer<typeof probeView>

/** A probe with its question in the fields of its kind; what may hold secrets stays here. */
export function viewOfProbe(
  probe: Probe,
  watches: Watch[],
  hookUrls: Map<string, string>,
): z.infer<typeof probeView> {
  const voice = voiceOf(probe.state, watches)
  return {
    id: probe.id,
    key: probe.key,
    component_id: probe.componentId,
    ...shown(probe.question),
    ...(probe.question.kind === 'http' || probe.question.kind === 'tls'
      ? { certificate_expires_at: isoOrNull(voice?.certificateExpiresAt ?? null) }
      : {}),
    ...(probe.question.kind === 'heartbeat' || probe.question.kind === 'metric'
      ? { hook_url: hookUrls.get(probe.id) ?? null }
      : {}),
    interval_ms: probe.intervalMs,
    recheck_ms: probe.recheckMs,
    timeout_ms: probe.timeoutMs,
    failure_threshold: probe.failureThreshold,
    success_threshold: probe.successThreshold,
    confirm_ms: probe.confirmMs,
    stable_ms: probe.stableMs,
    degraded_ms: probe.degradedMs,
    latency_percentile: probe.latencyPercentile,
    latency_window: probe.latencyWindow,
    status_when_down: probe.statusWhenDown,
    opens_incident: probe.opensIncident,
    severity: probe.severity,
    opening_template: probe.openingTemplate,
    all_clear: probe.allClear,
    closing_template: probe.closingTemplate,
    watch_ms: probe.watchMs,
    quorum: probe.quorum,
    regions: regionsOf(probe).flatMap((region) =>
      watches.filter((one) => one.region === region).map(viewOfWatch),
    ),
    paused: probe.paused,
    state: probe.state,
    state_since: isoOrNull(probe.stateSince),
    flapping_until: isoOrNull(voice?.flappingUntil ?? null),
    last_checked_at: isoOrNull(voice?.lastCheckedAt ?? null),
    last_latency_ms: voice?.lastLatencyMs ?? null,
    last_reason: voice?.lastReason ?? '',
    next_check_at: isoOrNull(soonest(watches)),
    created_at: iso(probe.createdAt),
    updated_at: iso(probe.updatedAt),
  }
}

function viewOfWatch(watch: Watch) {
  return {
    region: watch.region,
    state: watch.state,
    since: isoOrNull(watch.stateSince),
    last_checked_at: isoOrNull(watch.lastCheckedAt),
    latency_ms: watch.lastLatencyMs,
    reason: watch.lastReason,
  }
}

function soonest(watches: Watch[]): number | null {
  const times = watches.flatMap(({ nextAt }) => nextAt ?? [])
  return times.length === 0 ? null : Math.min(...times)
}

function shown(question: Question) {
  if ('headers' in question) {
    const { headers, body, ...rest } = question
    return { ...rest, header_names: Object.keys(headers), has_body: body !== '' }
  }
  if ('send' in question) {
    const { send, ...rest } = question
    return { ...rest, has_send: send !== '' }
  }
  return question
}
