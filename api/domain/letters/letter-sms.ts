import { formatDuration } from '../duration.ts'
import { fillPlaces, places, type Letter, type LetterIncident } from './letter.ts'
import { cutAtWord } from './letter-cut.ts'
import { convertMarkdown, plainWords } from './letter-markup.ts'
import { speak, type Say } from '../message.ts'
import { countSegments, fitSms, normalizeSms } from '../segments.ts'
import type { UpdateStatus } from '../words.ts'

/** At most two segments; the text gives way, the state and the link stay. */
export function smsOf(letter: Letter): string {
  const say = speak(letter.locale)
  if (letter.kind === 'confirmation') return confirmation(letter, say)
  const filled = widest(letter.locale)
  if (!letter.incident) return fitSms(aboutSubscription(letter, say), letter.page.url, filled)
  const { incident } = letter
  const head = headOf(letter, incident, say)
  const text = `${head} ${cutAtWord(wordsOf(incident), 400)}`
  if (incident.next_update_at === null || incident.resolved_at !== null)
    return fitSms(text, incident.url, filled)
  const next = say('sms.next_update', { time: timeOf(incident.next_update_at) })
  const end = `${next} ${incident.url}`
  const withNext = fitSms(text, end, filled)
  const isHeadWhole = withNext.length - end.length > normalizeSms(head).length
  return isHeadWhole ? withNext : fitSms(text, incident.url, filled)
}

/** Who wants to know what broke needs its name more than the rest of the sentence. */
const NAME = 60
const PAGE = 30

function headOf({ kind, page, locale }: Letter, incident: LetterIncident, say: Say): string {
  const { update, scheduled_for, scheduled_until } = incident
  const values = {
    page: cutAtWord(page.name, PAGE),
    name: cutAtWord(incident.name, NAME),
    time: timeOf(update.display_at),
    status: say(`incident.${update.status}`),
  }
  if (kind === 'postmortem_published') return say(`sms.${kind}`, values)
  const planned = plannedKinds.find((planned) => planned === kind)
  if (!planned || scheduled_for === null || scheduled_until === null)
    return say('sms.incident', values)
  return say(`sms.${plannedKey(planned, update.status)}`, {
    ...values,
    start: instantOf(scheduled_for),
    end: instantOf(scheduled_until),
    duration: formatDuration(scheduled_until - scheduled_for, locale),
  })
}

/** Before it begins people want to know when it does. */
function plannedKey(kind: (typeof plannedKinds)[number], status: UpdateStatus) {
  if (status !== 'scheduled') return kind
  if (kind === 'maintenance_extended') return 'maintenance_moved'
  return kind === 'maintenance_updated' ? 'maintenance_planned' : kind
}

const plannedKinds = [
  'maintenance_scheduled',
  'maintenance_reminder',
  'maintenance_started',
  'maintenance_updated',
  'maintenance_moved',
  'maintenance_extended',
  'maintenance_completed',
  'maintenance_cancelled',
] as const

function wordsOf({ all_clear, update }: LetterIncident): string {
  const said = all_clear ? `${all_clear.issue} ${all_clear.fix}` : update.body
  return convertMarkdown(cutAtWord(said, 1000), plainWords).replace(/\s+/g, ' ')
}

function aboutSubscription(letter: Letter, say: Say): string {
  const page = cutAtWord(letter.page.name, PAGE)
  if (!letter.digest) return say('sms.already_subscribed', { page })
  const { stories } = letter.digest
  const names = stories.map((story) => cutAtWord(story.name, NAME)).join(', ')
  return say('sms.digest', { page, n: stories.length, names })
}

/** The code comes first, where a lock screen shows it; a long name of ours gives way to how to stop. */
function confirmation({ page }: Letter, say: Say): string {
  let name = [...normalizeSms(page.name.toWellFormed())]
  while (true) {
    const sentence = say('sms.confirmation', { page: name.join(''), code: places.code })
    const text = normalizeSms(sentence)
    if (name.length === 0 || countSegments(text.replace(places.code, '000000')).segments <= 2)
      return text
    name = name.slice(0, -1)
  }
}

function timeOf(at: number): string {
  return `\uE000sms_time:${at}\uE001`
}

function instantOf(at: number): string {
  return `\uE000sms_instant:${at}\uE001`
}

/** Places filled as widely as any zone does: the Chatham Islands are at GMT+12:45, and summer time adds a letter. */
function widest(locale: string): (text: string) => string {
  return (text) =>
    fillPlaces(text.replaceAll('\uE001', '\uE001xx'), { locale, time_zone: 'Pacific/Chatham' })
}
