import { z } from '@hono/zod-openapi'
import { channels, eventKinds, minimumImpacts } from '../domain/words.ts'

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
  locale: locale.optional(),
  time_zone: timeZone.optional(),
})

export const change = wish.extend({ groups: names.optional() })

export const newSubscriber = wish
  .extend({
    channel: z.enum(channels),
    address: z
      .string()
      .trim()
      .min(1, 'must not be empty')
      .max(320)
      .openapi({ description: 'Email address, or mobile number with its country code.' }),
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
