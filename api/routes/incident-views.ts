import { z } from '@hono/zod-openapi'
import { incidentView, instant } from './views.ts'

// Incidents as operators see them.

const proposedAllClear = z
  .object({
    began_at: instant,
    ended_at: instant,
    minutes: z.int(),
    since: instant.openapi({
      description: 'Since when it is proposed: the watching time is over.',
    }),
    checks: z.int().openapi({ description: 'How often was asked while it lasted.' }),
    failed: z.int(),
    error_rate: z
      .number()
      .nullable()
      .openapi({ description: '0 to 100; null: nothing was asked.' }),
    slowest_ms: z.number().nullable(),
    p95_ms: z.number().nullable(),
    components: z.array(z.string()),
    nobody_told: z.boolean().openapi({
      description: 'It began and ended as a draft: publish it as resolved or discard.',
    }),
    text: z
      .object({ issue: z.string(), root_cause: z.string(), fix: z.string(), impact: z.string() })
      .openapi({ description: 'To edit and give. The root cause is empty: probes know of none.' }),
  })
  .openapi('ProposedAllClear')

export const operatorIncidentView = incidentView
  .extend({
    proposed_all_clear: proposedAllClear.nullable().openapi({
      description: 'What a probe opened and all has been well since, for its watching time.',
    }),
    postmortem_begun: z.boolean().openapi({ description: 'Saved, if not published yet.' }),
  })
  .openapi('OperatorIncident')
