import type { Config } from './config.ts'
import { discord } from './providers/discord.ts'
import type { Provider } from './providers/provider.ts'
import { resend } from './providers/resend.ts'
import { slack } from './providers/slack.ts'
import { teams } from './providers/teams.ts'
import { twilio } from './providers/twilio.ts'
import { webhook } from './providers/webhook.ts'

type Outside = {
  fetch: typeof fetch
  /** For URLs that subscribers gave: reaches public addresses only. */
  postFetch: typeof fetch
  /** Epoch milliseconds. */
  now(): number
  publicUrl: string
}

/** The ways of telling that the configuration has keys for, and those that need none. */
export function configuredProviders(config: Config, outside: Outside): Provider[] {
  const providers: Provider[] = []
  if (config.RESEND_API_KEY)
    providers.push(
      resend({
        apiKey: config.RESEND_API_KEY,
        from: config.EMAIL_FROM,
        fetch: outside.fetch,
        baseUrl: config.RESEND_BASE_URL,
        webhookSecret: config.RESEND_WEBHOOK_SECRET,
        userAgent: userAgent(outside.publicUrl),
      }),
    )
  providers.push(...sendersOfSms(config, outside))
  const posting = {
    fetch: outside.postFetch,
    userAgent: userAgent(outside.publicUrl),
    now: outside.now,
  }
  return [...providers, webhook(posting), slack(posting), teams(posting), discord(posting)]
}

/** The second one stands in for the first, on its account where none of its own is named. */
function sendersOfSms(config: Config, { fetch, publicUrl }: Outside): Provider[] {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = config
  if (!accountSid || !authToken) return []
  const common = { baseUrl: config.TWILIO_BASE_URL, fetch, publicUrl }
  const first = twilio({
    ...common,
    accountSid,
    authToken,
    from: config.TWILIO_FROM,
    messagingServiceSid: config.TWILIO_MESSAGING_SERVICE_SID,
    ratePerSecond: config.TWILIO_SEGMENTS_PER_SECOND,
  })
  const from = config.TWILIO_FALLBACK_FROM
  const messagingServiceSid = config.TWILIO_FALLBACK_MESSAGING_SERVICE_SID
  if (!from && !messagingServiceSid) return [first]
  const own = config.TWILIO_FALLBACK_ACCOUNT_SID ?? accountSid
  const second = twilio({
    ...common,
    name: 'twilio-fallback',
    accountSid: own,
    authToken: config.TWILIO_FALLBACK_AUTH_TOKEN ?? authToken,
    sharesAccount: own === accountSid,
    from,
    messagingServiceSid,
    ratePerSecond: config.TWILIO_FALLBACK_SEGMENTS_PER_SECOND,
  })
  return [first, second]
}

/** How we name ourselves to those we ask and tell. */
export function userAgent(publicUrl: string): string {
  return `Allclear/1 (+${publicUrl})`
}
