import type { Outcome } from '../domain/delivery.ts'

/** Many times what any provider answers. */
const MOST_BYTES = 1024 * 1024

/** The parsed body; null when it is not JSON, or too long. A body that does not arrive rejects. */
export async function readJson(response: Response): Promise<unknown> {
  const { text, error } = await readText(response, MOST_BYTES)
  if (error !== undefined) throw error
  return parseJson(text)
}

/** Null when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The beginning of a body, without half a character at its end, and what kept us from reading on; the rest is cancelled. */
export async function readText(
  response: Response,
  maxBytes: number,
): Promise<{ text: string; error?: unknown }> {
  if (!response.body) return { text: '' }
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (let left = maxBytes; left > 0;) {
      const { done, value } = await reader.read()
      if (done) return { text: text + decoder.decode() }
      text += decoder.decode(value.subarray(0, left), { stream: true })
      left -= value.byteLength
    }
    await reader.cancel()
    return { text }
  } catch (error) {
    return { text, error }
  }
}

/** Milliseconds that somebody asks us to wait by `Retry-After` (RFC 9110); a date in it counts only for who knows `now`. */
export function retryAfter(headers: Headers, now = Number.NaN): number | undefined {
  const asked = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(asked)) return Math.ceil(Number(asked) * 1000)
  const wait = asked.endsWith(' GMT') ? Date.parse(asked) - now : Number.NaN
  return Number.isNaN(wait) ? undefined : Math.max(0, wait)
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
