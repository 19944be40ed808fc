import { z } from '@hono/zod-openapi'
import { overallWords } from '../domain/status.ts'
import { channels, componentStatuses, impacts, updateStatuses } from '../domain/words.ts'
import { brandView } from './brand-inputs.ts'
import { figuresView, summaryView } from './summary-views.ts'

// What the site reads: the JSON behind each page, instants in ISO 8601 UTC with milliseconds.

export const instant = z.iso.datetime()
export const componentStatus = z.enum(componentStatuses)

export const pageView = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    url: z.url(),
    time_zone: z.string(),
    locale: z.string(),
    /** The languages in which it is published beside `locale`, each under `/<language>/`. */
    languages: z.array(z.string()),
    support: z.object({
      email: z.string().nullable(),
      url: z.string().nullable(),
      hours: z.string().nullable(),
      /** When a first answer may be expected. */
      response: z.string().nullable(),
      /** What a report should carry, a line each. */
      include: z.array(z.string()),
    }),
    brand: brandView,
    /** What people agree to is read there. */
    privacy_url: z.string().nullable(),
    terms_url: z.string().nullable(),
    /** The ways of subscribing that this installation can serve. */
    channels: z.array(z.enum(channels)),
  })
  .openapi('Page')

export const dayView = z
  .object({
    date: z.iso.date(),
    status: z
      .enum([...componentStatuses, 'no_data'])
      .openapi({ description: 'The worst of the day.' }),
    /** 0 to 100; null where nothing is known. */
    uptime: z.number().nullable(),
    degraded_s: z.number(),
    partial_s: z.number(),
    major_s: z.number(),
    maintenance_s: z.number(),
  })
  .openapi('Day')

export const runView = dayView
  .extend({
    days: z.int().openapi({
      description: 'How many there are of them: calm neighbours of one kind are told as one.',
    }),
  })
  .openapi('Run')

export const componentView = z
  .object({
    id: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    group_id: z.string().nullable(),
    status: componentStatus,
    since: instant,
    only_show_if_degraded: z.boolean(),
    /** Over `runs`, 0 to 100; null where nothing is known. */
    uptime: z.number().nullable(),
    runs: z.array(runView).openapi({ description: '90 days, oldest first; the last is today.' }),
  })
  .openapi('ComponentWithRuns')

export const groupView = z
  .object({
    id: z.string().nullable().openapi({ description: 'null for components outside any group' }),
    name: z.string().nullable(),
    description: z.string().nullable(),
    status: componentStatus,
    components: z.array(componentView),
  })
  .openapi('Group')

export const updateView = z
  .object({
    id: z.string(),
    status: z.enum(updateStatuses),
    /** CommonMark without raw HTML and images. */
    body: z.string(),
    display_at: instant,
    components: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        old_status: componentStatus,
        new_status: componentStatus,
      }),
    ),
  })
  .openapi('Update')

export const allClearView = z
  .object({
    issue: z.string(),
    root_cause: z.string(),
    fix: z.string(),
    impact: z.string(),
    postmortem_url: z.url().nullable(),
  })
  .openapi('AllClear')

export const incidentView = z
  .object({
    id: z.string(),
    kind: z.enum(['incident', 'maintenance']),
    name: z.string(),
    status: z.enum(updateStatuses),
    impact: z.enum(impacts),
    severity: z.object({ key: z.string(), name: z.string() }).nullable(),
    draft: z.boolean(),
    created_at: instant,
    started_at: instant.openapi({
      description: 'Of planned work: its planned start, until it starts.',
    }),
    resolved_at: instant.nullable(),
    next_update_at: instant.nullable(),
    next_update_overdue: z.boolean(),
    scheduled_for: instant.nullable(),
    scheduled_until: instant.nullable(),
    url: z.url(),
    components: z.array(z.object({ id: z.string(), name: z.string(), status: componentStatus })),
    updates: z.array(updateView).openapi({ description: 'Newest first.' }),
    all_clear: allClearView.nullable(),
    postmortem: z
      .object({
        body: z.string().openapi({ description: 'CommonMark without raw HTML and images.' }),
        summary: summaryView,
        figures: figuresView.nullable(),
        published_at: instant,
      })
      .nullable()
      .openapi({ description: 'Once published.' }),
  })
  .openapi('IncidentWithTimeline')

