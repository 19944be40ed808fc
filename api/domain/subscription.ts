import type { EventKind, MinimumImpact, UpdateWish } from './words.ts'

/** What a subscriber wants to hear of, and when. */
export type Preferences = {
  /** Ids of components and groups; both empty means everything. A group follows its future members. */
  components: string[]
  groups: string[]
  events: EventKind[]
  min_impact: MinimumImpact
  updates: UpdateWish
  /** Ids of incidents and maintenances followed until they are over, whatever the choices above say. */
  incidents: string[]
  /** Nothing is told but `incidents`; the subscription ends with the last of them. */
  only_incidents: boolean
  /** Local times, `HH:MM`, between which only critical news may disturb. */
  quiet: Quiet | null
  /** Local time, `HH:MM`, of one mail a day instead of many; null tells at once. */
  digest_at: string | null
}

export type Quiet = { from: string; until: string }

/** Everything, at once. */
export const everything: Preferences = {
  components: [],
  groups: [],
  events: ['incident', 'maintenance', 'postmortem'],
  min_impact: 'none',
  updates: 'all',
  incidents: [],
  only_incidents: false,
  quiet: null,
  digest_at: null,
}

/** How and when somebody agreed to be written to. */
export type Consent = {
  at: number
  source: string
  /** Version of the words they agreed to. */
  text_version: string
  ip_hash: string | null
}
