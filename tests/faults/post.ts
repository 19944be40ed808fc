import type { Http2Bindings, HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { resendWording } from '../../api/sandbox/resend/refusals.ts'
import type { Sandbox } from '../../api/sandbox/sandbox.ts'
import { twilioWording } from '../../api/sandbox/twilio/refusals.ts'
import { resendApiKey } from '../support/sandbox.ts'

export type Kind = 'mail' | 'text'
/** What becomes of this request alone. */
type Turn = 'rate_limited' | 'error_after'
type Weather = (kind: Kind, nth: number, key: string | null) => Turn | undefined | void
/** Before it is accepted, before its acceptance is answered, or instead of both: it never arrives. */
export type Phase = 'before' | 'after' | 'instead'
type Act = (key: string | null) => Promise<unknown>
type Stop = { kind: Kind; at: number; phase: Phase; key?: string; act: Act; reached(): void }
export type Sending = { kind: Kind; at: number; key: string | null; status: number }

type Asked = { kind: Kind; nth: number; key: string | null }

type Rules = {
  /** A provider that ignores idempotency keys sends whatever it is asked to. */
  keepsKeys?: boolean
  /** Milliseconds after which Twilio lists what it has accepted. */
  listLag?: number
  /** Resend refuses all of a batch for one bad mail, whatever it is asked for. */
  isStrict?: boolean
}

const wordings = { mail: resendWording, text: twilioWording }

async function answered(
  kind: Kind,
  turn: Turn | undefined | void,
  ask: () => Promise<Response>,
): Promise<Response> {
  if (turn === 'rate_limited') return wordings[kind].rate_limited()
  const answer = await ask()
  return turn === 'error_after' && answer.ok ? wordings[kind].error_after() : answer
}

/** The way to the providers: counts what is asked of them, and lets scenarios step in at any request. */
export function postOffice(
  sandbox: Sandbox,
  now: () => number,
  { keepsKeys = true, isStrict = false, listLag = 0 }: Rules,
) {
  const sendings: Sending[] = []
  const begun: Record<Kind, number> = { mail: 0, text: 0 }
  const begunByKey = new Map<string | null, number>()
  const dropped: Record<Kind, number> = { mail: 0, text: 0 }
  const stops = new Set<Stop>()
  let weather: Weather | undefined
  let validKey = resendApiKey

  /** True where somebody stepped in. */
  async function reach({ kind, nth, key }: Asked, phase: Phase): Promise<boolean> {
    const here = [...stops].filter(
      (stop) =>
        stop.kind === kind &&
        stop.at <= nth &&
        stop.phase === phase &&
        (stop.key === undefined || stop.key === key),
    )
    for (const stop of here) {
      stops.delete(stop)
      await stop.act(key)
      stop.reached()
    }
    return here.length > 0
  }

  /** The sandbox knows one key only: what is asked under the valid one comes to it under that. */
  function asAsked(given: Headers): Headers {
    const headers = new Headers(given)
    if (!keepsKeys) headers.delete('idempotency-key')
    if (isStrict) headers.delete('x-batch-validation')
    const key = headers.get('authorization')
    if (key === `Bearer ${validKey}`) headers.set('authorization', `Bearer ${resendApiKey}`)
    else if (key === `Bearer ${resendApiKey}`) headers.set('authorization', 'Bearer re_revoked')
    return headers
  }

  async function withoutNewest(answer: Response): Promise<Response> {
    if (listLag === 0 || !answer.ok) return answer
    const list = (await answer.json()) as { messages: { date_created: string }[] }
    const isListed = ({ date_created }: { date_created: string }) =>
      Date.parse(date_created) < now() - listLag
    return Response.json({ ...list, messages: list.messages.filter(isListed) })
  }

  return {
    /** Every request that would send something, in the order of its end. */
    sendings,
    /** Requests that came, answered or not. */
    begun: (kind: Kind) => begun[kind],
    /** The same of one idempotency key. */
    begunWith: (key: string) => begunByKey.get(key) ?? 0,
    /** Those among them that were lost before anything was accepted. */
    dropped: (kind: Kind) => dropped[kind],
    /** Asked before every sending: switches faults as the scenario likes, or says what becomes of this one. */
    makeWeather(make: Weather) {
      weather = make
    },
    /** From now on Resend knows us by another key alone. */
    changeKey(key: string) {
      validKey = key
    },
    /** Holds the n-th sending from now until `act` has ended; of those with `key` alone where one is given. */
    stepIn(kind: Kind, nth: number, phase: Phase, act: Act, key?: string): Promise<void> {
      return new Promise((reached) =>
        stops.add({ kind, at: begun[kind] + nth, phase, act, reached, ...(key ? { key } : {}) }),
      )
    },
    /** Whoever has not come by yet is not stopped any more. */
    letPass: () => stops.clear(),
    async fetch(request: Request, { incoming }: HttpBindings | Http2Bindings): Promise<Response> {
      const { pathname } = new URL(request.url)
      if (request.method !== 'POST' || !/^\/(resend|twilio)/.test(pathname))
        return withoutNewest(await sandbox.app.fetch(request))
      const kind = pathname.startsWith('/resend') ? 'mail' : 'text'
      const nth = ++begun[kind]
      // Read first: it arrived, even when its sender dies in the middle of what follows.
      const body = await request.arrayBuffer().catch(() => null)
      const key = request.headers.get('idempotency-key')
      begunByKey.set(key, (begunByKey.get(key) ?? 0) + 1)
      const asked = { kind, nth, key } as const
      if (!body || (await reach(asked, 'instead'))) {
        dropped[kind]++
        incoming.destroy()
        return RESPONSE_ALREADY_SENT
      }
      await reach(asked, 'before')
      const turn = weather?.(kind, nth, key)
      const { signal } = request
      const headers = asAsked(request.headers)
      const passed = new Request(request.url, { method: 'POST', headers, body, signal })
      const response = await answered(kind, turn, async () => sandbox.app.fetch(passed))
      sendings.push({ kind, at: now(), key, status: response.status })
      await reach(asked, 'after')
      return response
    },
  }
}
