import type { Outcome } from '../domain/delivery.ts'

/** The parsed body; null when it is not JSON. A body that does not arrive rejects. */
export async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Milliseconds that a provider asks us to wait; of `Retry-After` (RFC 9110) they only use the form in seconds. */
export function retryAfter(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after')?.trim() ?? ''
  return /^\d+(\.\d+)?$/.test(seconds) ? Math.ceil(Number(seconds) * 1000) : undefined
}

/** Our key, account or base URL is wrong, redirects included: the next message would fare no better. */
export function refusesEveryone(status: number): boolean {
  return status < 400 || [401, 402, 403, 404, 405].includes(status)
}

/** A request without a readable answer: nobody knows whether it was accepted. */
export function lost(error: unknown, signal: AbortSignal): Outcome {
  return signal.aborted
    ? { kind: 'uncertain', code: 'timeout', reason: 'the provider did not answer in time' }
    : { kind: 'uncertain', code: 'network', reason: rootCause(error) }
}

function rootCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message || error.name : rootCause(error.cause)
}
