import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { SECOND } from '../domain/time.ts'
import { meter } from './limit.ts'

/** A job that calls more often than this has run away; a meter that does has nothing new to tell. */
const pace = { burst: 60, perMinute: 120 }

type Report = {
  /** What it is about, whatever it says. */
  about: string
  /** Each word has a limit of its own: a storm of good news must not drown the bad. */
  word: string
  store: () => Promise<void>
}

/**
 * Stores reports at their pace. What comes faster is refused; the last of it is kept here and stored a moment later, so that
 * the last word is known though its sender never repeats it.
 */
export function reportsAtTheirPace(deps: Deps) {
  const take = meter(deps, pace)
  const held = new Map<string, Report['store']>()

  function hold({ about, store }: Report, seconds: number): void {
    const isAwaited = held.has(about)
    held.set(about, store)
    if (isAwaited) return
    deps.defer(async () => {
      await deps.clock.sleep(seconds * SECOND)
      const last = held.get(about)
      held.delete(about)
      // Whoever made up the address has been told already.
      await last?.().catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error
      })
    })
  }

  return async function atItsPace(report: Report): Promise<void> {
    try {
      take(`${report.about} ${report.word}`)
    } catch (error) {
      if (error instanceof DomainError) hold(report, error.retryAfter ?? 1)
      throw error
    }
    // What waits is older than this.
    held.delete(report.about)
    await report.store()
  }
}
