import { deliveryStates, type DeliveryState, type SuppressionReason } from './words.ts'

/** What a provider made of one message of an answered request. */
export type Result =
  | {
      kind: 'accepted'
      /** Null where the receiver gives no name to what it took. */
      provider_id: string | null
      /** What a webhook answered, cut at 1 KB: a receiver may confirm its subscription there. */
      said?: string
    }
  /**
   * This message will never be accepted as it is. `suppress` says that nothing should go to this address any more,
   * `elsewhere` that only its way was refused: the next provider of the channel may try.
   */
  | {
      kind: 'refused'
      code: string
      reason: string
      suppress?: SuppressionReason
      elsewhere?: true
    }

/** What came of one request to a provider. A network failure is an Outcome, never an exception. */
export type Outcome =
  /** One result per message, in the order of the request. */
  | { kind: 'answered'; results: Result[]; limits?: Limits }
  /** The request as a whole is wrong and nothing of it was accepted; sending it again would be refused again. */
  | { kind: 'refused'; code: string; reason: string }
  /** Too fast: this attempt was not accepted, an earlier one of the same request may have been. */
  | { kind: 'throttled'; code: string; reason: string; retry_after_ms: number; limits?: Limits }
  /** Not accepted now, perhaps later; it says nothing of other messages. */
  | { kind: 'deferred'; code: string; reason: string; retry_after_ms?: number }
  /** Timeout, 5xx, lost answer: it may or may not have been accepted. */
  | { kind: 'uncertain'; code: string; reason: string; retry_after_ms?: number }
  /** The provider refuses our account or key: every request would fail the same way. */
  | { kind: 'closed'; code: string; reason: string; retry_after_ms?: number }
  /** The provider holds another payload under this idempotency key: never send under a new one. */
  | { kind: 'drifted'; code: string; reason: string }

/** The provider's own word on its rate: requests left in the window, and milliseconds until it is full again. */
export type Limits = { limit: number; remaining: number; reset_ms: number }

/** A provider's later word on one delivery. */
export type Receipt = {
  /** Unique per provider event, equal when the provider repeats itself. */
  event_id: string
  /** Our delivery id, from the tag or callback URL that we gave it. */
  delivery: number | null
  /** Of the announcement, from there too: every installation counts its deliveries from 1, but these ids are random. */
  announcement?: string | null
  provider_id: string | null
  state: DeliveryState
  code?: string
  reason?: string
  suppress?: SuppressionReason
}

/** A message that a person sent to us. */
export type Inbound = {
  event_id: string
  from: string
  keyword: 'stop' | 'start' | 'help' | null
  /** The provider has already answered the person by itself. */
  answered: boolean
}

/** Receipts arrive late, twice and out of order: a delivery only ever moves to a higher rank. */
const ranks: Record<DeliveryState, number> = {
  pending: 0,
  held: 0,
  sending: 5,
  unknown: 6,
  dead: 6,
  accepted: 10,
  delayed: 30,
  delivered: 50,
  undelivered: 60,
  failed: 60,
  suppressed: 60,
  bounced: 65,
  complained: 70,
  // Never handed to a provider: nothing can be heard of them.
  skipped: 100,
  superseded: 100,
  expired: 100,
}

/** The states that a receipt of `state` may replace. */
export function statesBelow(state: DeliveryState): DeliveryState[] {
  return deliveryStates.filter((candidate) => ranks[candidate] < ranks[state])
}

/** Nothing more will be tried by us in these states. */
export function isSettled(state: DeliveryState): boolean {
  return state !== 'pending' && state !== 'held' && state !== 'sending'
}

/** Given up without a word that it is impossible: an operator may have it sent again. */
export function isReplayable(state: DeliveryState): boolean {
  return state === 'dead' || state === 'expired' || state === 'unknown'
}

/** What can only follow from a provider's taking it; `failed` and `suppressed` are our own words as well. */
const told = new Set<DeliveryState>([
  'accepted',
  'delayed',
  'delivered',
  'bounced',
  'undelivered',
  'complained',
])

/** Taken by the provider, whatever it made of it later. */
export function wasTold(state: DeliveryState): boolean {
  return told.has(state)
}
