import type { Outcome, Result } from '../domain/delivery.ts'

type TwilioError = {
  /**
   * What is wrong, and so who else is refused: this number by everybody, this number by this sender, or everybody by
   * this sender, for good or while its queue is full. A receipt's error says no more than itself.
   */
  of: 'number' | 'route' | 'sender' | 'queue' | 'receipt'
  suppress?: 'stop' | 'invalid'
  /** For receipts, which bring a code and no words. */
  reason: string
}

/** https://www.twilio.com/docs/api/errors: those that mean something to us. */
const errors = new Map<number, TwilioError>([
  [21211, { of: 'number', suppress: 'invalid', reason: 'this is not a telephone number' }],
  [21614, { of: 'number', suppress: 'invalid', reason: 'this number cannot receive SMS' }],
  [21635, { of: 'number', suppress: 'invalid', reason: 'this number is a landline' }],
  [21610, { of: 'number', suppress: 'stop', reason: 'they have opted out of this sender' }],

  [21408, { of: 'route', reason: 'SMS to this country are switched off at Twilio' }],
  [21608, { of: 'route', reason: 'a trial account reaches only numbers that were verified' }],
  [21612, { of: 'route', reason: 'this sender cannot reach this number' }],

  [20003, { of: 'sender', reason: 'Twilio refuses the account or its token' }],
  [20005, { of: 'sender', reason: 'the account is not active' }],
  [21212, { of: 'sender', reason: 'the sender is not a telephone number' }],
  [21603, { of: 'sender', reason: 'no sender is named' }],
  [21606, { of: 'sender', reason: 'the sender is not ours' }],
  [21609, { of: 'sender', reason: 'the URL for receipts is wrong' }],
  [21659, { of: 'sender', reason: 'the sender is not a number of Twilio' }],
  [21660, { of: 'sender', reason: 'the sender is of another account' }],
  [21703, { of: 'sender', reason: 'the messaging service has no sender' }],
  [21705, { of: 'sender', reason: 'the messaging service is not ours' }],
  [30002, { of: 'sender', reason: 'the account is suspended' }],
  [63038, { of: 'sender', reason: 'the account has used up its messages of the day' }],

  [21611, { of: 'queue', reason: 'the queue of the sender is full' }],
  [30001, { of: 'queue', reason: 'the queue of the sender is full' }],

  [30003, { of: 'receipt', reason: 'the phone could not be reached' }],
  [30004, { of: 'receipt', reason: 'the message is blocked, by the phone or its network' }],
  [30005, { of: 'receipt', suppress: 'invalid', reason: 'the number does not exist' }],
  [30006, { of: 'receipt', suppress: 'invalid', reason: 'the number cannot receive SMS' }],
  [30007, { of: 'receipt', reason: 'the network filtered the message as unwanted' }],
  [30008, { of: 'receipt', reason: 'the network does not say why' }],
  [30032, { of: 'receipt', reason: 'the toll-free sender is not verified' }],
  [30034, { of: 'receipt', reason: 'the sender is not registered for A2P 10DLC' }],
  [30036, { of: 'receipt', reason: 'it could not be delivered while it was worth something' }],
])

/** Twilio names no time for a full queue. */
const queueWait = 60_000

type Said = { code: string; reason: string; retry_after_ms?: number }

/** What a code says of a message that was certainly not sent; null where it says nothing. */
export function judgeCode(code: number, said: Said): Outcome | null {
  const of = errors.get(code)?.of
  if (of === 'queue')
    return { kind: 'closed', ...said, retry_after_ms: said.retry_after_ms ?? queueWait }
  if (of === 'sender') return { kind: 'closed', ...said }
  return of === undefined ? null : { kind: 'answered', results: [refusedResult(code, said.reason)] }
}

/** A refusal of one message; where only its way was refused, another sender may have a better one. */
export function refusedResult(code: number, reason: string): Result {
  const elsewhere = errors.get(code)?.of === 'route' || undefined
  return { kind: 'refused', code: String(code), reason, suppress: suppression(code), elsewhere }
}

/** Whether an error of Twilio's says that this number should be left alone from now on. */
export function suppression(code: number): 'stop' | 'invalid' | undefined {
  return errors.get(code)?.suppress
}

export function meaningOf(code: number): string | undefined {
  return errors.get(code)?.reason
}
