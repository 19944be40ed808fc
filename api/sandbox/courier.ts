/** One request to the service under trial; made anew for each attempt, because signatures carry the time. */
export type Letter = () => Promise<Request>

const retryDelays = [250, 1_000, 3_000]
const attemptTimeout = 10_000
const lanes = 8

/** Carries callbacks: a few at a time, in order, repeated a few times when they are not taken. */
export class Courier {
  readonly #fetch: typeof fetch
  readonly #stopped: AbortSignal
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  #queue: { letter: Letter; attempt: number }[] = []
  #head = 0
  #underway = 0

  constructor(fetch: typeof globalThis.fetch, stopped: AbortSignal) {
    this.#fetch = fetch
    this.#stopped = stopped
    stopped.addEventListener('abort', () => {
      this.#timers.forEach(clearTimeout)
      this.#queue = []
    })
  }

  /** Timers never keep the process alive. */
  after(milliseconds: number, act: () => void): void {
    if (this.#stopped.aborted) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, milliseconds)
    timer.unref()
    this.#timers.add(timer)
  }

  post(letter: Letter, attempt = 0): void {
    if (this.#stopped.aborted) return
    this.#queue.push({ letter, attempt })
    while (this.#underway < lanes && this.#queue.length > this.#head) void this.#run()
  }

  async #run(): Promise<void> {
    this.#underway += 1
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const { letter, attempt } = next
      const delay = retryDelays[attempt]
      if (!(await this.#deliver(letter)) && delay !== undefined) {
        this.after(delay, () => this.post(letter, attempt + 1))
      }
    }
    this.#underway -= 1
  }

  /** With a cursor, because shift() is slow on the queue that a fan-out leaves. */
  #next() {
    if (this.#head >= 1_000) {
      this.#queue.splice(0, this.#head)
      this.#head = 0
    }
    const next = this.#queue[this.#head]
    if (next !== undefined) this.#head += 1
    return next
  }

  /** True when it was taken, with any 2xx. */
  async #deliver(letter: Letter): Promise<boolean> {
    const fetch = this.#fetch
    try {
      const signal = AbortSignal.any([this.#stopped, AbortSignal.timeout(attemptTimeout)])
      const response = await fetch(await letter(), { signal })
      await response.arrayBuffer()
      return response.ok
    } catch {
      return false
    }
  }
}
