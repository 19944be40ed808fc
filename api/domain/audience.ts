import type { Preferences } from './subscription.ts'
import { isBetween, MINUTE, nextDaily, nextTimeOfDay } from './time.ts'
import type { EventKind, Impact, Phase } from './words.ts'

/** How far a telling reaches; no components means the page as a whole. */
export type Reach = {
  impact: Impact
  component_ids: string[]
  /** Groups of these components. */
  group_ids: string[]
}

/** What a telling is about. */
export type Event = Reach & {
  kind: EventKind
  phase: Phase
  incident_id: string
  /** How far all that reached which was told of the same before. */
  before: Reach[]
}

/** The mildest first. Planned work has no impact to compare, so it passes every minimum. */
export const weights: Record<Impact, number> = {
  none: 0,
  minor: 1,
  major: 2,
  critical: 3,
  maintenance: Infinity,
}

/** The one rule that says who hears of what. The first that reaches somebody is the beginning to them, whatever its phase. */
export function isTold(preferences: Preferences, event: Event): boolean {
  if (preferences.incidents.includes(event.incident_id)) return true
  return (
    !preferences.only_incidents &&
    preferences.events.includes(event.kind) &&
    isReached(preferences, event) &&
    (preferences.updates === 'all' ||
      event.phase !== 'middle' ||
      !event.before.some((earlier) => isReached(preferences, earlier)))
  )
}

function isReached(preferences: Preferences, reach: Reach): boolean {
  return weights[reach.impact] >= weights[preferences.min_impact] && concerns(preferences, reach)
}

function concerns({ components, groups }: Preferences, reach: Reach): boolean {
  if (components.length === 0 && groups.length === 0) return true
  if (reach.component_ids.length === 0) return true
  return (
    reach.component_ids.some((id) => components.includes(id)) ||
    reach.group_ids.some((id) => groups.includes(id))
  )
}

/** When somebody who is told is told: now, when their quiet hours end, or in their daily digest. */
export type When = { kind: 'at_once' } | { kind: 'held'; until: number } | { kind: 'digest' }

/** Quiet hours hold back everything that is not critical. */
export function whenTold(
  preferences: Pick<Preferences, 'quiet' | 'digest_at'>,
  timeZone: string,
  event: Pick<Event, 'impact'>,
  now: number,
): When {
  const { quiet, digest_at } = preferences
  if (digest_at !== null) return { kind: 'digest' }
  if (quiet === null || event.impact === 'critical') return { kind: 'at_once' }
  if (!isBetween(now, quiet.from, quiet.until, timeZone)) return { kind: 'at_once' }
  return { kind: 'held', until: nextTimeOfDay(now, quiet.until, timeZone) }
}

export type Rule = (preferences: Preferences, timeZone: string, now: number) => When | null

/** Both rules for many subscribers, null for whom it does not concern; what clocks show is asked once a minute and zone. */
export function ruleFor(event: Event): Rule {
  const known = new Map<string, When>()
  let minute = NaN
  return function rule(preferences, timeZone, now) {
    if (!isTold(preferences, event)) return null
    const { quiet, digest_at } = preferences
    if (quiet === null || digest_at !== null) return whenTold(preferences, timeZone, event, now)
    if (minute !== Math.floor(now / MINUTE)) known.clear()
    minute = Math.floor(now / MINUTE)
    const key = `${quiet.from} ${quiet.until} ${timeZone}`
    let when = known.get(key)
    if (!when) known.set(key, (when = whenTold(preferences, timeZone, event, now)))
    return when
  }
}

/**
 * When the next daily digest is due; null without one. Whoever gives up a digest that was due at `before` gets the rest of
 * it now.
 */
export function digestDue(
  preferences: Pick<Preferences, 'digest_at'>,
  timeZone: string,
  now: number,
  before: number | null = null,
): number | null {
  const { digest_at } = preferences
  if (digest_at === null) return before === null ? null : now
  return nextDaily(now, digest_at, timeZone)
}
