export type Allowance = { allowed: boolean; headers: Record<string, string> }

const windowMs = 1_000

/** Requests in a window of one second, told in the headers of draft-ietf-httpapi-ratelimit-headers-06. */
export class Rate {
  readonly #limit: number
  #start = -Infinity
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  take(now: number): Allowance {
    if (this.#limit === 0) return { allowed: true, headers: {} }
    if (now < this.#start || now >= this.#start + windowMs) {
      this.#start = now
      this.#used = 0
    }
    const allowed = this.#used < this.#limit
    if (allowed) this.#used += 1
    const reset = String(Math.ceil((this.#start + windowMs - now) / 1000))
    const headers = {
      'ratelimit-limit': String(this.#limit),
      'ratelimit-remaining': String(this.#limit - this.#used),
      'ratelimit-reset': reset,
    }
    return { allowed, headers: allowed ? headers : { ...headers, 'retry-after': reset } }
  }
}
