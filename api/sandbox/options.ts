import type { Mail, Post, Sms } from './mailbox.ts'

export type SandboxOptions = {
  resendApiKey: string
  twilioAccountSid: string
  twilioAuthToken: string
  /** Where the service under trial is reached; its hooks lie under `/hooks`. Asked at each callback. */
  webhookUrl: () => string
  /** `whsec_...`, the secret of Resend's webhooks. */
  webhookSecret: string
  clock: { now(): number }
  fetch: typeof fetch
  /** Requests per second that Resend allows; 0 is unlimited. */
  rate?: number
  /** Whether to call back with what became of each message. */
  deliverReceipts?: boolean
  /** Hears of every message as it is accepted; the mailboxes keep the newest alone. */
  onAccepted?: (message: Mail | Sms | Post) => void
}
