import { z } from '@hono/zod-openapi'
import { maintenanceTellings } from '../domain/maintenance.ts'
import { incidentView, instant } from './views.ts'

// Maintenances as operators see them.

export const maintenanceView = incidentView
  .extend({
    remind_before_min: z.number().nullable().openapi({ description: 'null: nobody is reminded.' }),
    reminded_at: instant.nullable(),
    auto_start: z.boolean().openapi({ description: 'Starts at its time.' }),
    auto_complete: z
      .boolean()
      .openapi({ description: 'Ends at its time, if its probes are well.' }),
    tells: z.array(z.enum(maintenanceTellings)),
    sequence: z.int().openapi({ description: 'Counts changes of what calendars show.' }),
    series_id: z.string().nullable(),
    occurs_at: instant.nullable().openapi({ description: 'The start that its series gave it.' }),
    untold: z.boolean().openapi({
      description:
        'Of a series, and nobody has been told of it yet: nobody is told that it is moved or cancelled either.',
    }),
  })
  .openapi('Maintenance')

export type MaintenanceView = z.infer<typeof maintenanceView>
