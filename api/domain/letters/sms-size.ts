import { convertMarkdown, plainWords } from './letter-markup.ts'
import { speak } from '../message.ts'
import { countSegments, fitSms } from '../segments.ts'
import type { AnnouncementKind } from '../words.ts'

type Draft = {
  kind: AnnouncementKind
  name: string
  body: string
  page: string
  locale: string
  /** As it would be told. */
  time: string
  url: string
}

/** How many segments the SMS about something would have, as far as it is written: near enough to say how long all take. */
export function segmentsOfDraft({ kind, name, body, page, locale, time, url }: Draft): number {
  const say = speak(locale)
  const status = say(kind === 'incident_resolved' ? 'incident.resolved' : 'incident.investigating')
  const head = say('sms.incident', { status, name, page, time })
  const words = convertMarkdown(body.slice(0, 1000), plainWords)
  return countSegments(fitSms(`${head} ${words}`, url)).segments
}
