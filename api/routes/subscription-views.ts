import { z } from '@hono/zod-openapi'
import {
  channels,
  eventKinds,
  minimumImpacts,
  suppressionReasons,
  updateWishes,
} from '../domain/words.ts'
import { instant, pageView } from './views.ts'

// The pages on which somebody subscribes, and changes what they wished for.

/** What a subscriber wants to hear of, when, and in which language. */
export const wishes = {
  components: z.array(z.string()),
  groups: z.array(z.string()),
  events: z.array(z.enum(eventKinds)),
  min_impact: z.enum(minimumImpacts),
  updates: z.enum(updateWishes),
  incidents: z.array(z.string()),
  only_incidents: z.boolean(),
  quiet: z.object({ from: z.string(), until: z.string() }).nullable(),
  digest_at: z.string().nullable(),
  locale: z.string(),
  time_zone: z.string(),
}

export const subscribePageView = z
  .object({
    page: pageView,
    groups: z.array(
      z.object({
        id: z.string().nullable(),
        name: z.string().nullable(),
        components: z.array(z.object({ id: z.string(), name: z.string() })),
      }),
    ),
  })
  .openapi('SubscribePage')

export const managePageView = subscribePageView
  .extend({
    open_incidents: z.array(
      z.object({ id: z.string(), kind: z.enum(['incident', 'maintenance']), name: z.string() }),
    ),
    subscriber: z.object({
      channel: z.enum(channels),
      /** Shortened so that a leaked link does not leak the address: `a•••@example.com`. */
      address: z.string(),
      state: z.enum(['pending', 'active', 'unsubscribed']),
      ...wishes,
      /** Why and since when nothing is sent. */
      suppressed: z.object({ reason: z.enum(suppressionReasons), at: instant }).nullable(),
      /** Webhooks only; until `old_until` the secret before it signs too. */
      signing: z.object({ secret: z.string(), old_until: instant.nullable() }).nullable(),
    }),
  })
  .openapi('ManagePage')

export type SubscribePageView = z.infer<typeof subscribePageView>
export type ManagePageView = z.infer<typeof managePageView>
