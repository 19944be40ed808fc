import type { EventKind, MinimumImpact } from './words.ts'

/** What a subscriber wants to hear of. */
export type Preferences = {
  /** Ids of components and groups; both empty means everything. A group follows its future members. */
  components: string[]
  groups: string[]
  events: EventKind[]
  min_impact: MinimumImpact
}

/** How and when somebody agreed to be written to. */
export type Consent = {
  at: number
  source: string
  /** Version of the words they agreed to. */
  text_version: string
  ip_hash: string | null
}
