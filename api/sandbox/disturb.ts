import type { MiddlewareHandler } from 'hono'
import type { Faults, FaultyProvider } from './faults.ts'

type Refused =
  'rate_limited' | 'auth_refused' | 'quota_exceeded' | 'gone' | 'error_before' | 'error_after'

/** How a provider words those failures that it knows. */
export type Wording = Partial<Record<Refused, () => Response>>

const before = [
  'rate_limited',
  'auth_refused',
  'quota_exceeded',
  'gone',
  'error_before',
  'hang_before',
] as const
const after = ['error_after', 'hang_after'] as const

/** Lets requests fail as the switches say: before anything is accepted, or after it was. */
export function disturb(
  provider: FaultyProvider,
  faults: Faults,
  wording: Wording,
  stopped: AbortSignal,
): MiddlewareHandler {
  return async (c, next) => {
    const early = faults.take(provider, before)
    if (early === 'hang_before') return hang(c.req.raw.signal, stopped)
    if (early !== null) return wording[early]!()
    await next()
    const late = c.res.ok && c.req.method === 'POST' ? faults.take(provider, after) : null
    if (late === 'hang_after') c.res = await hang(c.req.raw.signal, stopped)
    if (late === 'error_after') c.res = wording.error_after!()
    return undefined
  }
}

/** Never answers a client that waits; ends when the client gives up or the sandbox stops. */
async function hang(...signals: AbortSignal[]): Promise<Response> {
  const ended = AbortSignal.any(signals)
  await new Promise<unknown>((resolve) =>
    ended.aborted ? resolve(null) : ended.addEventListener('abort', resolve),
  )
  return new Response(null, { status: 504 })
}
