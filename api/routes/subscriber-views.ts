import { z } from '@hono/zod-openapi'
import {
  announcementKinds,
  channels,
  deliveryStates,
  eventKinds,
  minimumImpacts,
  subscriberStates,
} from '../domain/words.ts'

const instant = z.iso.datetime()

/** A subscriber as operators see them. */
export const subscriberView = z
  .object({
    id: z.string(),
    channel: z.enum(channels),
    address: z.string().nullable().openapi({ description: 'null once erased' }),
    state: z.enum(subscriberStates),
    components: z.array(z.string()),
    groups: z.array(z.string()),
    events: z.array(z.enum(eventKinds)),
    min_impact: z.enum(minimumImpacts),
    locale: z.string(),
    time_zone: z.string(),
    suppressed: z.string().nullable().openapi({ description: 'Why nothing is sent, if so.' }),
    created_at: instant,
    confirmed_at: instant.nullable(),
    unsubscribed_at: instant.nullable(),
  })
  .openapi('Subscriber')

export const subscriberListView = z
  .object({
    subscribers: z.array(subscriberView),
    page: z.int(),
    page_size: z.int(),
    total: z.int(),
  })
  .openapi('SubscriberList')

/** Everything that is known of one person. */
export const exportView = z
  .object({
    subscriber: subscriberView,
    consent: z.object({
      at: instant,
      source: z.string(),
      text_version: z.string(),
      ip_hash: z.string().nullable(),
    }),
    deliveries: z.array(
      z.object({
        announcement_id: z.string(),
        kind: z.enum(announcementKinds),
        incident_id: z.string().nullable(),
        channel: z.enum(channels),
        state: z.enum(deliveryStates),
        code: z.string().nullable(),
        reason: z.string().nullable(),
        created_at: instant,
        updated_at: instant,
      }),
    ),
    changes: z.array(
      z.object({
        at: instant,
        actor: z.string(),
        action: z.string(),
        detail: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .openapi('SubscriberExport')
