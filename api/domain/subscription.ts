import type { FieldError } from './error.ts'
import type { MessageKey } from './message.ts'
import { wrongField } from './refusal.ts'
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
  const is = (path: string, key: MessageKey) => wrong.push(wrongField(path, { key }))
  if (only_incidents && incidents.length === 0) is('only_incidents', 'refusal.nothing_followed')
  for (const end of ['from', 'until'] as const)
    if (quiet && !TIME.test(quiet[end])) is(`quiet.${end}`, 'refusal.time')
  if (quiet && quiet.from === quiet.until) is('quiet.until', 'refusal.no_span')
  if (digest_at !== null && !TIME.test(digest_at)) is('digest_at', 'refusal.time')
  if (digest_at !== null && channel !== 'email') is('digest_at', 'refusal.digest_by_email')
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
