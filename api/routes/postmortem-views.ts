import { z } from '@hono/zod-openapi'
import { figuresView, summaryView } from './summary-views.ts'
import { instant } from './views.ts'

const MAX_BODY = 60_000

/** One of the lines above a post-mortem; an empty one was not written. */
const line = z
  .string()
  .trim()
  .max(5000)
  .nullable()
  .transform((text) => text || null)
  .optional()

const actionItem = z.strictObject({
  what: z.string().trim().min(1, 'must not be empty').max(1000),
  owner: z
    .string()
    .trim()
    .max(200)
    .nullish()
    .transform((text) => text || null),
  due: z.iso
    .date('must be a day, such as 2026-11-30')
    .nullish()
    .transform((day) => day ?? null),
})

const summaryEdit = z.strictObject({
  what_happened: line,
  root_cause: line,
  affected: line,
  prevention: line,
  lessons: line,
  apology: line,
  action_items: z.array(actionItem).max(50).optional(),
})

export const postmortemEdit = z
  .strictObject({
    body: z.string().max(MAX_BODY).openapi({ description: 'CommonMark; may be empty meanwhile.' }),
    summary: summaryEdit
      .default({})
      .openapi({ description: 'Absent lines stay as they are; null takes one away.' }),
    version: z.int().nullish().openapi({
      description: 'The version that was read: refused when somebody else saved since.',
    }),
  })
  .openapi('PostmortemEdit')
  .transform(({ summary, version, ...rest }) => ({
    ...rest,
    summary: withoutAbsent(summary),
    version: version ?? null,
  }))

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function withoutAbsent<T extends object>(values: T): Present<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Present<T>
}

export const postmortemView = z
  .object({
    incident: z.object({
      id: z.string(),
      kind: z.enum(['incident', 'maintenance']),
      name: z.string(),
      resolved_at: instant.nullable(),
    }),
    body: z.string().nullable().openapi({ description: 'null: nothing is saved yet.' }),
    summary: summaryView,
    figures: figuresView.nullable().openapi({
      description: 'Known by itself; fixed once published. null while it is not over.',
    }),
    published_at: instant.nullable(),
    version: z.int(),
    proposed: z
      .object({ body: z.string(), summary: summaryView })
      .nullable()
      .openapi({ description: 'Words to begin with, while nothing is saved.' }),
    audience: z.record(z.string(), z.int()).nullable().openapi({
      description: 'How many would be told by each channel if it were published now.',
    }),
  })
  .openapi('Postmortem')

export type PostmortemView = z.infer<typeof postmortemView>
