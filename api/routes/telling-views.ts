import { z } from '@hono/zod-openapi'
import { leftReasons } from '../domain/replay.ts'
import { announcementKinds, channels, deliveryStates } from '../domain/words.ts'

const instant = z.iso.datetime()
const count = z.number().int()
const states = z.record(z.string(), count)

const channelProgress = z
  .object({
    channel: z.enum(channels),
    total: count,
    told: count,
    delivered: count.openapi({ description: 'The provider says that it arrived.' }),
    failed: count.openapi({ description: 'Will not be told, unless it is sent again.' }),
    waiting: count.openapi({
      description: 'Yet to be told, those included whose quiet hours have to end.',
    }),
    states,
    per_second: z.number().nullable().openapi({
      description: 'Messages per second while it is under way; null when unknown.',
    }),
    remaining_ms: count.nullable().openapi({
      description:
        'Until all have been handed over, what is ahead of them included; null when unknown.',
    }),
    done: z.boolean(),
  })
  .openapi('ChannelProgress')

/** How far a telling is: `total` counts who should hear, `told` who was handed to a provider. */
export const progressView = z
  .object({
    id: z.string(),
    incident_id: z.string().nullable(),
    kind: z.string(),
    created_at: instant,
    stopped_at: instant.nullable().openapi({ description: 'When an operator stopped it.' }),
    superseded_at: instant.nullable().openapi({ description: 'When newer words replaced it.' }),
    total: count,
    told: count,
    states,
    done: z.boolean(),
    channels: z.array(channelProgress),
  })
  .openapi('Announcement')

const trouble = z
  .object({
    channel: z.enum(channels),
    state: z.enum(deliveryStates),
    code: z.string().nullable(),
    reason: z.string().nullable().openapi({ description: 'What was said last.' }),
    count,
  })
  .openapi('Trouble')

export const announcementView = progressView
  .extend({
    incident_name: z.string().nullable(),
    expires_at: instant,
    reasons: z.array(trouble).openapi({
      description: 'Why people were not told, or perhaps not: at most 50, the most frequent first.',
    }),
    replay_refusal: z.string().nullable().openapi({
      description: 'Why nobody can be told it again, if so.',
    }),
  })
  .openapi('AnnouncementInDetail')

export const replayView = z
  .object({
    replayed: count,
    left: z
      .array(z.object({ reason: z.enum(leftReasons), count }))
      .openapi({ description: 'Who was asked for and is not told again.' }),
  })
  .openapi('Replayed')

/** What one person was told, and what became of it. */
export const told = z.object({
  id: z.int(),
  announcement_id: z.string(),
  kind: z.enum(announcementKinds),
  incident_id: z.string().nullable(),
  incident_name: z.string().nullable(),
  channel: z.enum(channels),
  state: z.enum(deliveryStates),
  code: z.string().nullable().openapi({ description: "The provider's answer." }),
  reason: z.string().nullable(),
  batch_id: z.string().nullable().openapi({ description: 'The request that carried it.' }),
  provider: z.string().nullable(),
  provider_id: z.string().nullable(),
  attempts: z
    .int()
    .nullable()
    .openapi({ description: 'Requests made for it; null when that is not known any more.' }),
  replays: z.int().openapi({ description: 'How often an operator had it sent again.' }),
  held_until: instant.nullable(),
  created_at: instant,
  first_sent_at: instant.nullable(),
  updated_at: instant,
})

export const deliveryListView = z
  .object({
    deliveries: z.array(
      told
        .extend({
          subscriber_id: z.string(),
          address: z.string().nullable().openapi({ description: 'null once erased' }),
        })
        .openapi('Delivery'),
    ),
    page: z.int(),
    page_size: z.int(),
    total: z.int().openapi({ description: 'Of those asked for.' }),
  })
  .openapi('DeliveryList')

export type ProgressView = z.infer<typeof progressView>
export type ChannelProgress = z.infer<typeof channelProgress>
export type Trouble = z.infer<typeof trouble>
export type AnnouncementView = z.infer<typeof announcementView>
export type DeliveryListView = z.infer<typeof deliveryListView>
