import type { Clock } from '../deps.ts'
import { SECOND } from '../domain/time.ts'

/** Who is at work in one round of sending. */
export type Crew = {
  isAtWork(): boolean
  atWork(work: () => Promise<void>): Promise<void>
  /** Ends after a moment, or when nobody is at work any more. */
  pause(): Promise<void>
}

export function createCrew(clock: Clock): Crew {
  let busy = 0
  let resting = Promise.withResolvers<void>()
  return {
    isAtWork: () => busy > 0,
    async atWork(work) {
      busy++
      try {
        await work()
      } finally {
        busy--
        if (busy === 0) {
          resting.resolve()
          resting = Promise.withResolvers()
        }
      }
    },
    async pause() {
      const over = new AbortController()
      await Promise.race([clock.sleep(SECOND, over.signal), resting.promise])
      over.abort()
    },
  }
}
