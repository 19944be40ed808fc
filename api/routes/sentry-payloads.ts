import { z } from '@hono/zod-openapi'
import type { SentryPayload } from '../domain/alert-sentry.ts'
import { parse } from './openapi.ts'

/** Sentry sends much more, and some of it as null. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined)
const id = z.union([z.string(), z.number()]).transform(String).pipe(z.string().min(1).max(100))
const tags = z
  .array(
    z.tuple([
      z.string(),
      z
        .string()
        .nullish()
        .transform((value) => value ?? ''),
    ]),
  )
  .catch([])

const eventAlert = z.object({
  data: z.object({
    event: z.object({
      event_id: id,
      issue_id: id.optional(),
      title: text,
      culprit: text,
      level: text,
      web_url: text,
      tags,
    }),
    triggered_rule: text,
  }),
})

const metricAlert = z.object({
  action: z.string().max(50),
  data: z.object({
    metric_alert: z.object({ id, alert_rule: z.object({ name: text }).optional() }),
    description_title: text,
    description_text: text,
    web_url: text,
  }),
})

const issue = z.object({
  action: z.string().max(50),
  data: z.object({
    issue: z.object({
      id,
      title: text,
      culprit: text,
      level: text,
      web_url: text,
      permalink: text,
      lastSeen: text,
      project: z.object({ slug: text }).optional(),
    }),
  }),
})

/** What Sentry says, by its header; what is not about alerts is of no interest and no mistake. */
export function readSentry(resource: string | null, payload: unknown): SentryPayload {
  switch (resource) {
    case 'event_alert': {
      const { event, triggered_rule } = parse(eventAlert, payload).data
      return { resource, rule: triggered_rule, event: { ...event, issue_id: event.issue_id } }
    }
    case 'metric_alert': {
      const { action, data } = parse(metricAlert, payload)
      const { metric_alert, description_title, description_text, web_url } = data
      const alert = { id: metric_alert.id, rule: metric_alert.alert_rule?.name }
      return { resource, action, title: description_title, text: description_text, web_url, alert }
    }
    case 'issue': {
      const { action, data } = parse(issue, payload)
      const { project, lastSeen, web_url, permalink, ...rest } = data.issue
      const links = { web_url: web_url ?? permalink, project: project?.slug, last_seen: lastSeen }
      return { resource, action, issue: { ...rest, ...links } }
    }
    default:
      return { resource: 'other' }
  }
}
