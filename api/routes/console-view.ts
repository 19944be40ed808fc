import { z } from '@hono/zod-openapi'
import { channels, impacts, probeStates } from '../domain/words.ts'
import { alertView } from './alert-views.ts'
import { progressView } from './telling-views.ts'
import { operatorIncidentView } from './incident-views.ts'
import { componentStatus, instant, overallView, pageView } from './views.ts'

export const consoleView = z
  .object({
    page: pageView,
    status: overallView,
    generated_at: instant,
    operator: z.object({ key_id: z.string(), name: z.string(), scopes: z.array(z.string()) }),
    components: z.array(
      z.object({
        id: z.string(),
        key: z.string(),
        name: z.string().openapi({ description: '`Group - Component` for grouped ones' }),
        status: componentStatus,
        since: instant,
        probes: z.array(
          z.object({
            id: z.string(),
            url: z.string(),
            state: z.enum(probeStates),
            since: instant.nullable(),
            last_checked_at: instant.nullable(),
            last_latency_ms: z.number().nullable(),
            last_reason: z.string(),
          }),
        ),
      }),
    ),
    /** Open ones and drafts, newest first, each with its tellings, newest first. */
    incidents: z.array(operatorIncidentView.extend({ announcements: z.array(progressView) })),
    /** Those under way or starting within a day, soonest first. */
    maintenances: z.array(operatorIncidentView.extend({ announcements: z.array(progressView) })),
    recently_resolved: z.array(
      operatorIncidentView.extend({ announcements: z.array(progressView) }),
    ),
    /** Live ones, the gravest first; what the console tells by itself is left out. */
    alerts: z.array(alertView),
    live_alerts: z.number().int(),
    /** Providers that do not take what we send: shown until they do. */
    blocked_providers: z.array(
      z.object({
        provider: z.string(),
        channel: z.enum(channels).nullable(),
        reason: z.string(),
        since: instant,
        waiting: z.number().int(),
      }),
    ),
    /** Who was given up, or perhaps not told, of what is still news. */
    untold: z.array(
      z.object({
        announcement_id: z.string(),
        channel: z.enum(channels),
        state: z.enum(['dead', 'unknown']),
        code: z.string().nullable(),
        reason: z.string().nullable(),
        count: z.number().int(),
      }),
    ),
    /** Grave ones that are over and have no public post-mortem. */
    unreviewed: z.array(
      z.object({ id: z.string(), name: z.string(), resolved_at: instant, begun: z.boolean() }),
    ),
    subscribers: z.object({ active: z.number().int(), pending: z.number().int() }),
    /** Words prepared in a calm hour. */
    templates: z.array(z.object({ key: z.string(), name: z.string() })),
    severities: z.array(
      z.object({
        key: z.string(),
        name: z.string(),
        impact: z.enum(impacts),
        update_every_min: z.number().nullable(),
      }),
    ),
    /** Present in the demo: targets that can be broken and mended. */
    demo_targets: z.array(z.object({ key: z.string(), name: z.string(), broken: z.boolean() })),
    inbox_url: z.string().nullable(),
  })
  .openapi('Console')

export type ConsoleView = z.infer<typeof consoleView>
