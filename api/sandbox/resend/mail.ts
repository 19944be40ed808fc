import { z } from 'zod'

const address = /^(?:[^<>]*<)?[^\s@<>,;:"]+@[^\s@<>,;:"]+\.[^\s@<>,;:"]+>?$/
const addresses = z
  .union([z.string(), z.array(z.string()).min(1).max(50)])
  .transform((one) => [one].flat())
  .refine((all) => all.every((one) => address.test(one)))

const mail = z
  .object({
    from: z.string().regex(address),
    to: addresses,
    subject: z.string(),
    html: z.string().optional(),
    text: z.string().optional(),
    cc: addresses.optional(),
    bcc: addresses.optional(),
    reply_to: addresses.optional(),
    headers: z.record(z.string(), z.string()).optional(),
    tags: z
      .array(z.object({ name: word(), value: word() }))
      .max(75)
      .optional(),
  })
  .refine(({ html, text }) => html !== undefined || text !== undefined, { path: ['html'] })
export type ParsedMail = z.infer<typeof mail>

export type Invalid = { name: string; message: string }

function word() {
  return z.string().regex(/^[A-Za-z0-9_-]{1,256}$/)
}

/** A mail as Resend takes it, or what Resend says of the first field that is wrong. */
export function parseMail(body: unknown): { mail: ParsedMail } | { invalid: Invalid } {
  const parsed = mail.safeParse(body)
  if (parsed.success) return { mail: parsed.data }
  const field = String(parsed.error.issues[0]?.path[0] ?? 'body')
  return { invalid: wording(field, (body as Record<string, unknown> | null)?.[field]) }
}

function wording(field: string, value: unknown): Invalid {
  if (field === 'html' && value === undefined) {
    return { name: 'validation_error', message: 'Missing `html` or `text` field.' }
  }
  if (field === 'body') return { name: 'validation_error', message: 'The body is not an email.' }
  if (value === undefined) {
    return { name: 'missing_required_field', message: `Missing \`${field}\` field.` }
  }
  if (field === 'tags') {
    const message = 'Tags may hold ASCII letters, numbers, underscores and dashes only.'
    return { name: 'validation_error', message }
  }
  if (['from', 'to', 'cc', 'bcc', 'reply_to'].includes(field)) {
    const form = 'Expected `email@example.com` or `Name <email@example.com>`.'
    return { name: 'validation_error', message: `Invalid \`${field}\` field. ${form}` }
  }
  return { name: 'validation_error', message: `Invalid \`${field}\` field.` }
}
