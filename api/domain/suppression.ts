import { suppressionReasons, type SuppressionReason } from './words.ts'

/** Of two reasons for silence the graver one stays, in whatever order they are heard. */
const gravity: Record<SuppressionReason, number> = {
  unreachable: 1,
  invalid: 2,
  bounce: 3,
  provider: 4,
  // What a person decided outlives what a provider reported.
  stop: 5,
  manual: 6,
  complaint: 7,
}

/** The reasons that `reason` may replace. */
export function reasonsBelow(reason: SuppressionReason): SuppressionReason[] {
  return suppressionReasons.filter((other) => gravity[other] < gravity[reason])
}

/** A person wants silence; otherwise it was only found that nothing arrives. */
export function isDecision(reason: SuppressionReason): reason is 'stop' | 'manual' | 'complaint' {
  return gravity[reason] >= gravity.stop
}
