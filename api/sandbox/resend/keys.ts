type Kept = { at: number; answered: { payload: string; answer: object } | null }

const keptFor = 24 * 3_600_000
const keptAtMost = 10_000

/** Which keys are taken, and what their requests were answered: Resend remembers that for 24 hours. */
export class IdempotencyKeys {
  readonly #kept = new Map<string, Kept>()

  /** What is known of a key; undefined when it is free. */
  find(key: string, now: number): Kept | undefined {
    const kept = this.#kept.get(key)
    return kept !== undefined && now - kept.at < keptFor ? kept : undefined
  }

  /** From here until `keep` or `release` its request is in progress. */
  take(key: string, now: number): void {
    this.#kept.delete(key)
    this.#kept.set(key, { at: now, answered: null })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > keptAtMost && oldest !== undefined) this.#kept.delete(oldest)
  }

  keep(key: string, payload: string, answer: object): void {
    const kept = this.#kept.get(key)
    if (kept !== undefined) kept.answered = { payload, answer }
  }

  /** A refused request does not use its key up. */
  release(key: string): void {
    this.#kept.delete(key)
  }

  clear(): void {
    this.#kept.clear()
  }
}
