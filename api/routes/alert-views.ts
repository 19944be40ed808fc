import { z } from '@hono/zod-openapi'
import { alertSeverities, alertSourceKinds, alertStatuses } from '../domain/words.ts'
import { instant } from './views.ts'

export const alertView = z
  .object({
    id: z.string(),
    source: z.string().openapi({
      description: '`probe`, `sms`, `delivery` and the like for our own, else the key of a source.',
    }),
    event_type: z.string(),
    severity: z.enum(alertSeverities),
    status: z.enum(alertStatuses),
    title: z.string(),
    detail: z.string(),
    dedupe_key: z.string().openapi({
      description: 'What it is about: while it is not resolved, the same thing is the same alert.',
    }),
    labels: z.record(z.string(), z.string()),
    url: z.string().nullable().openapi({ description: 'Where its source shows it.' }),
    occurrences: z.int(),
    component_id: z.string().nullable(),
    component: z.string().nullable().openapi({ description: 'Its name.' }),
    incident_id: z.string().nullable(),
    probe_id: z.string().nullable(),
    reason: z.string().openapi({ description: 'Why it was last moved.' }),
    acknowledged_by: z.string().nullable(),
    resolved_by: z.string().nullable(),
    created_at: instant,
    last_seen_at: instant,
    acknowledged_at: instant.nullable(),
    resolved_at: instant.nullable(),
  })
  .openapi('Alert')

export const alertListView = z
  .object({ alerts: z.array(alertView), page: z.int(), limit: z.int(), total: z.int() })
  .openapi('Alerts')

export type AlertView = z.infer<typeof alertView>
export type AlertListView = z.infer<typeof alertListView>

export const alertSourceView = z
  .object({
    key: z.string(),
    name: z.string(),
    kind: z.enum(alertSourceKinds),
    url: z.string().openapi({ description: 'Where it sends its alerts.' }),
    component_id: z.string().nullable(),
    has_secret: z.boolean().openapi({ description: 'Without one everything it sends is refused.' }),
    own_secret: z.boolean().openapi({ description: 'It was entered here, not made by us.' }),
    previous_until: instant.nullable().openapi({
      description: 'Until when the secret before goes on working; null when it does not.',
    }),
    last_received_at: instant.nullable(),
    created_at: instant,
  })
  .openapi('AlertSource')

export const newSourceView = alertSourceView
  .extend({
    secret: z.string().nullable().openapi({ description: 'Null where it has one of its own.' }),
  })
  .openapi('NewAlertSourceSecret')

export type AlertSourceView = z.infer<typeof alertSourceView>
