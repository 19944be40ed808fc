import type { Clock } from '../deps.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  /** Ends early, and quietly, when `signal` does. */
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', wake)
    }),
}
