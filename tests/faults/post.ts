import type { Sandbox } from '../../api/sandbox/sandbox.ts'
import { resendApiKey } from '../support/sandbox.ts'

export type Kind = 'mail' | 'text'
type Weather = (kind: Kind, nth: number) => void
type Phase = 'before' | 'after'
type Stop = { kind: Kind; at: number; phase: Phase; act: () => Promise<unknown>; reached(): void }
export type Sending = { kind: Kind; at: number; key: string | null; status: number }

type Rules = {
  /** A provider that ignores idempotency keys sends whatever it is asked to. */
  keepsKeys?: boolean
  /** Milliseconds after which Twilio lists what it has accepted. */
  listLag?: number
  /** Resend refuses all of a batch for one bad mail, whatever it is asked for. */
  isStrict?: boolean
}

/** The way to the providers: counts what is asked of them, and lets scenarios step in at any request. */
export function postOffice(
  sandbox: Sandbox,
  now: () => number,
  { keepsKeys = true, isStrict = false, listLag = 0 }: Rules,
) {
  const sendings: Sending[] = []
  const begun: Record<Kind, number> = { mail: 0, text: 0 }
  const stops = new Set<Stop>()
  let weather: Weather | undefined
  let validKey = resendApiKey

  async function reach(kind: Kind, nth: number, phase: Phase): Promise<void> {
    const here = [...stops].filter(
      (stop) => stop.kind === kind && stop.at <= nth && stop.phase === phase,
    )
    for (const stop of here) {
      stops.delete(stop)
      await stop.act()
      stop.reached()
    }
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
    /** Asked before every sending: switches faults as the scenario likes. */
    makeWeather(make: Weather) {
      weather = make
    },
    /** From now on Resend knows us by another key alone. */
    changeKey(key: string) {
      validKey = key
    },
    /** Holds the n-th sending from now until `act` has ended, before it is accepted or before it is answered. */
    stepIn(kind: Kind, nth: number, phase: Phase, act: () => Promise<unknown>): Promise<void> {
      return new Promise((reached) =>
        stops.add({ kind, at: begun[kind] + nth, phase, act, reached }),
      )
    },
    /** Whoever has not come by yet is not stopped any more. */
    letPass: () => stops.clear(),
    async fetch(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url)
      if (request.method !== 'POST' || !/^\/(resend|twilio)/.test(pathname))
        return withoutNewest(await sandbox.app.fetch(request))
      const kind = pathname.startsWith('/resend') ? 'mail' : 'text'
      const nth = ++begun[kind]
      // Read first: it arrived, even when its sender dies in the middle of what follows.
      const body = await request.arrayBuffer()
      const key = request.headers.get('idempotency-key')
      await reach(kind, nth, 'before')
      weather?.(kind, nth)
      const { signal } = request
      const headers = asAsked(request.headers)
      const passed = new Request(request.url, { method: 'POST', headers, body, signal })
      const response = await sandbox.app.fetch(passed)
      sendings.push({ kind, at: now(), key, status: response.status })
      await reach(kind, nth, 'after')
      return response
    },
  }
}
