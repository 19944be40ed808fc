import type { Preferences } from './subscription.ts'
import type { EventKind, Impact } from './words.ts'

/** What a telling is about; no components means the page as a whole. */
export type Event = {
  kind: EventKind
  impact: Impact
  component_ids: string[]
  /** Groups of these components. */
  group_ids: string[]
}

/** Planned work has no impact to compare, so it passes every minimum. */
const weights: Record<Impact, number> = {
  none: 0,
  minor: 1,
  major: 2,
  critical: 3,
  maintenance: Infinity,
}

/** The one rule that says who hears of what. */
export function isTold(preferences: Preferences, event: Event): boolean {
  return (
    preferences.events.includes(event.kind) &&
    weights[event.impact] >= weights[preferences.min_impact] &&
    concerns(preferences, event)
  )
}

function concerns({ components, groups }: Preferences, event: Event): boolean {
  if (components.length === 0 && groups.length === 0) return true
  if (event.component_ids.length === 0) return true
  return (
    event.component_ids.some((id) => components.includes(id)) ||
    event.group_ids.some((id) => groups.includes(id))
  )
}
