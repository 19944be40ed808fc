import type { Deps } from '../deps.ts'
import { SECOND } from '../domain/time.ts'

type Kept<T> = { at: number; value: Promise<T> }

/** What was read within the last second is not read again: many open consoles cost no more than one. */
export function keptForASecond<T>(read: (deps: Deps, key: string) => Promise<T>) {
  return keptFor(SECOND, read)
}

export function keptFor<T>(ms: number, read: (deps: Deps, key: string) => Promise<T>) {
  const kept = new WeakMap<Deps, Map<string, Kept<T>>>()
  return {
    read(deps: Deps, key: string): Promise<T> {
      const now = deps.clock.now()
      const mine = kept.get(deps) ?? new Map<string, Kept<T>>()
      kept.set(deps, mine)
      for (const [known, { at }] of mine) if (Math.abs(now - at) >= ms) mine.delete(known)
      const found = mine.get(key)
      if (found) return found.value
      // A query is put anew for each who waits for it, a promise is not.
      const value = Promise.resolve(read(deps, key))
      mine.set(key, { at: now, value })
      value.catch(() => mine.delete(key))
      return value
    },
    /** After a change that whoever made it wants to see at once. */
    forget(deps: Deps): void {
      kept.delete(deps)
    },
  }
}
