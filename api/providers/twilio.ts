import { z } from 'zod'
import { countSegments } from '../domain/segments.ts'
import type { Found } from '../domain/listing.ts'
import type { Message, Provider } from './provider.ts'
import { judgeCreated, judgeFailure } from './twilio-answers.ts'
import { readCallback } from './twilio-callbacks.ts'
import { twilioMessages } from './twilio-messages.ts'

export type TwilioSettings = {
  name?: 'twilio' | 'twilio-fallback'
  accountSid: string
  /** Also the key of callback signatures. */
  authToken: string
  /** Where Twilio reaches us; status callbacks go to `/hooks/twilio/status` there. */
  publicUrl: string
  fetch: typeof fetch
  /** E.164 number or short code; not needed with a messaging service. */
  from?: string
  messagingServiceSid?: string
  /** Another sender of ours has the same account. */
  sharesAccount?: boolean
  baseUrl?: string
  /** Segments per second. */
  ratePerSecond?: number
}

/** Twilio keeps whole seconds, and its clock need not be ours. */
const clockSkewMs = 30_000
const pageSize = 50
const maxValiditySeconds = 36_000

/** Null where it cannot be read. */
const entry = z.object({
  sid: z.string().nullable().catch(null),
  body: z.string().nullable().catch(null),
  status: z.string().nullable().catch(null),
  dateCreated: z.date().nullable().catch(null),
})
/** Listed, but it never left. */
const neverSent = new Set<string | null>(['failed', 'canceled'])
const undelivered = 'undelivered'

const unreadable = { code: 'unreadable', reason: 'the answer is not a list of Twilio’s' }

/**
 * SMS by Twilio. It knows no idempotency key: record the intent first, and look for an uncertain message with `find`
 * before sending it again.
 */
export function twilio(settings: TwilioSettings): Provider {
  return {
    name: settings.name ?? 'twilio',
    account: settings.accountSid,
    channel: 'sms',
    batchSize: 1,
    idempotent: false,
    // What waits here rather than in Twilio's queue can be superseded.
    ratePerSecond: settings.ratePerSecond ?? usualRate(settings),
    cost: ({ text }) => countSegments(text).segments,
    async send([message, ...others], _key, signal) {
      if (message === undefined || others.length > 0) {
        return {
          kind: 'refused',
          code: 'batch',
          reason: 'Twilio takes exactly one message per request',
        }
      }
      try {
        return judgeCreated(await twilioMessages(settings, signal).create(toSms(message, settings)))
      } catch (error) {
        return judgeFailure(error, signal)
      }
    },
    find: (message, sentAfter, signal) => find(message, sentAfter, settings, signal),
    receive: async (callback) => readCallback(callback, settings),
  }
}

/** Segments per second that networks take from each kind of sender. */
function usualRate({ from = '', messagingServiceSid }: TwilioSettings): number {
  if (messagingServiceSid) return 10
  if (isShortCode(from)) return 100
  return isTollFree(from) ? 3 : 1
}

function isShortCode(from: string): boolean {
  return /^\d{5,6}$/.test(from)
}

function isTollFree(from: string): boolean {
  return /^\+18(00|33|44|55|66|77|88)\d{7}$/.test(from)
}

function toSms(message: Message, settings: TwilioSettings) {
  const { from, messagingServiceSid, publicUrl } = settings
  return {
    to: message.to,
    body: message.text,
    ...(messagingServiceSid ? { messagingServiceSid } : { from }),
    statusCallback: `${publicUrl.replace(/\/+$/, '')}/hooks/twilio/status?d=${message.delivery}&a=${message.id}`,
    validityPeriod: Math.min(Math.max(Math.ceil(message.valid_for_s), 1), maxValiditySeconds),
  }
}

/**
 * Looks through the newest messages to the number for the same body. Filtered by number alone: `date_sent` is null
 * while a message is queued. A full page that does not reach back to `sentAfter` proves nothing, nor does an entry that
 * could be the message as far as it can be read.
 */
async function find(
  message: Message,
  sentAfter: number,
  settings: TwilioSettings,
  signal: AbortSignal,
): Promise<Found> {
  try {
    const { instances } = await twilioMessages(settings, signal).page({ to: message.to, pageSize })
    const page = z.array(entry).safeParse(instances)
    if (!page.success) return { kind: 'uncertain', ...unreadable }
    const recent = page.data.filter(
      ({ dateCreated }) => !dateCreated || dateCreated.getTime() >= sentAfter - clockSkewMs,
    )
    const same = recent.filter(
      ({ body, status }) => (body === null || body === message.text) && !neverSent.has(status),
    )
    const sure = same.filter((one) => Object.values(one).every((value) => value !== null))
    const found = sure.find(({ status }) => status !== undelivered) ?? sure[0]
    if (found) return { provider_id: found.sid!, isUndelivered: found.status === undelivered }
    return same.length > 0 || recent.length >= pageSize ? 'unknown' : null
  } catch (error) {
    const trouble = judgeFailure(error, signal)
    return trouble.kind === 'uncertain' || trouble.kind === 'throttled' || trouble.kind === 'closed'
      ? trouble
      : 'unknown'
  }
}
