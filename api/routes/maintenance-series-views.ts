import { z } from '@hono/zod-openapi'
import { maintenanceTellings } from '../domain/maintenance.ts'
import { instant } from './views.ts'

const window = { scheduled_for: instant, scheduled_until: instant }

export const seriesView = z
  .object({
    id: z.string(),
    name: z.string(),
    body: z.string(),
    components: z.array(z.object({ id: z.string(), name: z.string() })),
    starts: z.string().openapi({ example: '2026-12-01T22:00' }),
    time_zone: z.string(),
    rrule: z.string(),
    duration_min: z.number(),
    remind_before_min: z.number().nullable(),
    auto_start: z.boolean(),
    auto_complete: z.boolean(),
    tells: z.array(z.enum(maintenanceTellings)),
    ended_at: instant.nullable(),
    planned: z
      .array(
        z.object({
          id: z.string().openapi({ description: 'Of the maintenance.' }),
          name: z.string(),
          ...window,
          occurs_at: instant.openapi({ description: 'Where the series put it.' }),
        }),
      )
      .openapi({ description: 'What has not begun, as far as it is planned.' }),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('MaintenanceSeries')

export type SeriesView = z.infer<typeof seriesView>

export const previewView = z
  .object({ occurrences: z.array(z.object(window)) })
  .openapi('MaintenanceOccurrences')
