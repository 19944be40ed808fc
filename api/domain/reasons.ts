import type { Outcome } from './delivery.ts'

/** A provider's words without the addresses that it likes to repeat: they are stored and logged, addresses must not be. */
export function withoutAddresses(text: string, addresses: string[]): string {
  return addresses.reduce(
    (left, address) => left.replaceAll(anyCase(address), '(the address)'),
    text,
  )
}

/** An outcome whose reasons name none of its receivers. */
export function anonymous(outcome: Outcome, addresses: string[]): Outcome {
  if (outcome.kind !== 'answered')
    return { ...outcome, reason: withoutAddresses(outcome.reason, addresses) }
  const results = outcome.results.map((result) =>
    result.kind === 'refused'
      ? { ...result, reason: withoutAddresses(result.reason, addresses) }
      : result,
  )
  return { ...outcome, results }
}

function anyCase(address: string): RegExp {
  return new RegExp(address.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`), 'gi')
}
