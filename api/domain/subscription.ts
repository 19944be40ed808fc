import type { FieldError } from './error.ts'
import type { Channel, EventKind, MinimumImpact, UpdateWish } from './words.ts'

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

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

/** What in a choice cannot be meant, by field; nothing when all of it can. */
export function contradictions(
  { incidents, only_incidents, quiet, digest_at }: Preferences,
  channel: Channel,
): FieldError[] {
  const wrong: FieldError[] = []
  if (only_incidents && incidents.length === 0)
    wrong.push({ path: 'only_incidents', message: 'needs at least one open incident to follow' })
  for (const end of ['from', 'until'] as const)
    if (quiet && !TIME.test(quiet[end]))
      wrong.push({ path: `quiet.${end}`, message: 'must be a time from 00:00 to 23:59' })
  if (quiet && quiet.from === quiet.until)
    wrong.push({ path: 'quiet.until', message: 'must differ from the beginning' })
  if (digest_at !== null && !TIME.test(digest_at))
    wrong.push({ path: 'digest_at', message: 'must be a time from 00:00 to 23:59' })
  if (digest_at !== null && channel !== 'email')
    wrong.push({ path: 'digest_at', message: 'a daily digest comes by email only' })
  return wrong
}

/** How and when somebody agreed to be written to. */
export type Consent = {
  at: number
  source: string
  /** Version of the words they agreed to. */
  text_version: string
  ip_hash: string | null
}
