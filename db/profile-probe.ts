import { JSONPathEnvironment } from 'json-p3'
import { z } from 'zod'
import { DomainError } from '../api/domain/error.ts'
import { assertProbe } from '../api/domain/probe-settings.ts'
import { questionOf, type Question, type QuestionFields } from '../api/domain/question.ts'
import { MINUTE, SECOND } from '../api/domain/time.ts'
import { allClearWays, componentStatuses, probeKinds } from '../api/domain/words.ts'
import { duration, key } from './profile-fields.ts'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const jsonExpectation = z.strictObject({
  path: z.string().superRefine((path, context) => {
    try {
      new JSONPathEnvironment().compile(path)
    } catch (error) {
      const message = `must be a JSONPath (RFC 9535): ${(error as Error).message}`
      context.addIssue({ code: 'custom', message })
    }
  }),
  equals: scalar.optional(),
  contains: z.string().min(1).optional(),
  greater_than: z.number().optional(),
  less_than: z.number().optional(),
  exists: z.boolean().optional(),
})

/** What is asked, in the fields of all kinds, under the names of the API except for durations. */
const asked = z
  .object({
    url: z.string(),
    method: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    expect_status: z.array(z.union([z.number(), z.string()])),
    expect_text: z.string(),
    forbid_text: z.string(),
    expect_json: z.array(jsonExpectation),
    max_redirects: z.number(),
    tls_expiry_days: z.array(z.number()),
    host: z.string(),
    port: z.number(),
    send: z.string(),
    name: z.string(),
    record_type: z.string(),
    resolver: z.string().nullable(),
    expect_records: z.array(z.string()),
    expect_match: z.enum(['contains', 'equals']),
    server_name: z.string(),
    every: duration,
    grace: duration,
    degraded_above: z.number().nullable(),
    down_above: z.number().nullable(),
    degraded_below: z.number().nullable(),
    down_below: z.number().nullable(),
    stale_after: duration,
    when_stale: z.enum(['no_data', 'down']),
  })
  .partial()

export const probe = z
  .strictObject({
    key,
    component: key,
    kind: z.enum(probeKinds).default('http'),
    ...asked.shape,
    interval: duration.default(30 * SECOND),
    recheck: duration.default(10 * SECOND),
    timeout: duration.default(10 * SECOND),
    /** Slower than this is degraded. */
    degraded: duration.nullable().default(null),
    /** How many of how many: 0.6 of 5 is degraded when 3 of the last 5 are slow. */
    latency_percentile: z.number().default(0.6),
    latency_window: z.int().default(5),
    /** Down only when the first failure is at least so long ago. */
    confirm: duration.default(0),
    /** A flapping target is up again only after so long. */
    stable: duration.default(5 * MINUTE),
    failure_threshold: z.int().optional(),
    success_threshold: z.int().optional(),
    status_when_down: z.enum(componentStatuses).exclude(['operational']).default('major_outage'),
    opens_incident: z.enum(['no', 'draft', 'public']).default('draft'),
    severity: key.nullable().default(null),
    opening_template: key.nullable().default(null),
    /** Once all was well for the watching time: propose the all-clear, or post it. */
    all_clear: z.enum(allClearWays).default('propose'),
    closing_template: key.nullable().default(null),
    watch: duration.default(30 * MINUTE),
    /** Places that ask; none means the usual one alone. */
    regions: z.array(z.string()).default([]),
    /** So many of them must agree; null is more than half of those heard lately. */
    quorum: z.int().nullable().default(null),
  })
  .transform((probe, context) => {
    const { every, grace, stale_after, ...rest } = probe
    const entries = Object.entries({
      ...rest,
      every_ms: every,
      grace_ms: grace,
      stale_after_ms: stale_after,
    })
    const isAsked = (name: string) => name in asked.shape || name.endsWith('_ms')
    const given = Object.fromEntries(entries.filter(([name]) => isAsked(name))) as QuestionFields
    const { question, missing, foreign } = questionOf(probe.kind, given)
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: pathOf(path), message })
    for (const path of missing) refuse(path, `is missing: ${probe.kind} needs it`)
    for (const path of foreign) refuse(path, `is not known to ${probe.kind}`)
    if (missing.length === 0 && foreign.length === 0) check(probe, question, refuse)
    const set = Object.fromEntries(entries.filter(([name]) => !isAsked(name)))
    return { ...(set as Omit<typeof probe, keyof typeof asked.shape>), question }
  })

type Settings = Record<
  'interval' | 'recheck' | 'timeout' | 'confirm' | 'stable' | 'watch',
  number
> & {
  degraded: number | null
  latency_percentile: number
  latency_window: number
  failure_threshold?: number | undefined
  success_threshold?: number | undefined
  regions: string[]
  quorum: number | null
}

function check(
  probe: Settings,
  question: Question,
  refuse: (path: string, message: string) => void,
) {
  try {
    assertProbe({
      question,
      intervalMs: probe.interval,
      recheckMs: probe.recheck,
      timeoutMs: probe.timeout,
      failureThreshold: probe.failure_threshold ?? 1,
      successThreshold: probe.success_threshold ?? 1,
      confirmMs: probe.confirm,
      stableMs: probe.stable,
      degradedMs: probe.degraded,
      latencyPercentile: probe.latency_percentile,
      latencyWindow: probe.latency_window,
      watchMs: probe.watch,
      regions: probe.regions,
      quorum: probe.quorum,
    })
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    for (const { path, message } of error.fields) refuse(path, message)
  }
}

/** A profile writes `every: 5m` where the API has `every_ms: 300000`. */
function pathOf(path: string): PropertyKey[] {
  return path
    .replace(/_ms$/, '')
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}
