import { z } from 'zod'

const words = z.string().trim().min(1, 'must not be empty').max(200)

/** Where customers find help, and what they are asked to bring. */
export const support = z.strictObject({
  email: z.email().nullable().default(null),
  url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  hours: words.nullable().default(null),
  /** When a first answer may be expected, such as `within one working day`. */
  response: words.nullable().default(null),
  /** What a report should carry, a line each. */
  include: z.array(words, 'must be a list of words').max(12, 'must be at most 12').default([]),
})
