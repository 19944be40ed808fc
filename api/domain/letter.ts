import type { AllClear } from './incident.ts'
import { formatInstant, formatTime } from './time.ts'
import type { AnnouncementKind, ComponentStatus, Impact, UpdateStatus } from './words.ts'

/**
 * Everything that is written about one announcement, on any channel; frozen facts, no lookups. Times are epoch ms: in what
 * people read they become `places`, told in each receiver's zone.
 */
export type Letter = {
  kind: AnnouncementKind
  /** Of the announcement; the same in every repetition. */
  id: string
  created_at: number
  locale: string
  page: {
    id: string
    name: string
    url: string
    support: { email: string | null; url: string | null; hours: string | null }
    privacy_url: string | null
    terms_url: string | null
  }
  /** The incident or maintenance that it tells of; null in letters about the subscription itself and in digests. */
  incident: LetterIncident | null
  /** What happened since the last one, newest first; only in a digest. */
  digest: { since: number; until: number; stories: LetterIncident[] } | null
}

export type LetterIncident = {
  id: string
  name: string
  url: string
  status: UpdateStatus
  impact: Impact
  started_at: number
  resolved_at: number | null
  next_update_at: number | null
  /** Planned window of a maintenance. */
  scheduled_for: number | null
  scheduled_until: number | null
  /** The news itself; Markdown. */
  update: { id: string; status: UpdateStatus; body: string; display_at: number }
  components: LetterComponent[]
  all_clear: AllClear | null
  /** Markdown, once published. */
  postmortem: string | null
}

export type LetterComponent = {
  id: string
  name: string
  old_status: ComponentStatus
  new_status: ComponentStatus
}

/**
 * Places that differ per receiver and are filled in when a batch is sent. Private-use characters cannot come from
 * operators: `withoutPlaces` strips them from every text.
 */
export const places = {
  confirm: '\uE000confirm\uE001',
  manage: '\uE000manage\uE001',
  unsubscribe: '\uE000unsubscribe\uE001',
  code: '\uE000code\uE001',
} as const

/** What fills the places of one receiver: their links, and the language and zone in which times are told. */
export type Places = Partial<Record<keyof typeof places, string>> & {
  locale: string
  time_zone: string
}

/** A place for a moment with its date, such as `21 Nov 2026, 14:05 CET`. */
export function instantPlace(at: number): string {
  return `\uE000instant:${at}\uE001`
}

/** A place for a moment's time of day, such as `14:05 CET`. */
export function timePlace(at: number): string {
  return `\uE000time:${at}\uE001`
}

export function withoutPlaces(text: string): string {
  return text.replace(/[\uE000\uE001]/g, '')
}

/** Fills the places of one receiver into a frozen rendering. */
export function fillPlaces(text: string, values: Places): string {
  const { locale, time_zone } = values
  return text.replace(/\uE000(\w+)(?::(\d+))?\uE001/g, (_, name: string, at?: string) => {
    if (name === 'instant') return formatInstant(Number(at), locale, time_zone)
    if (name === 'time') return formatTime(Number(at), locale, time_zone)
    return values[name as keyof typeof places] ?? ''
  })
}
