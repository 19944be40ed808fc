import { z } from '@hono/zod-openapi'
import { channels, eventKinds, minimumImpacts, updateWishes } from '../domain/words.ts'

const names = z.array(z.string().min(1).max(100)).max(500)

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
  .openapi({ example: 'Europe/Berlin' })

const locale = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z\d]{2,8}){0,3}$/, 'must be a language tag such as en or pt-BR')
  .openapi({ example: 'en' })

const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00')
  .openapi({ example: '22:00' })

/** What a subscriber may choose. */
export const wish = z.strictObject({
  components: names.optional().openapi({
    description: 'Ids or keys of components or groups; absent or empty means everything.',
  }),
  events: z
    .array(z.enum(eventKinds))
    .min(1, `must name at least one of ${eventKinds.join(', ')}`)
    .max(20)
    .optional()
    .openapi({ description: 'Absent means all kinds.' }),
  min_impact: z
    .enum(minimumImpacts)
    .optional()
    .openapi({ description: 'Incidents below it are not told.' }),
  groups: names.optional().openapi({
    description: 'Ids or keys of groups, each followed with its future members.',
  }),
  updates: z
    .enum(updateWishes)
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
    channel: z.enum(channels),
    address: z.string().trim().min(1, 'must not be empty').max(2_000).openapi({
      description: 'Email address, mobile number with its country code, or https URL.',
    }),
  })
  .openapi('NewSubscriber')

export const verification = z
  .strictObject({
    address: z.string().trim().min(1).max(320),
    code: z
      .string()
      .trim()
      .regex(/^\d{6}$/, 'must be 6 digits'),
  })
  .openapi('Verification')

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
