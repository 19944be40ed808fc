import { z } from '@hono/zod-openapi'
import { spanNames } from '../domain/response-times.ts'
import { verdicts } from '../domain/uptime-months.ts'
import {
  componentStatus,
  componentView,
  dayView,
  incidentBrief,
  instant,
  pageView,
} from './views.ts'

export const percent = z.number().min(0).max(100)
export const target = percent.openapi({
  description: 'Percent of a month that a component should work.',
})

export const monthView = z
  .object({
    month: z.string().openapi({ example: '2026-11' }),
    fixed: z.boolean().openapi({
      description: 'True a day after the end of the month: later corrections do not change it.',
    }),
    uptime: percent.nullable(),
    verdict: z.enum(verdicts).openapi({ description: 'What became of the target.' }),
    operational_s: z.number(),
    degraded_s: z.number(),
    partial_s: z.number(),
    major_s: z.number(),
    maintenance_s: z.number(),
    no_data_s: z.number().openapi({ description: 'Of the month, or of what has passed of it.' }),
  })
  .openapi('Month')

const figures = z
  .object({
    checks: z.int(),
    failed: z.int(),
    p50_ms: z.number().nullable(),
    p95_ms: z.number().nullable(),
    p99_ms: z.number().nullable(),
    error_rate: percent.nullable(),
  })
  .openapi('ResponseFigures')

const points = z.array(z.number().nullable())

const spanView = z
  .object({
    span: z.enum(spanNames),
    from: instant,
    until: instant,
    step_s: z
      .int()
      .openapi({ description: 'Seconds per point; null where there is none to tell of.' }),
    p50_ms: points,
    p95_ms: points,
    p99_ms: points,
    error_rate: points,
    total: figures,
    rows: z.array(figures.extend({ at: instant })).openapi({
      description: 'By hour, day, week or month of UTC, without those in which nothing was asked.',
    }),
    disruptions: z
      .array(z.object({ status: componentStatus, from: instant, until: instant }))
      .openapi({ description: 'When the component was not operational, in whole steps.' }),
  })
  .openapi('ResponseTimes')

const probeTimes = z.object({ probe: z.string(), spans: z.array(spanView) })

export const componentPageView = z
  .object({
    page: pageView,
    generated_at: instant,
    group_name: z.string().nullable(),
    component: componentView,
    target,
    months: z.array(monthView).openapi({ description: 'At most 12, oldest first.' }),
    response_times: probeTimes
      .extend({
        others: z.array(
          z.object({
            probe: z.string(),
            spans: z.array(spanView.pick({ span: true, total: true })),
          }),
        ),
      })
      .nullable()
      .openapi({ description: 'Of the first probe, and the sums of others; null without one.' }),
    incidents: z.array(incidentBrief),
  })
  .openapi('ComponentPage')

const head = {
  component: componentView.pick({ id: true, key: true, name: true }),
  generated_at: instant,
}

export const uptimeView = z
  .object({
    ...head,
    time_zone: z.string().openapi({ description: 'In which days and months are cut.' }),
    target,
    uptime: percent.nullable().openapi({ description: 'Over `days`.' }),
    days: z.array(dayView),
    months: z.array(monthView),
  })
  .openapi('ComponentUptime')

export const responseTimesView = z
  .object({ ...head, probes: z.array(probeTimes) })
  .openapi('ComponentResponseTimes')

export type ComponentPageView = z.infer<typeof componentPageView>
export type MonthView = z.infer<typeof monthView>
export type SpanView = z.infer<typeof spanView>
