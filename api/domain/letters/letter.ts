import type { AllClear } from '../incident.ts'
import { normalizeSms } from '../segments.ts'
import { formatInstant, formatTime } from '../time.ts'
import type { AnnouncementKind, ComponentStatus, Impact, UpdateStatus } from '../words.ts'

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
    time_zone: string
    support: { email: string | null; url: string | null; hours: string | null }
    privacy_url: string | null
    terms_url: string | null
  }
  /** The incident or maintenance that it tells of; null in letters about the subscription itself and in digests. */
  incident: LetterIncident | null
  /** What happened since the last one, newest first; only in a digest. */
  digest: { since: number; until: number; stories: LetterStory[] } | null
}

/** Of an incident in a digest: its newest kind of news, and what was said since the last digest, newest first. */
export type LetterStory = LetterIncident & { kind: AnnouncementKind; said: LetterUpdate[] }

export type LetterIncident = {
  id: string
  name: string
  url: string
  status: UpdateStatus
  impact: Impact
  created_at: number
  updated_at: number
  started_at: number
  monitoring_at: number | null
  resolved_at: number | null
  next_update_at: number | null
  /** Planned window of a maintenance. */
  scheduled_for: number | null
  scheduled_until: number | null
  /** The news itself; Markdown. */
  update: LetterUpdate
  components: LetterComponent[]
  all_clear: AllClear | null
  /** Markdown, once published. */
  postmortem: string | null
}

export type LetterUpdate = { id: string; status: UpdateStatus; body: string; display_at: number }

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
  /** The token of the confirm link alone, which an endpoint gives back. */
  challenge: '\uE000challenge\uE001',
  manage: '\uE000manage\uE001',
  unsubscribe: '\uE000unsubscribe\uE001',
  code: '\uE000code\uE001',
} as const

/** What fills the places of one receiver: their links, and the language and zone in which times are told. */
export type Places = Partial<Record<Exclude<keyof typeof places, 'challenge'>, string>> & {
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
  return text.replace(/[\uE000-\uE002]/g, '')
}

/** JSON of a value whose strings hold places: those know that what fills them is quoted. */
export function jsonWithPlaces(value: unknown): string {
  return JSON.stringify(value).replaceAll('\uE000', '\uE002')
}

/** Fills the places of one receiver into a frozen rendering. */
export function fillPlaces(text: string, values: Places): string {
  return text.replace(
    /([\uE000\uE002])(\w+)(?::(\d+))?\uE001/g,
    (_, opening: string, name: string, at?: string) => {
      const value = valueOf(name, Number(at), values)
      return opening === '\uE002' ? JSON.stringify(value).slice(1, -1) : value
    },
  )
}

function valueOf(name: string, at: number, values: Places): string {
  const { locale, time_zone } = values
  switch (name) {
    case 'instant':
      return formatInstant(at, locale, time_zone)
    case 'time':
      return formatTime(at, locale, time_zone)
    case 'sms_instant':
      return normalizeSms(formatInstant(at, locale, time_zone))
    case 'sms_time':
      return normalizeSms(formatTime(at, locale, time_zone))
    case 'challenge':
      return values.confirm ? (new URL(values.confirm).searchParams.get('token') ?? '') : ''
    default:
      return values[name as 'confirm' | 'manage' | 'unsubscribe' | 'code'] ?? ''
  }
}
