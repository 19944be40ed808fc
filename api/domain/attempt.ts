import type { Outcome, Result } from './delivery.ts'
import { HOUR, MINUTE, SECOND } from './time.ts'

/** Idempotency keys are forgotten after 24 h: past this nothing is repeated. */
export const KEY_LIFETIME = 23 * HOUR
export const CIRCUIT_FAILURES = 10
export const CIRCUIT_PAUSE = 30 * SECOND

export type Attempt = {
  /** Uncertain answers so far. */
  attempts: number
  members: number
  /** This was the first request for it: whatever is refused now was never accepted. */
  first: boolean
  /** The provider's own waits before each repetition (see `Provider`). */
  retries?: readonly number[]
  /** Whether it was accepted can neither be looked up nor does a repetition do no harm. */
  unverifiable?: boolean
}

/** What becomes of a batch after one request. */
export type Next =
  | { kind: 'done'; results: Result[] }
  /** Nobody was told; each member is tried in a request of its own, so that a bad one cannot hold the others. */
  | { kind: 'split' }
  | { kind: 'failed'; code: string; reason: string }
  /** Nobody was told, for reasons that lie not in the message: an operator may have it sent again. */
  | { kind: 'dead'; code: string; reason: string }
  /** Nobody was told: the members wait again, and are looked at again before they are sent. */
  | { kind: 'released'; why?: { code: string; reason: string } }
  /** The same request again, with the same bytes. */
  | {
      kind: 'again'
      notBefore: number
      attempts: number
      touchedWire: boolean
      code: string
      reason: string
    }
  /** Perhaps told: never sent again by itself, resolved by a receipt or an operator. */
  | { kind: 'unknown'; code: string; reason: string }

/** Decides on one attempt. A batch that may have been accepted is never dissolved: repeating it is what keeps people from being told twice. */
export function afterAttempt(
  attempt: Attempt,
  outcome: Outcome,
  now: number,
  random: number,
): Next {
  switch (outcome.kind) {
    case 'answered':
      return { kind: 'done', results: outcome.results }
    case 'drifted':
      return { kind: 'unknown', code: outcome.code, reason: outcome.reason }
    case 'refused':
      if (!attempt.first && attempt.members > 1)
        return { kind: 'unknown', code: outcome.code, reason: outcome.reason }
      return attempt.members > 1
        ? { kind: 'split' }
        : { kind: 'failed', code: outcome.code, reason: outcome.reason }
    case 'throttled':
    case 'closed':
      if (attempt.first)
        return { kind: 'released', why: { code: outcome.code, reason: outcome.reason } }
      return again(attempt.attempts, now + (outcome.retry_after_ms ?? 0), outcome)
    case 'uncertain': {
      if (attempt.unverifiable) return { kind: 'unknown', ...unverifiable(outcome.reason) }
      const planned = plannedWait(attempt, random)
      if (planned === null) return { kind: 'unknown', code: outcome.code, reason: outcome.reason }
      const wait = Math.max(outcome.retry_after_ms ?? 0, planned)
      return again(attempt.attempts + 1, now + wait, outcome)
    }
    case 'deferred': {
      const planned = plannedWait(attempt, random)
      if (planned === null) {
        const kind = attempt.first ? 'dead' : 'unknown'
        return { kind, code: outcome.code, reason: outcome.reason }
      }
      const wait = Math.max(outcome.retry_after_ms ?? 0, planned, SHORTEST_STEP_BACK)
      const next = again(attempt.attempts + 1, now + wait, outcome)
      return { ...next, touchedWire: !attempt.first }
    }
  }
}

const SHORTEST_STEP_BACK = SECOND

/** Milliseconds until the next repetition; null when there were enough. */
function plannedWait({ attempts, retries }: Attempt, random: number): number | null {
  if (!retries) return backoff(attempts, random)
  const wait = retries[attempts]
  return wait === undefined ? null : Math.round(wait * (1 + random / 10))
}

/** What is said of a message that may have been accepted, and that nobody can ask for. */
export function unverifiable(reason: string): { code: string; reason: string } {
  return { code: 'unverifiable', reason: `it may have been accepted (${reason})` }
}

/** Where each address is a server of its own, what one says of all messages holds for its own alone. */
export function ofOneAddress(outcome: Outcome): Outcome {
  return outcome.kind === 'throttled' || outcome.kind === 'closed'
    ? { ...outcome, kind: 'deferred' }
    : outcome
}

function again(attempts: number, notBefore: number, why: { code: string; reason: string }) {
  const { code, reason } = why
  return { kind: 'again', notBefore, attempts, touchedWire: true, code, reason } as const
}

/**
 * True when a request that may have been accepted must not be repeated any more: the provider has forgotten its key, or
 * all it says is stale.
 */
export function isTooLate(firstSentAt: number, expiresAt: number, now: number): boolean {
  return now - firstSentAt > KEY_LIFETIME || now >= expiresAt
}

/** Full jitter: up to 2 s after the first failure, doubling to 15 minutes. */
export function backoff(attempts: number, random: number): number {
  return Math.round(random * Math.min(15 * MINUTE, 2 * SECOND * 2 ** attempts))
}

/** What an outcome says of the provider as a whole. */
export type Sign =
  /** It answers: the circuit is or stays closed. */
  | { kind: 'well' }
  /** `CIRCUIT_FAILURES` of these in a row open the circuit, and one that was its trial. */
  | { kind: 'silent' }
  /** It refuses our account or key: the circuit opens at once. */
  | { kind: 'refusing'; pauseMs: number }
  | { kind: 'slowing'; pauseMs: number }
  /** Nothing: it was about one message. */
  | { kind: 'none' }

export function signOf(outcome: Outcome): Sign {
  switch (outcome.kind) {
    case 'closed':
      return { kind: 'refusing', pauseMs: outcome.retry_after_ms ?? CIRCUIT_PAUSE }
    case 'uncertain':
      return { kind: 'silent' }
    case 'deferred':
      return { kind: 'none' }
    case 'throttled':
      return { kind: 'slowing', pauseMs: outcome.retry_after_ms }
    case 'answered':
    case 'refused':
    case 'drifted':
      return { kind: 'well' }
  }
}
