import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { z } from 'zod'
import type { Inbound, Receipt } from '../domain/delivery.ts'
import type { DeliveryState } from '../domain/words.ts'
import type { Callback, CallbackEvents } from './provider.ts'
import { meaningOf, suppression } from './twilio-errors.ts'

const states = new Map<string, DeliveryState>(
  Object.entries({
    accepted: 'accepted',
    scheduled: 'accepted',
    queued: 'accepted',
    sending: 'accepted',
    sent: 'accepted',
    delivered: 'delivered',
    partially_delivered: 'delivered',
    read: 'delivered',
    undelivered: 'undelivered',
    failed: 'failed',
    canceled: 'failed',
  } as const),
)

/** Twilio's default words on long codes; compared without case, spaces and punctuation. */
const keywords: Record<string, Inbound['keyword']> = {
  ...all('stop', 'STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'CANCEL'),
  ...all('start', 'START', 'UNSTOP', 'YES'),
  ...all('help', 'HELP', 'INFO'),
}

const statusForm = z.object({
  MessageSid: z.string().min(1),
  MessageStatus: z.string(),
  ErrorCode: z.string().optional(),
  ErrorMessage: z.string().optional(),
})

const inboundForm = z.object({
  MessageSid: z.string().min(1),
  From: z.string().min(1),
  Body: z.string(),
  OptOutType: z.enum(['STOP', 'START', 'HELP']).optional().catch(undefined),
})

/** Who is called back. */
export type Sender = {
  accountSid: string
  authToken: string
  from?: string
  messagingServiceSid?: string
  /** Another sender has the same account, and takes what names neither of them. */
  sharesAccount?: boolean
}

/** The signature has no time in it, so that a callback can be repeated for ever: its events must be harmless twice. */
export function readCallback(callback: Callback, sender: Sender): CallbackEvents | null {
  const form = new URLSearchParams(callback.body)
  const fields = Object.fromEntries(form)
  if (!isSigned(callback, form, sender.authToken) || !isFor(sender, fields)) return null
  const status = statusForm.safeParse(fields)
  if (status.success) return { receipts: readStatus(status.data, callback.url), inbound: [] }
  const inbound = inboundForm.safeParse(fields)
  return { receipts: [], inbound: inbound.success ? [readInbound(inbound.data)] : [] }
}

/** Every field is signed, those that Twilio adds without notice included. */
function isSigned({ url, headers }: Callback, form: URLSearchParams, authToken: string): boolean {
  const signature = headers.get('x-twilio-signature')
  if (signature === null || !URL.canParse(url)) return false
  const names = [...new Set(form.keys())]
  const params = names.map((name) => {
    const values = form.getAll(name)
    return [name, values.length > 1 ? values : values[0]]
  })
  return validateRequest(authToken, signature, url, Object.fromEntries(params))
}

function isFor(sender: Sender, fields: Record<string, string>): boolean {
  const { AccountSid, MessagingServiceSid, MessageStatus, From, To } = fields
  if (AccountSid !== undefined && AccountSid !== sender.accountSid) return false
  if (!sender.sharesAccount) return true
  if (sender.messagingServiceSid) return MessagingServiceSid === sender.messagingServiceSid
  return !MessagingServiceSid && (MessageStatus ? From : To) === sender.from
}

function readStatus(form: z.infer<typeof statusForm>, url: string): Receipt[] {
  const state = states.get(form.MessageStatus)
  if (state === undefined) return []
  const { searchParams } = new URL(url)
  const delivery = searchParams.get('d') ?? ''
  return [
    {
      event_id: `${form.MessageSid}|${form.MessageStatus}`,
      delivery: /^\d{1,15}$/.test(delivery) ? Number(delivery) : null,
      announcement: searchParams.get('a'),
      provider_id: form.MessageSid,
      state,
      code: form.ErrorCode,
      reason: form.ErrorMessage ?? meaningOf(Number(form.ErrorCode)),
      suppress: suppression(Number(form.ErrorCode)),
    },
  ]
}

function readInbound(form: z.infer<typeof inboundForm>): Inbound {
  // NFKC, since Japanese phones may write in full-width letters.
  const word = form.Body.normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
  const keyword = (form.OptOutType?.toLowerCase() as Inbound['keyword']) ?? keywords[word] ?? null
  return {
    event_id: form.MessageSid,
    from: form.From,
    keyword,
    answered: form.OptOutType !== undefined,
  }
}

function all(keyword: Inbound['keyword'], ...words: string[]): Record<string, Inbound['keyword']> {
  return Object.fromEntries(words.map((word) => [word, keyword]))
}
