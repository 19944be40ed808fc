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
  if (config.TWILIO_ACCOUNT_SID && config.TWILIO_AUTH_TOKEN)
    providers.push(
      twilio({
        accountSid: config.TWILIO_ACCOUNT_SID,
        authToken: config.TWILIO_AUTH_TOKEN,
        from: config.TWILIO_FROM,
        messagingServiceSid: config.TWILIO_MESSAGING_SERVICE_SID,
        baseUrl: config.TWILIO_BASE_URL,
        fetch: outside.fetch,
        publicUrl: outside.publicUrl,
      }),
    )
  const posting = {
    fetch: outside.postFetch,
    userAgent: userAgent(outside.publicUrl),
    now: outside.now,
  }
  return [...providers, webhook(posting), slack(posting), teams(posting), discord(posting)]
}

/** How we name ourselves to those we ask and tell. */
export function userAgent(publicUrl: string): string {
  return `Allclear/1 (+${publicUrl})`
}
