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

/** A text as all read it who share a language and a zone, cut where each has links and codes of their own. */
export type Cut = {
  /** One more than there are places. */
  pieces: readonly string[]
  places: readonly { name: string; isQuoted: boolean }[]
}

/** A cut text with one receiver's values between its pieces. */
export type Filled = { pieces: readonly string[]; values: readonly string[] }

/** Tells the times in a frozen rendering, which is most of the work, once for many receivers. */
export function cutAtPlaces(text: string, reader: Pick<Places, 'locale' | 'time_zone'>): Cut {
  const pieces: string[] = []
  const places: { name: string; isQuoted: boolean }[] = []
  let piece = ''
  let end = 0
  for (const { 0: place, 1: opening, 2: name, 3: at, index } of text.matchAll(
    /([\uE000\uE002])(\w+)(?::(\d+))?\uE001/g,
  )) {
    piece += text.slice(end, index)
    end = index + place.length
    const isQuoted = opening === '\uE002'
    if (at !== undefined) piece += quoted(timeAt(name!, Number(at), reader), isQuoted)
    else {
      pieces.push(piece)
      places.push({ name: name!, isQuoted })
      piece = ''
    }
  }
  return { pieces: [...pieces, piece + text.slice(end)], places }
}

/** Puts one receiver's links and codes between the pieces. */
export function fill({ pieces, places }: Cut, values: Places): Filled {
  return {
    pieces,
    values: places.map(({ name, isQuoted }) => quoted(valueOf(name, values), isQuoted)),
  }
}

export function join({ pieces, values }: Filled): string {
  let text = pieces[0]!
  for (let i = 0; i < values.length; i++) text += values[i]! + pieces[i + 1]!
  return text
}

/** Fills the places of one receiver into a frozen rendering. */
export function fillPlaces(text: string, values: Places): string {
  return join(fill(cutAtPlaces(text, values), values))
}

function quoted(value: string, isQuoted: boolean): string {
  return isQuoted ? JSON.stringify(value).slice(1, -1) : value
}

function timeAt(
  name: string,
  at: number,
  { locale, time_zone }: Pick<Places, 'locale' | 'time_zone'>,
): string {
  switch (name) {
    case 'instant':
      return formatInstant(at, locale, time_zone)
    case 'time':
      return formatTime(at, locale, time_zone)
    case 'sms_instant':
      return normalizeSms(formatInstant(at, locale, time_zone))
    case 'sms_time':
      return normalizeSms(formatTime(at, locale, time_zone))
    default:
      return ''
  }
}

function valueOf(name: string, values: Places): string {
  if (name === 'challenge')
    return values.confirm ? (new URL(values.confirm).searchParams.get('token') ?? '') : ''
  return values[name as 'confirm' | 'manage' | 'unsubscribe' | 'code'] ?? ''
}
