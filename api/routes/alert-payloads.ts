import { z } from '@hono/zod-openapi'
import { fromAlertmanager } from '../domain/alert-alertmanager.ts'
import { fromGeneric } from '../domain/alert-generic.ts'
import type { Incoming } from '../domain/alert-incoming.ts'
import { fromSentry } from '../domain/alert-sentry.ts'
import { sha256 } from '../domain/digest.ts'
import { DomainError } from '../domain/error.ts'
import { alertSeverities, type AlertSourceKind } from '../domain/words.ts'
import { parse } from './openapi.ts'
import { readSentry } from './sentry-payloads.ts'

const MOST_ALERTS = 2000

const texts = z.record(z.string(), z.string())

/** Version 4 of Alertmanager's webhook; Grafana's has the same names. */
const alertmanager = z.object({
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels: texts,
        annotations: texts.default({}),
        startsAt: z.string().max(64),
        fingerprint: z.string().min(1).max(200),
        generatorURL: z.string().optional(),
        dashboardURL: z.string().optional(),
        panelURL: z.string().optional(),
      }),
    )
    .max(MOST_ALERTS),
  externalURL: z.string().optional(),
})

const genericAlert = z
  .strictObject({
    event_id: z.string().min(1).max(200).optional().openapi({
      description: 'The same when you repeat yourself; a repetition has no second effect.',
    }),
    dedupe_key: z.string().min(1).max(200).optional().openapi({
      description:
        'What it is about: the same thing is one alert until it is resolved. Absent: type and component.',
    }),
    event_type: z.string().trim().min(1).max(100).openapi({ example: 'payment_webhook.failed' }),
    severity: z.enum(alertSeverities).default('warning'),
    state: z.enum(['firing', 'resolved']).default('firing'),
    title: z.string().trim().min(1).max(300),
    detail: z.string().max(10_000).default(''),
    labels: texts.default({}),
    url: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null),
    component: z
      .string()
      .max(100)
      .nullable()
      .default(null)
      .openapi({ description: 'Id or key of a component.' }),
  })
  .openapi('GenericAlert')

export const generic = z.union([
  genericAlert,
  z.strictObject({ alerts: z.array(genericAlert).min(1).max(500) }),
])

export type Request = { headers: Headers; body: string }

/** What a request says, in our words. */
export async function readAlerts(
  kind: AlertSourceKind,
  { headers, body }: Request,
): Promise<Incoming[]> {
  const payload = jsonOf(body)
  switch (kind) {
    case 'alertmanager':
    case 'grafana':
      return fromAlertmanager(parse(alertmanager, payload))
    case 'sentry':
      return fromSentry(readSentry(headers.get('sentry-hook-resource'), payload))
    case 'generic': {
      const alerts = genericOf(payload)
      const id = headers.get('webhook-id')
      return fromGeneric(alerts, id?.slice(0, 200) ?? (await sha256(body)), id !== null)
    }
  }
}

/** One alert or several; a union would answer a wrong one with the complaints of both. */
function genericOf(payload: unknown) {
  const isList = typeof payload === 'object' && payload !== null && 'alerts' in payload
  return isList ? parse(generic.options[1], payload).alerts : [parse(genericAlert, payload)]
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new DomainError('invalid', 'the body must be JSON')
  }
}
