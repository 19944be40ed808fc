import { z } from '@hono/zod-openapi'
import { MINUTE } from '../domain/time.ts'
import { atLeastOne } from './catalog-inputs.ts'
import { body, name } from './inputs.ts'
import {
  componentNames,
  planFields,
  remindBeforeMin,
  tells,
  withPlan,
} from './maintenance-inputs.ts'

// What operators send about maintenance that comes again; when it does is judged where it is computed.

const LONGEST = 14 * 24 * 60

const starts = z.string().trim().max(30).openapi({
  description: 'First possible start as clocks show it there.',
  example: '2026-12-01T22:00',
})
const timeZone = z
  .string()
  .trim()
  .max(100)
  .openapi({ description: 'The zone whose clocks decide.', example: 'Europe/Berlin' })
const rrule = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .openapi({
    description:
      'RFC 5545, section 3.3.10, without DTSTART. `FREQ` is DAILY, WEEKLY, MONTHLY or YEARLY; beside it INTERVAL, COUNT, ' +
      'UNTIL, BYDAY, BYMONTH, BYMONTHDAY, BYSETPOS and WKST.',
    example: 'FREQ=MONTHLY;BYDAY=-1SU',
  })
const durationMin = z
  .int()
  .min(1, 'must be at least 1 minute')
  .max(LONGEST, 'must be at most 20160 minutes, 14 days')
  .openapi({ description: 'Elapsed time, also where clocks are changed meanwhile.' })
const notify = z.boolean().default(true)

const when = { starts, time_zone: timeZone, rrule, duration_min: durationMin }
type When = { [Field in keyof typeof when]?: z.output<(typeof when)[Field]> | undefined }

export const newSeries = z
  .strictObject({ name, body, components: componentNames, ...when, ...planFields })
  .openapi('NewMaintenanceSeries')
  .transform(({ starts, time_zone, rrule, duration_min, ...rest }) => ({
    ...withPlan(rest),
    ...recurrenceOf({ starts, time_zone, rrule, duration_min }),
  }))

export const seriesChange = atLeastOne(
  z.strictObject({
    name: name.optional(),
    body: body.optional(),
    components: componentNames.optional(),
    starts: starts.optional(),
    time_zone: timeZone.optional(),
    rrule: rrule.optional(),
    duration_min: durationMin.optional(),
    remind_before_min: remindBeforeMin.optional(),
    auto_start: z.boolean().optional(),
    auto_complete: z.boolean().optional(),
    tells: tells.optional(),
    notify: notify.openapi({ description: 'Whether those hear of it who were told another time.' }),
  }),
)
  .openapi('MaintenanceSeriesChange')
  .transform(
    ({ starts, time_zone, rrule, duration_min, remind_before_min: minutes, notify, ...rest }) => {
      const { auto_start: autoStart, auto_complete: autoComplete, ...said } = rest
      const remindMs = minutes === undefined || minutes === null ? minutes : minutes * MINUTE
      const durationMs = duration_min === undefined ? undefined : duration_min * MINUTE
      const recurrence = { startsLocal: starts, timeZone: time_zone, rrule, durationMs }
      return { notify, edit: { ...said, ...recurrence, remindMs, autoStart, autoComplete } }
    },
  )

export const seriesPreview = z
  .strictObject({ ...when, count: z.int().min(1).max(100).default(10) })
  .openapi('MaintenanceSeriesPreview')
  .transform(({ count, ...recurrence }) => ({ count, ...recurrenceOf(recurrence) }))

export const seriesEnd = z
  .strictObject({
    cancel_planned: z
      .boolean()
      .default(false)
      .openapi({ description: 'Cancels what is planned of it; otherwise that takes place.' }),
    notify,
  })
  .openapi('MaintenanceSeriesEnd')
  .transform(({ cancel_planned, notify }) => ({ cancelPlanned: cancel_planned, notify }))

function recurrenceOf({ starts, time_zone, rrule, duration_min }: Required<When>) {
  return {
    startsLocal: starts!,
    timeZone: time_zone!,
    rrule: rrule!,
    durationMs: duration_min! * MINUTE,
  }
}
