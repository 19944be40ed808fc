import { z } from '@hono/zod-openapi'
import { componentStatuses, impacts, incidentStatuses } from '../domain/words.ts'

// What operators send. Unknown fields are refused: a misspelt one must not be lost in silence.

const MAX_BODY = 20_000

export const name = z.string().trim().min(1, 'must not be empty').max(200)
export const body = z.string().trim().min(1, 'must not be empty').max(MAX_BODY)

/** ISO 8601 with an offset; becomes epoch milliseconds. */
export const instant = z.iso
  .datetime({
    offset: true,
    error: 'must be a date and time with an offset, such as 2026-11-21T12:00:00Z',
  })
  .transform((text) => Date.parse(text))

export const componentChange = z
  .strictObject({
    id: z.string().optional(),
    key: z.string().optional(),
    status: z.enum(componentStatuses),
  })
  .refine(({ id, key }) => (id === undefined) !== (key === undefined), {
    message: 'must name the component by either id or key',
  })

const impact = z.enum(impacts).exclude(['maintenance'])

export const newIncident = z
  .strictObject({
    name,
    body,
    status: z.enum(incidentStatuses).exclude(['resolved']).default('investigating'),
    severity: z.string().nullish().openapi({ description: "Key of one of the page's severities." }),
    impact: impact.nullish().openapi({ description: 'Absent: follows the affected components.' }),
    components: z.array(componentChange).min(1, 'must name at least one component').max(500),
    notify: z.boolean().default(true),
    next_update_at: instant.nullish(),
    draft: z.boolean().default(false),
  })
  .openapi('NewIncident')
  .transform(({ next_update_at, severity, impact, ...rest }) => ({
    ...rest,
    severity: severity ?? null,
    impact: impact ?? null,
    nextUpdateAt: next_update_at ?? null,
  }))

export const newUpdate = z
  .strictObject({
    status: z.enum(incidentStatuses),
    body,
    components: z.array(componentChange).max(500).default([]),
    notify: z.boolean().default(true),
    next_update_at: instant.nullish(),
  })
  .openapi('NewUpdate')
  .transform(({ next_update_at, ...rest }) => ({ ...rest, nextUpdateAt: next_update_at ?? null }))

const sentence = z.string().trim().min(1, 'must not be empty').max(5000)

export const newAllClear = z
  .strictObject({
    issue: sentence,
    root_cause: sentence,
    fix: sentence,
    impact: sentence,
    postmortem_url: z.url({ protocol: /^https?$/ }).nullish(),
    notify: z.boolean().default(true),
    publish: z
      .boolean()
      .default(false)
      .openapi({ description: 'Publishes a draft, as resolved; otherwise it ends as a draft.' }),
  })
  .openapi('NewAllClear')
  .transform(({ notify, publish, postmortem_url, ...words }) => ({
    notify,
    publish,
    allClear: { ...words, postmortem_url: postmortem_url ?? null },
  }))

export const incidentChange = z
  .strictObject({
    name: name.optional(),
    impact: impact.optional(),
    next_update_at: instant.nullish(),
    draft: z.literal(false).optional().openapi({ description: 'Publishes a draft.' }),
    notify: z
      .boolean()
      .default(true)
      .openapi({ description: 'Whether publishing a draft is told.' }),
  })
  .openapi('IncidentChange')
