import { z } from '@hono/zod-openapi'
import type { MessageKey } from '../domain/message.ts'
import { channels, eventKinds, minimumImpacts, updateWishes } from '../domain/words.ts'

/** Names the sentence; `refusal()` says it, in every language of the public pages. */
const say = (key: MessageKey): string => key

const name = z.string().min(1, say('refusal.empty')).max(100, say('refusal.too_long'))
const names = z.array(name).max(500, say('refusal.too_many'))

const timeZone = z
  .string()
  .max(64, say('refusal.too_long'))
  .refine(isTimeZone, say('refusal.time_zone'))
  .openapi({ example: 'Europe/Berlin' })

const locale = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z\d]{2,8}){0,3}$/, say('refusal.locale'))
  .openapi({ example: 'en' })

const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, say('refusal.time'))
  .openapi({ example: '22:00' })

/** What a subscriber may choose. */
export const wish = z.strictObject({
  components: names.optional().openapi({
    description: 'Ids or keys of components or groups; absent or empty means everything.',
  }),
  events: z
    .array(z.enum(eventKinds, say('refusal.one_of')))
    .min(1, say('refusal.events'))
    .max(20, say('refusal.too_many'))
    .optional()
    .openapi({ description: 'Absent means all kinds.' }),
  min_impact: z
    .enum(minimumImpacts, say('refusal.one_of'))
    .optional()
    .openapi({ description: 'Incidents below it are not told.' }),
  groups: names.optional().openapi({
    description: 'Ids or keys of groups, each followed with its future members.',
  }),
  updates: z
    .enum(updateWishes, say('refusal.one_of'))
    .optional()
    .openapi({ description: 'Every update, or only where an incident begins and ends.' }),
  incidents: names.optional().openapi({
    description: 'Ids of open incidents and maintenances to follow until they are over.',
  }),
  only_incidents: z.boolean().optional().openapi({
    description: 'Nothing but `incidents`; the subscription ends with the last of them.',
  }),
  quiet: z
    .strictObject({ from: time, until: time })
    .nullable()
    .optional()
    .openapi({ description: 'Local times between which only critical news may disturb.' }),
  digest_at: time.nullable().optional().openapi({
    description: 'Email only: local time of one mail a day instead of many.',
  }),
  locale: locale.optional(),
  time_zone: timeZone.optional(),
})

export const newSubscriber = wish
  .extend({
    channel: z.enum(channels, say('refusal.one_of')),
    address: z
      .string()
      .trim()
      .min(1, say('refusal.empty'))
      .max(2_000, say('refusal.too_long'))
      .openapi({
        description: 'Email address, mobile number with its country code, or https URL.',
      }),
  })
  .openapi('NewSubscriber')

export const verification = z
  .strictObject({
    address: z.string().trim().min(1, say('refusal.empty')).max(320, say('refusal.too_long')),
    code: z
      .string()
      .trim()
      .regex(/^\d{6}$/, say('refusal.digits')),
  })
  .openapi('Verification')

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
