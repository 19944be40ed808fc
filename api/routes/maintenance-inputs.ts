import { z } from '@hono/zod-openapi'
import { maintenanceTellings } from '../domain/maintenance.ts'
import { DAY, MINUTE } from '../domain/time.ts'
import { body, instant, name } from './inputs.ts'

// What operators send about maintenance.

const EARLIEST_REMINDER = (14 * DAY) / MINUTE

export const componentName = z
  .strictObject({ id: z.string().optional(), key: z.string().optional() })
  .refine(({ id, key }) => (id === undefined) !== (key === undefined), {
    message: 'must name the component by either id or key',
  })

export const componentNames = z
  .array(componentName)
  .min(1, 'must name at least one component')
  .max(500)

export const remindBeforeMin = z
  .int()
  .min(1, 'must be at least 1 minute; null: no reminder')
  .max(EARLIEST_REMINDER, 'must be at most 20160 minutes, 14 days')
  .nullable()
  .openapi({ description: 'How long before the start people are reminded; null: not at all.' })

export const tells = z.array(z.enum(maintenanceTellings)).openapi({
  description:
    'What of it is told. An extension or a cancellation always is, unless `notify` is false.',
})

const notify = z.boolean().default(true)
const saying = { body: body.nullish(), notify }

/** How it runs by itself, with what is usual. */
export const planFields = {
  remind_before_min: remindBeforeMin.default(60),
  auto_start: z.boolean().default(true),
  auto_complete: z.boolean().default(true),
  tells: tells.default([...maintenanceTellings]),
}

export const newMaintenance = z
  .strictObject({
    name,
    body,
    components: componentNames,
    scheduled_for: instant,
    scheduled_until: instant,
    ...planFields,
    notify,
  })
  .openapi('NewMaintenance')
  .transform(({ scheduled_for, scheduled_until, ...rest }) => ({
    ...withPlan(rest),
    scheduledFor: scheduled_for,
    scheduledUntil: scheduled_until,
  }))

type PlanFields = {
  remind_before_min: number | null
  auto_start: boolean
  auto_complete: boolean
  tells: z.infer<typeof tells>
}

/** Its fields as the verbs name them. */
export function withPlan<T extends PlanFields>({
  remind_before_min,
  auto_start,
  auto_complete,
  ...rest
}: T) {
  return {
    ...rest,
    remindMs: remind_before_min === null ? null : remind_before_min * MINUTE,
    autoStart: auto_start,
    autoComplete: auto_complete,
  }
}

export const maintenanceChange = z
  .strictObject({
    name: name.optional(),
    remind_before_min: remindBeforeMin.optional(),
    auto_start: z.boolean().optional(),
    auto_complete: z.boolean().optional(),
    tells: tells.optional(),
  })
  .openapi('MaintenanceChange')
  .transform(({ remind_before_min: minutes, auto_start, auto_complete, ...rest }) => ({
    ...rest,
    remindMs: minutes === undefined || minutes === null ? minutes : minutes * MINUTE,
    autoStart: auto_start,
    autoComplete: auto_complete,
  }))

export const maintenanceWindow = z
  .strictObject({
    scheduled_for: instant.optional().openapi({
      description: 'Only while it is scheduled; absent: as it was.',
    }),
    scheduled_until: instant,
    ...saying,
  })
  .openapi('MaintenanceWindow')
  .transform(({ scheduled_for, scheduled_until, ...rest }) => ({
    ...rest,
    ...(scheduled_for !== undefined && { scheduledFor: scheduled_for }),
    scheduledUntil: scheduled_until,
  }))

export const maintenanceMove = z.strictObject(saying).openapi('MaintenanceMove')

export const maintenanceUpdate = z.strictObject({ body, notify }).openapi('MaintenanceUpdate')
