import { z } from 'zod'
import { isCountry } from './domain/countries.ts'
import { DomainError } from './domain/error.ts'
import { mainRegion, regionName } from './domain/region.ts'

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .transform((url) => url.replace(/\/+$/, ''))
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())
const cidr = z.union([z.cidrv4(), z.cidrv6()], {
  error: 'must be a comma-separated list of CIDR ranges',
})

const accountSid = z.string().regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hex digits')
const serviceSid = z.string().regex(/^MG[0-9a-f]{32}$/, 'must be MG and 32 hex digits')
const sender = z
  .string()
  .regex(
    /^(\+[1-9]\d{6,14}|\d{5,6})$/,
    'must be an E.164 number such as +15005550006, or a short code of 5 or 6 digits',
  )
const bearer = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{3,64}\.[A-Za-z0-9_-]{16,256}$/,
    'must be key_id.secret, the secret at least 16 characters of A-Z a-z 0-9 _ -',
  )
const noRate = 'must be segments per second, a whole number from 1 to 1000'
const rate = z.coerce.number(noRate).int(noRate).min(1, noRate).max(1000, noRate)

const environment = z.object({
  PORT: z.coerce.number('must be a port, 0 to 65535').int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: optional(httpUrl),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: optional(
    z
      .string()
      .regex(/^(file:|libsql:|https?:|wss?:)/, 'must start with file:, libsql:, http: or https:'),
  ),
  DATABASE_AUTH_TOKEN: optional(z.string()),
  CONFIG: optional(z.string()),
  SECRET_KEY: optional(z.string().min(32, 'must have at least 32 characters')),
  ADMIN_API_KEY: optional(bearer),
  EMAIL_FROM: z
    .string()
    .regex(
      /^([^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/,
      'must be an address, or Name <address>',
    )
    .default('Allclear <status@localhost.example>'),
  RESEND_API_KEY: optional(z.string()),
  RESEND_BASE_URL: optional(httpUrl),
  RESEND_WEBHOOK_SECRET: optional(z.string().startsWith('whsec_', 'must start with whsec_')),
  SMTP_URL: optional(
    z.url({
      protocol: /^smtps?$/,
      error: 'must be smtp://user:password@host:port, or smtps:// for TLS from the start',
    }),
  ),
  TWILIO_ACCOUNT_SID: optional(accountSid),
  TWILIO_AUTH_TOKEN: optional(z.string().min(1)),
  TWILIO_FROM: optional(sender),
  TWILIO_MESSAGING_SERVICE_SID: optional(serviceSid),
  TWILIO_SEGMENTS_PER_SECOND: optional(rate),
  TWILIO_FALLBACK_ACCOUNT_SID: optional(accountSid),
  TWILIO_FALLBACK_AUTH_TOKEN: optional(z.string().min(1)),
  TWILIO_FALLBACK_FROM: optional(sender),
  TWILIO_FALLBACK_MESSAGING_SERVICE_SID: optional(serviceSid),
  TWILIO_FALLBACK_SEGMENTS_PER_SECOND: optional(rate),
  TWILIO_BASE_URL: optional(httpUrl),
  SMS_COUNTRIES: optional(
    z
      .string()
      .transform((list) => list.split(',').map((country) => country.trim().toUpperCase()))
      .pipe(
        z.array(
          z.string().refine(isCountry, {
            error: ({ input }) =>
              `${JSON.stringify(input)} is no ISO 3166-1 code; must be a comma-separated list such as DE,AT,CH`,
          }),
        ),
      ),
  ),
  REGION: z
    .string()
    .regex(regionName, 'must be a name such as eu-west: a-z, 0-9 and -, at most 32')
    .default(mainRegion),
  ALLCLEAR_URL: optional(httpUrl),
  AGENT_KEY: optional(bearer),
  PROBE_ALLOW_PRIVATE: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((range) => range.trim())
        .filter(Boolean),
    )
    .pipe(z.array(cidr)),
})

/** What the environment says, parsed; the names are the environment's own (DESIGN of the interface is in the README). */
export type Config = z.output<typeof environment>

/** The only reader of the environment. A wrong value ends the start with one sentence that names it. */
export function readConfig(env: Record<string, unknown>): Config {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new DomainError('invalid', `${issue!.path.join('.')}: ${issue!.message}`)
  }
  const config = parsed.data
  requireTogether(config, 'TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN')
  if (config.TWILIO_ACCOUNT_SID && !config.TWILIO_FROM && !config.TWILIO_MESSAGING_SERVICE_SID)
    throw new DomainError(
      'invalid',
      'TWILIO_FROM: is needed, or TWILIO_MESSAGING_SERVICE_SID, to send with TWILIO_ACCOUNT_SID',
    )
  refuseStrayFallback(config)
  return config
}

/** A second sender of SMS stands in for a first one, and must be another. */
function refuseStrayFallback(config: Config): void {
  requireTogether(config, 'TWILIO_FALLBACK_ACCOUNT_SID', 'TWILIO_FALLBACK_AUTH_TOKEN')
  const second = config.TWILIO_FALLBACK_MESSAGING_SERVICE_SID ?? config.TWILIO_FALLBACK_FROM
  if (config.TWILIO_FALLBACK_ACCOUNT_SID && !second)
    throw new DomainError(
      'invalid',
      'TWILIO_FALLBACK_FROM: is needed, or TWILIO_FALLBACK_MESSAGING_SERVICE_SID, to send with TWILIO_FALLBACK_ACCOUNT_SID',
    )
  if (!second) return
  if (!config.TWILIO_ACCOUNT_SID)
    throw new DomainError(
      'invalid',
      'TWILIO_ACCOUNT_SID: is needed, since a fallback stands in for a first sender',
    )
  const first = config.TWILIO_MESSAGING_SERVICE_SID ?? config.TWILIO_FROM
  const name = config.TWILIO_FALLBACK_MESSAGING_SERVICE_SID
    ? 'TWILIO_FALLBACK_MESSAGING_SERVICE_SID'
    : 'TWILIO_FALLBACK_FROM'
  if (second === first)
    throw new DomainError('invalid', `${name}: ${first} is the first sender already`)
}

function requireTogether(config: Config, a: keyof Config, b: keyof Config): void {
  if (!config[a] !== !config[b])
    throw new DomainError(
      'invalid',
      `${config[a] ? b : a}: is missing; ${a} and ${b} belong together`,
    )
}
