import { directionOf, inLanguage } from '../api/domain/languages.ts'
import { nearestLocale, speak, type Say } from '../api/domain/message.ts'
import { dayOf, formatDay, formatInstant, formatMonth, formatTime } from '../api/domain/time.ts'

/** An instant as the API gives it, in ISO 8601, or in milliseconds. */
export type At = string | number

/** The words, times and figures of one language and one time zone, on one page. */
export type Voice = {
  locale: string
  dir: 'ltr' | 'rtl'
  timeZone: string
  /** Where a page of ours lies in this language. */
  link(path: string): string
  /**
   * The attributes of what operators wrote: in the page's own language, whatever everything around it speaks. To be named one by
   * one: Astro writes into what is spread.
   */
  theirs: { lang?: string; dir?: 'auto' }
  say: Say
  instant(at: At): string
  clock(at: At): string
  day(date: string): string
  month(month: string): string
  /** The calendar day of an instant in this time zone. */
  dateOf(at: At): string
  duration(seconds: number): string
  percent(value: number): string
  milliseconds(value: number): string
  number(value: number): string
  /** Where times are told in UTC too: whoever wants that unfolds it. */
  utc?: Voice
}

type Page = { locale: string; languages?: string[]; time_zone: string }

const voices = new Map<string, Voice>()

/**
 * The voice of a page, or of whoever reads it in another language or zone. In English where the language is none of ours,
 * times and figures too.
 */
export function voiceOf(
  page: Page,
  reader: { locale?: string | undefined; time_zone?: string } = {},
): Voice {
  const asked = reader.locale ?? page.locale
  const locale = nearestLocale(asked) ? asked : 'en'
  const timeZone = reader.time_zone ?? page.time_zone
  const isElsewhere = page.languages?.includes(locale) ?? false
  const key = [locale, timeZone, page.locale, isElsewhere].join('|')
  let voice = voices.get(key)
  if (!voice) {
    voice = {
      ...createVoice(locale, timeZone),
      link: (path) => (isElsewhere ? inLanguage(locale, path) : path),
      theirs: page.locale === locale ? {} : { lang: page.locale, dir: 'auto' },
    }
    voices.set(key, voice)
  }
  return voice
}

/**
 * The same voice, on a page that tells its times in UTC too on demand; also where that is its own zone, since a script may
 * have told them in the reader's.
 */
export function withUtc(page: Page, voice: Voice): Voice {
  return { ...voice, utc: voiceOf(page, { locale: voice.locale, time_zone: 'Etc/UTC' }) }
}

/** The console is English whatever its page speaks. */
export function operatorVoiceOf({ locale, time_zone }: { locale: string; time_zone: string }) {
  return voiceOf({ locale: /^en\b/.test(locale) ? locale : 'en', time_zone })
}

function createVoice(locale: string, timeZone: string): Omit<Voice, 'link' | 'theirs'> {
  const percent = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'percent',
    maximumFractionDigits: 2,
    // 99.999 is not 100: a rounded-up figure would deny an outage.
    roundingMode: 'floor',
  })
  const milliseconds = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'millisecond',
    maximumFractionDigits: 0,
  })
  const number = new Intl.NumberFormat(locale)
  return {
    locale,
    dir: directionOf(locale),
    timeZone,
    say: speak(locale),
    instant: (at) => formatInstant(millis(at), locale, timeZone),
    clock: (at) => formatTime(millis(at), locale, timeZone),
    day: (date) => formatDay(date, locale),
    month: (month) => formatMonth(month, locale),
    dateOf: (at) => dayOf(millis(at), timeZone),
    duration: durationIn(locale),
    percent: (value) => percent.format(value),
    milliseconds: (value) => milliseconds.format(value),
    number: (value) => number.format(value),
  }
}

export function millis(at: At): number {
  return typeof at === 'number' ? at : Date.parse(at)
}

/** A language as its own speakers call it. */
export function nameOfLanguage(locale: string): string {
  const name = new Intl.DisplayNames(locale, { type: 'language' }).of(locale) ?? locale
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
}

const steps = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** Tells the two largest units, such as `1 hr 5 min`; anything shorter than a minute counts as one. */
function durationIn(locale: string): Voice['duration'] {
  const units = steps.map(([unit, size]) => ({
    size,
    format: new Intl.NumberFormat(locale, { style: 'unit', unit }),
  }))
  return function duration(seconds) {
    let rest = Math.max(60, Math.round(seconds / 60) * 60)
    const parts: string[] = []
    for (const { size, format } of units) {
      const count = Math.floor(rest / size)
      rest -= count * size
      if (count > 0) parts.push(format.format(count))
    }
    return parts.slice(0, 2).join(' ')
  }
}
