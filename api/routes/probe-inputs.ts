import { z } from '@hono/zod-openapi'
import { allClearWays, componentStatuses, probeKinds } from '../domain/words.ts'
import { atLeastOne, key } from './catalog-inputs.ts'
import { questionShape, withQuestion } from './question-inputs.ts'

// What operators send of probes. Relations between settings are the domain's to check.

const ms = z.int('must be a whole number of milliseconds')
const threshold = z.int('must be a whole number').min(1, 'must be at least 1').max(100)

const template = z.string().nullable()

export const settings = z
  .object({
    interval_ms: ms.openapi({ description: '1000 to 86400000.' }),
    recheck_ms: ms.openapi({ description: 'Between checks while failing or recovering.' }),
    timeout_ms: ms,
    failure_threshold: threshold.openapi({ description: 'Failures in a row until down.' }),
    success_threshold: threshold.openapi({ description: 'Successes in a row until up again.' }),
    confirm_ms: ms.openapi({
      description: 'Down only when the first failure of the streak is at least so long ago.',
    }),
    stable_ms: ms.openapi({
      description:
        'After 4 changes in 30 minutes the worse state stays until the target was better for so long; 0: never.',
    }),
    degraded_ms: ms.nullable().openapi({ description: 'Slower is degraded; null: never.' }),
    latency_percentile: z.number('must be a number').openapi({
      description: 'Degraded when this percentile of the window is slow: above 0, at most 1.',
    }),
    latency_window: z.int('must be a whole number').openapi({
      description: 'How many of the newest good answers count, 1 to 20.',
    }),
    status_when_down: z.enum(componentStatuses).exclude(['operational']),
    opens_incident: z.enum(['no', 'draft', 'public']),
    severity: z
      .string()
      .nullable()
      .openapi({ description: "Key of one of the page's severities, for the incident it opens." }),
    opening_template: template.openapi({
      description: 'Key of the template of what it says first; null: the usual words.',
    }),
    all_clear: z.enum(allClearWays).openapi({
      description:
        'Once all is well again: propose it to an operator, or post it by itself where it opened a public incident that nobody else spoke in.',
    }),
    closing_template: template.openapi({
      description: 'Key of the template of the all-clear; null: the usual words.',
    }),
    watch_ms: ms.openapi({
      description: 'How long all must have been well before: 0 to 86400000.',
    }),
    regions: z.array(z.string()).openapi({
      description:
        "Names of the places that ask: `REGION` of a service, or the name of an agent's key. None: `main` alone.",
    }),
    quorum: z.int('must be a whole number').nullable().openapi({
      description:
        'So many regions must agree before it is worse; null: more than half of those heard lately.',
    }),
  })
  .partial()
const component = z.string().openapi({ description: 'Id or key of the component it watches.' })

export const newProbe = z
  .strictObject({
    key,
    component,
    kind: z.enum(probeKinds).default('http'),
    ...questionShape,
    ...settings.shape,
  })
  .openapi('NewProbe')
  .transform((sent) => {
    const { question, rest } = withQuestion(sent)
    const { key, component, kind, ...set } = rest
    return { ...settingsOf(set), key, component, kind, question }
  })

export const probeEdit = atLeastOne(
  z.strictObject({
    component: component.optional(),
    paused: z.boolean().optional().openapi({
      description: 'A paused probe asks nothing and has no say in the status.',
    }),
    ...questionShape,
    ...settings.shape,
  }),
)
  .openapi('ProbeEdit')
  .transform((sent) => {
    const { question, rest } = withQuestion(sent)
    const { component, paused, ...set } = rest
    const asked = Object.keys(question).length > 0 ? question : undefined
    return given({ ...settingsOf(set), component, paused, question: asked })
  })

export const newValue = z
  .strictObject({
    value: z.number('must be a number'),
    at: z.iso
      .datetime({ offset: true, error: 'must be a date and time with an offset' })
      .transform((text) => Date.parse(text))
      .optional()
      .openapi({ description: 'When it was measured; now, if left out.' }),
  })
  .openapi('NewValue')
  .transform(({ value, at }) => ({ value, ...(at !== undefined && { measuredAt: at }) }))

export function settingsOf(input: z.output<typeof settings>) {
  return given({
    intervalMs: input.interval_ms,
    recheckMs: input.recheck_ms,
    timeoutMs: input.timeout_ms,
    failureThreshold: input.failure_threshold,
    successThreshold: input.success_threshold,
    confirmMs: input.confirm_ms,
    stableMs: input.stable_ms,
    degradedMs: input.degraded_ms,
    latencyPercentile: input.latency_percentile,
    latencyWindow: input.latency_window,
    statusWhenDown: input.status_when_down,
    opensIncident: input.opens_incident,
    severity: input.severity,
    openingTemplate: input.opening_template,
    allClear: input.all_clear,
    closingTemplate: input.closing_template,
    watchMs: input.watch_ms,
    regions: input.regions,
    quorum: input.quorum,
  })
}

/** Only what was sent: an absent field must not overwrite. */
function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}
