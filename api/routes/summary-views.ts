import { z } from '@hono/zod-openapi'

// What stands above a post-mortem.

const instant = z.iso.datetime()

export const summaryView = z
  .object({
    what_happened: z.string().nullable(),
    root_cause: z.string().nullable(),
    affected: z.string().nullable(),
    prevention: z.string().nullable(),
    lessons: z.string().nullable(),
    apology: z.string().nullable(),
    action_items: z.array(
      z.object({
        what: z.string(),
        owner: z.string().nullable(),
        due: z.iso.date().nullable(),
      }),
    ),
  })
  .openapi('PostmortemSummary')

export const figuresView = z
  .object({
    began_at: instant,
    ended_at: instant,
    recovered_at: instant.openapi({ description: 'When the last component worked again.' }),
    detect_s: z.int().nullable().openapi({
      description: 'From the first failure until a probe or a person noticed; null: not measured.',
    }),
    recover_s: z.int().nullable(),
    down_s: z.int().openapi({ description: 'With an outage, in part or in full.' }),
    degraded_s: z.int(),
    components: z.array(z.string()),
  })
  .openapi('PostmortemFigures')

export type SummaryView = z.infer<typeof summaryView>
export type FiguresView = z.infer<typeof figuresView>
