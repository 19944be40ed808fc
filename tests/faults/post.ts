import type { Sandbox } from '../../api/sandbox/sandbox.ts'

export type Kind = 'mail' | 'text'
type Weather = (kind: Kind, nth: number) => void
type Phase = 'before' | 'after'
type Stop = { kind: Kind; at: number; phase: Phase; act: () => Promise<unknown>; reached(): void }
export type Sending = { kind: Kind; at: number; key: string | null; status: number }

/** The way to the providers: counts what is asked of them, and lets scenarios step in at any request. */
export function postOffice(sandbox: Sandbox, now: () => number, options: { keepsKeys: boolean }) {
  const sendings: Sending[] = []
  const begun: Record<Kind, number> = { mail: 0, text: 0 }
  const stops = new Set<Stop>()
  let weather: Weather | undefined

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

  return {
    /** Every request that would send something, in the order of its end. */
    sendings,
    /** Requests that came, answered or not. */
    begun: (kind: Kind) => begun[kind],
    /** Asked before every sending: switches faults as the scenario likes. */
    makeWeather(make: Weather) {
      weather = make
    },
    /** Holds the n-th sending from now until `act` has ended, before it is accepted or before it is answered. */
    stepIn(kind: Kind, nth: number, phase: Phase, act: () => Promise<unknown>): Promise<void> {
      return new Promise((reached) =>
        stops.add({ kind, at: begun[kind] + nth, phase, act, reached }),
      )
    },
    async fetch(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url)
      if (request.method !== 'POST' || !/^\/(resend|twilio)/.test(pathname))
        return sandbox.app.fetch(request)
      const kind = pathname.startsWith('/resend') ? 'mail' : 'text'
      const nth = ++begun[kind]
      // Read first: it arrived, even when its sender dies in the middle of what follows.
      const body = await request.arrayBuffer()
      const headers = new Headers(request.headers)
      const key = headers.get('idempotency-key')
      if (!options.keepsKeys) headers.delete('idempotency-key')
      await reach(kind, nth, 'before')
      weather?.(kind, nth)
      const passed = new Request(request.url, {
        method: 'POST',
        headers,
        body,
        signal: request.signal,
      })
      const response = await sandbox.app.fetch(passed)
      sendings.push({ kind, at: now(), key, status: response.status })
      await reach(kind, nth, 'after')
      return response
    },
  }
}
