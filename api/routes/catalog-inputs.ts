import { z } from '@hono/zod-openapi'
import { componentStatuses } from '../domain/words.ts'
import { name } from './inputs.ts'

// What operators send of components and groups.

export const key = z
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
const dependsOn = z
  .array(z.string().min(1, 'must be the id or key of a component'), 'must be a list of ids or keys')
  .max(100, 'must be at most 100')
  .openapi({
    description:
      'Ids or keys of what it needs to work: while one of them is down its own trouble is told as a part of that. Replaces the whole list.',
  })

export const newComponent = z
  .strictObject({
    key,
    name,
    description: description.optional(),
    group: group.optional(),
    position: position.optional(),
    only_show_if_degraded: z.boolean().optional(),
    depends_on: dependsOn.optional(),
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
    depends_on: dependsOn.optional(),
  }),
)
  .openapi('ComponentEdit')
  .transform(componentFields)

type Fields = { only_show_if_degraded?: boolean | undefined; depends_on?: string[] | undefined }

function componentFields<T extends Fields>({ only_show_if_degraded, depends_on, ...rest }: T) {
  return {
    ...rest,
    ...(only_show_if_degraded !== undefined && { onlyShowIfDegraded: only_show_if_degraded }),
    ...(depends_on && { dependsOn: depends_on }),
  }
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

/** An edit that changes nothing is a mistake. */
export function atLeastOne<T extends z.ZodObject>(fields: T): T {
  return fields.refine(
    (sent) => Object.keys(sent).length > 0,
    `must change at least one of ${Object.keys(fields.shape).join(', ')}`,
  )
}
