import { CIRCUIT_PAUSE } from './attempt.ts'
import type { Outcome } from './delivery.ts'
import { MINUTE, SECOND } from './time.ts'

/** Where a message is in the provider's list; null when it is certainly not there (yet), 'unknown' when the list leaves it open. */
export type Found = Listed | null | 'unknown' | NoAnswer

export type Listed = {
  provider_id: string
  /** It was sent, but never arrived. */
  isUndelivered?: boolean
}

/** Why a list was not to be had. */
export type NoAnswer = Extract<Outcome, { kind: 'uncertain' | 'throttled' | 'closed' }>

export function isListed(found: Found): found is Listed {
  return found !== null && found !== 'unknown' && !('kind' in found)
}

export function isNoAnswer(found: Found): found is NoAnswer {
  return found !== null && found !== 'unknown' && 'kind' in found
}

/**
 * Milliseconds until a list that failed so often in a row is asked again. Where it refuses our account somebody who
 * needs no list is to be the trial of the circuit that this opens.
 */
export function listPause({ kind, retry_after_ms = 0 }: NoAnswer, failures: number): number {
  const pause =
    kind === 'closed'
      ? 2 * CIRCUIT_PAUSE
      : Math.min(CIRCUIT_PAUSE, SECOND * 2 ** Math.min(failures, 10))
  return Math.max(retry_after_ms, pause)
}

/** Milliseconds until what is in doubt for so long is looked for again: ever more rarely. */
export function untilNextLook(doubtful: number, shortest: number): number {
  return Math.min(15 * MINUTE, Math.max(shortest, doubtful))
}
