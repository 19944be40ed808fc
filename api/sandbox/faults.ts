const ofEndpoints = [
  'rate_limited',
  'gone',
  'error_before',
  'hang_before',
  'error_after',
  'hang_after',
] as const

/** What can be made to go wrong at each provider, in the order of precedence. */
export const faultKinds = {
  resend: [
    'rate_limited',
    'auth_refused',
    'quota_exceeded',
    'error_before',
    'hang_before',
    'error_after',
    'hang_after',
    'bounce',
    'complaint',
  ],
  twilio: [
    'rate_limited',
    'auth_refused',
    'quota_exceeded',
    'error_before',
    'hang_before',
    'error_after',
    'hang_after',
    'undelivered',
  ],
  webhook: ofEndpoints,
  slack: ofEndpoints,
  teams: ofEndpoints,
  discord: ofEndpoints,
} as const
export type FaultyProvider = keyof typeof faultKinds
export type FaultKind = (typeof faultKinds)[FaultyProvider][number]

/** `times` counts the requests still to be disturbed; null disturbs until it is switched off. */
export type Fault = { provider: FaultyProvider; kind: FaultKind; times: number | null }

export class Faults {
  readonly #left = new Map<string, number>()

  /** Disturbs the next `times` requests; null is until switched off, 0 switches off. */
  set(provider: FaultyProvider, kind: FaultKind, times: number | null): void {
    if (times === 0) this.#left.delete(`${provider} ${kind}`)
    else this.#left.set(`${provider} ${kind}`, times ?? Infinity)
  }

  /** The first of `kinds` that is on, used up by one request. */
  take<Kind extends FaultKind>(provider: FaultyProvider, kinds: readonly Kind[]): Kind | null {
    const kind = kinds.find((candidate) => this.#left.has(`${provider} ${candidate}`))
    if (kind === undefined) return null
    this.set(provider, kind, (this.#left.get(`${provider} ${kind}`) ?? 1) - 1)
    return kind
  }

  list(): Fault[] {
    return [...this.#left].map(([switched, left]) => {
      const [provider, kind] = switched.split(' ') as [FaultyProvider, FaultKind]
      return { provider, kind, times: Number.isFinite(left) ? left : null }
    })
  }

  clear(): void {
    this.#left.clear()
  }
}