/** An incident in a list: its last words only. */
export const incidentBrief = incidentView
  .pick({
    id: true,
    kind: true,
    name: true,
    status: true,
    impact: true,
    started_at: true,
    resolved_at: true,
    url: true,
  })
  .extend({
    last_update: updateView
      .pick({ status: true, body: true, display_at: true })
      .openapi({ description: 'Of the incident itself; a post-mortem has a page of its own.' }),
    has_postmortem: z.boolean(),
  })
  .openapi('IncidentBrief')

const dayOfIncidents = z.object({ date: z.iso.date(), incidents: z.array(incidentBrief) })

export const overallView = z
  .object({
    indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
    description: z.string(),
  })
  .openapi('Overall')

export const homeView = z
  .object({
    page: pageView,
    /** `says` is the key of the description, for readers of other languages. */
    status: overallView.extend({ says: z.enum(overallWords) }),
    generated_at: instant,
    groups: z.array(groupView),
    incidents: z.array(incidentView).openapi({ description: 'Open ones, newest first.' }),
    maintenances: z.array(incidentView).openapi({ description: 'Under way and upcoming.' }),
    recent: z
      .array(dayOfIncidents)
      .openapi({ description: 'The last 7 days, newest first, days without incidents included.' }),
  })
  .openapi('Home')

export const incidentPageView = z
  .object({ page: pageView, generated_at: instant, incident: incidentView })
  .openapi('IncidentPage')

export const feedView = z
  .object({ page: pageView, created_at: instant, incidents: z.array(incidentView) })
  .openapi('Feed')

export const historyView = z
  .object({
    page: pageView,
    month: z.string(),
    previous: z.string().nullable(),
    next: z.string().nullable(),
    last_before: z.string().nullable().openapi({
      description: 'The last month before it in which anything happened.',
    }),
    days: z
      .array(dayOfIncidents)
      .openapi({ description: 'Only days with incidents, newest first.' }),
  })
  .openapi('History')

export const yearView = z
  .object({
    page: pageView,
    year: z.string(),
    previous: z.string().nullable(),
    next: z.string().nullable(),
    last_before: z.string().nullable().openapi({
      description: 'The last month before it in which anything happened.',
    }),
    months: z
      .array(
        z.object({
          month: z.string(),
          /** Neither before the first of which something is told, nor still to come. */
          on_record: z.boolean(),
          running: z.boolean(),
          incidents: z
            .object({ critical: z.int(), major: z.int(), minor: z.int(), none: z.int() })
            .openapi({ description: 'That began in it, by impact.' }),
          maintenances: z.int(),
          postmortems: z.int(),
          minutes: z.int().openapi({
            description: 'While at least one incident with an impact was open.',
          }),
        }),
      )
      .openapi({ description: 'January first.' }),
  })
  .openapi('Year')

export type HomeView = z.infer<typeof homeView>
export type PageView = z.infer<typeof pageView>
export type GroupView = z.infer<typeof groupView>
export type ComponentView = z.infer<typeof componentView>
export type DayView = z.infer<typeof dayView>
export type RunView = z.infer<typeof runView>
export type IncidentView = z.infer<typeof incidentView>
export type IncidentBrief = z.infer<typeof incidentBrief>
export type FeedView = z.infer<typeof feedView>
export type IncidentPageView = z.infer<typeof incidentPageView>
export type HistoryView = z.infer<typeof historyView>
export type YearView = z.infer<typeof yearView>
