import { z } from '@hono/zod-openapi'
import { componentStatuses, probeKinds } from '../domain/words.ts'
import { name } from './inputs.ts'

// What operators send of components, groups and probes. Relations between a probe's settings are the domain's to check.

const key = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens')
const description = z.string().trim().max(2000).nullable()
const position = z
  .int('must be a whole number from 1')
  .min(1, 'must be a whole number from 1')
  .max(10_000)
  .openapi({ description: 'Counted from 1; beyond the end means last.' })
const group = z.string().nullable().openapi({ description: 'Id or key of a group; null for none.' })

export const newComponent = z
  .strictObject({
    key,
    name,
    description: description.optional(),
    group: group.optional(),
    position: position.optional(),
    only_show_if_degraded: z.boolean().optional(),
  })
  .openapi('NewComponent')
  .transform(componentFields)

export const componentEdit = atLeastOne(
  z.strictObject({
    name: name.optional(),
    description: description.optional(),
    status: z
      .enum(componentStatuses, `must be one of ${componentStatuses.join(', ')}`)
      .optional()
      .openapi({
        description: 'What you say of it outside incidents; `operational` withdraws that.',
      }),
    group: group.optional(),
    position: position.optional(),
    only_show_if_degraded: z.boolean().optional(),
  }),
)
  .openapi('ComponentEdit')
  .transform(componentFields)

function componentFields<T extends { only_show_if_degraded?: boolean | undefined }>({
  only_show_if_degraded,
  ...rest
}: T) {
  return only_show_if_degraded === undefined
    ? rest
    : { ...rest, onlyShowIfDegraded: only_show_if_degraded }
}

export const newGroup = z
  .strictObject({
    key,
    name,
    description: description.optional(),
    position: position.optional(),
  })
  .openapi('NewGroup')

export const groupEdit = atLeastOne(
  z.strictObject({
    name: name.optional(),
    description: description.optional(),
    position: position.optional(),
  }),
).openapi('GroupEdit')

const ms = z.int('must be a whole number of milliseconds')
const threshold = z.int('must be a whole number').min(1, 'must be at least 1').max(100)

/** Header names are tokens, values printable (RFC 9110, 5.1 and 5.5). */
const headers = z
  .record(z.string(), z.string().max(4000))
  .superRefine((given, context) => {
    const refuse = (path: string[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    if (Object.keys(given).length > 20) refuse([], 'must be at most 20 headers')
    for (const [header, value] of Object.entries(given)) {
      if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(header))
        refuse([header], 'must have a header name of letters, digits and hyphens')
      else if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
        refuse([header], 'must be one line of printable characters')
    }
  })
  .openapi({ description: 'Sent with every check; values are never shown again.' })

const settings = {
  url: z.string().trim().max(2000),
  method: z.enum(['GET', 'HEAD']),
  headers,
  expect_status: z
    .array(z.int().min(100, 'must be 100 to 599').max(599, 'must be 100 to 599'))
    .max(50)
    .openapi({ description: 'Accepted status codes; none means any 2xx.' }),
  expect_text: z.string().max(1000).openapi({ description: 'The body must contain it.' }),
  interval_ms: ms.openapi({ description: '1000 to 3600000.' }),
  recheck_ms: ms.openapi({ description: 'Between checks while failing or recovering.' }),
  timeout_ms: ms,
  failure_threshold: threshold.openapi({ description: 'Failures in a row until down.' }),
  success_threshold: threshold.openapi({ description: 'Successes in a row until up again.' }),
  degraded_ms: ms.nullable().openapi({ description: 'Slower is degraded; null: never.' }),
  status_when_down: z.enum(componentStatuses).exclude(['operational']),
  opens_incident: z.enum(['no', 'draft', 'public']),
  severity: z
    .string()
    .nullable()
    .openapi({ description: "Key of one of the page's severities, for the incident it opens." }),
}
const component = z.string().openapi({ description: 'Id or key of the component it watches.' })
const { url, ...usual } = settings

export const newProbe = z
  .strictObject({
    key,
    component,
    kind: z.enum(probeKinds).default('http'),
    url,
    ...z.object(usual).partial().shape,
  })
  .openapi('NewProbe')
  .transform(({ key, component, kind, url, ...rest }) => ({
    ...settingsOf(rest),
    key,
    component,
    kind,
    url,
  }))

export const probeEdit = atLeastOne(
  z.strictObject({
    component: component.optional(),
    paused: z.boolean().optional().openapi({
      description: 'A paused probe asks nothing and has no say in the status.',
    }),
    ...z.object(settings).partial().shape,
  }),
)
  .openapi('ProbeEdit')
  .transform(({ component, paused, url, ...rest }) =>
    given({ ...settingsOf(rest), component, paused, url }),
  )

type Settings = Partial<z.output<z.ZodObject<typeof usual>>>

function settingsOf(input: Settings) {
  return given({
    method: input.method,
    headers: input.headers,
    expectStatus: input.expect_status,
    expectText: input.expect_text,
    intervalMs: input.interval_ms,
    recheckMs: input.recheck_ms,
    timeoutMs: input.timeout_ms,
    failureThreshold: input.failure_threshold,
    successThreshold: input.success_threshold,
    degradedMs: input.degraded_ms,
    statusWhenDown: input.status_when_down,
    opensIncident: input.opens_incident,
    severity: input.severity,
  })
}

/** Only what was sent: an absent field must not overwrite. */
function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}

function atLeastOne<T extends z.ZodObject>(fields: T): T {
  return fields.refine(
    (sent) => Object.keys(sent).length > 0,
    `must change at least one of ${Object.keys(fields.shape).join(', ')}`,
  )
}
