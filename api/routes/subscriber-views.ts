import { z } from '@hono/zod-openapi'
import { channels, subscriberStates, suppressionReasons } from '../domain/words.ts'
import { wishes } from './subscription-views.ts'
import { told } from './telling-views.ts'

const instant = z.iso.datetime()

/** A subscriber as operators see them. */
export const subscriberView = z
  .object({
    id: z.string(),
    channel: z.enum(channels),
    address: z.string().nullable().openapi({ description: 'null once erased' }),
    state: z.enum(subscriberStates),
    ...wishes,
    suppressed: z.enum(suppressionReasons).nullable().openapi({
      description: 'Why nothing is sent, if so.',
    }),
    suppressed_at: instant.nullable(),
    suppressed_detail: z.string().nullable(),
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
    total: z.int().openapi({ description: 'Of those asked for.' }),
    counts: z
      .array(
        z.object({ channel: z.enum(channels), state: z.enum(subscriberStates), count: z.int() }),
      )
      .openapi({ description: 'Of all.' }),
    suppressed: z.int().openapi({ description: 'How many of all nothing is sent to.' }),
  })
  .openapi('SubscriberList')

const consent = z.object({
  at: instant,
  source: z.string(),
  text_version: z.string(),
  ip_hash: z.string().nullable(),
})

const change = z.object({
  at: instant,
  actor: z.string(),
  action: z.string(),
  detail: z.record(z.string(), z.unknown()),
})

/** One person and their history. */
export const subscriberHistoryView = subscriberView
  .extend({
    consent,
    deliveries: z.array(told).openapi({ description: 'The newest 100.' }),
    deliveries_total: z.int(),
    changes: z.array(change).openapi({ description: 'The newest 100.' }),
  })
  .openapi('SubscriberWithHistory')

/** Everything that is known of one person. */
export const exportView = z
  .object({
    subscriber: subscriberView,
    consent,
    deliveries: z.array(told),
    changes: z.array(change),
  })
  .openapi('SubscriberExport')

export const importView = z
  .object({
    id: z.string(),
    state: z.enum(['running', 'done', 'failed']),
    dry_run: z.boolean(),
    confirmed: z.boolean(),
    total: z.int().openapi({ description: 'Lines that say something, without the header.' }),
    seen: z.int().openapi({ description: 'Lines looked at.' }),
    imported: z.int(),
    unchanged: z.int(),
    refused: z
      .array(z.object({ line: z.int(), reason: z.string() }))
      .openapi({ description: 'By line of the file, the header being 1; known once it is done.' }),
    error: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
    finished_at: instant.nullable(),
  })
  .openapi('Import')

export const importAnswer = importView
  .extend({ ignored_columns: z.array(z.string()) })
  .openapi('ImportAnswer')

export type SubscriberListView = z.infer<typeof subscriberListView>
export type SubscriberView = z.infer<typeof subscriberView>
export type SubscriberHistoryView = z.infer<typeof subscriberHistoryView>
export type ImportView = z.infer<typeof importView>
export type ImportAnswer = z.infer<typeof importAnswer>
