import type { Deps } from '../../deps.ts'
import { isNoAnswer, listPause, type Found, type NoAnswer } from '../../domain/listing.ts'
import { SECOND } from '../../domain/time.ts'
import type { Provider } from '../../providers/provider.ts'

export const LOOK_TIMEOUT = 10 * SECOND

type Silence = {
  failures: number
  /** Nobody else is asked instead: one after another finds out whether it answers again. */
  isLeftAlone: boolean
  since: number
  until: number
}

/** The lists that failed when they were asked last, by account, as far as this process knows. */
const silences = new WeakMap<Deps, Map<string, Silence>>()

/** Until when whoever needs a list that fails waits for it; null for the one whose turn it is to ask. */
export function waitsUntil(deps: Deps, provider: Provider): number | null {
  const silence = silencesOf(deps).get(accountOf(provider))
  if (!silence) return null
  const now = deps.clock.now()
  // A clock that was set back is not paid for with silence.
  if (silence.since <= now && now < silence.until) return silence.until
  if (silence.isLeftAlone) Object.assign(silence, { since: now, until: now + LOOK_TIMEOUT })
  return null
}

export function isSilent(deps: Deps, provider: Provider): boolean {
  return silencesOf(deps).has(accountOf(provider))
}

/** Remembers whether a list answered. */
export function learnFrom(deps: Deps, provider: Provider, found: Found): void {
  const all = silencesOf(deps)
  const account = accountOf(provider)
  if (!isNoAnswer(found)) return void all.delete(account)
  const now = deps.clock.now()
  const failures = all.get(account)?.failures ?? 0
  all.set(account, { failures: failures + 1, isLeftAlone: false, since: now, until: now })
}

/** Asks a list that failed so no more for a while; returns until when. */
export function leaveAlone(deps: Deps, provider: Provider, trouble: NoAnswer): number {
  const silence = silencesOf(deps).get(accountOf(provider))
  const until = deps.clock.now() + listPause(trouble, silence?.failures ?? 1)
  if (silence) Object.assign(silence, { isLeftAlone: true, until })
  return until
}

function silencesOf(deps: Deps): Map<string, Silence> {
  const known = silences.get(deps) ?? new Map<string, Silence>()
  silences.set(deps, known)
  return known
}

function accountOf({ account, name }: Provider): string {
  return account ?? name
}
