import type { Inbound, Outcome, Receipt } from '../domain/delivery.ts'
import type { Filled } from '../domain/letters/letter.ts'
import type { Found } from '../domain/listing.ts'
import type { Channel } from '../domain/words.ts'

/** One message, complete and final: a retry of the same batch must produce the same bytes. */
export type Message = {
  /** Our delivery id; comes back in receipts. */
  delivery: number
  /** Of the announcement: with the address it names this message, now and in every repetition. */
  id: string
  /** Email address, E.164 number, or https URL. */
  to: string
  /** Mail only. */
  subject: string
  /** Mail only. */
  html: string
  /** Of mail the plain-text twin, of webhooks and chats the JSON body. */
  text: string
  /** What `html` and `text` are joined from: most of it is shared by many messages. */
  words?: { html: Filled; text: Filled }
  headers: Record<string, string>
  /** Webhooks only: `whsec_...`, the newest first; while a secret is rotated the one before it signs too. */
  secrets: string[]
  /** Seconds after which a late SMS is worth nothing. */
  valid_for_s: number
}

/** A request from the provider, as it came: signatures cover the raw body and the public URL. */
export type Callback = { url: string; headers: Headers; body: string }

/** What a verified callback said. */
export type CallbackEvents = { receipts: Receipt[]; inbound: Inbound[] }

/**
 * One way of telling. `send` never throws and always ends before `signal` does; `key` is the batch id and, where the
 * provider knows such a thing, the idempotency key.
 */
export type Provider = {
  name: string
  channel: Channel
  /** Messages per request. */
  batchSize: number
  /** True when repeating a request under the same key cannot send twice. */
  idempotent: boolean
  /** Each address is a server of its own: that one fails says nothing of the others. */
  independent?: boolean
  /** Milliseconds before each repetition of what was deferred; when they are used up it has failed. Otherwise full jitter until it expires. */
  retries?: readonly number[]
  /** Providers of one account find each other's messages. */
  account?: string
  /** Requests per second we start with, before the provider's headers say otherwise; 0 is unlimited. */
  ratePerSecond: number
  /** How much of the rate a message takes, where that differs: an SMS counts by its segments. 1 where not said. */
  cost?(message: Message): number
  send(messages: Message[], key: string, signal: AbortSignal): Promise<Outcome>
  /**
   * For providers without idempotency: looks whether an uncertain message was accepted after all. Never throws, and ends
   * before `signal` does.
   */
  find?(message: Message, sentAfter: number, signal: AbortSignal): Promise<Found>
  /** Verifies a callback against the clock `now` (epoch ms); null when the signature is not the provider's. */
  receive(callback: Callback, now: number): Promise<CallbackEvents | null>
}
