import { formatDuration } from './duration.ts'
import { speak } from './message.ts'
import { isAnswered, type Sample } from './probe.ts'
import { isAsked } from './question.ts'
import { fill, type Gap, type TemplateWords } from './template.ts'
import { formatTime } from './time.ts'
import type { ComponentStatus, Impact, ProbeKind, ProbeState } from './words.ts'

/**
 * How trouble shows; `left` is what still fails after all that it depends on works again, `after_maintenance` what was down when
 * the work on it ended.
 */
export type Symptom =
  | 'silent'
  | 'errors'
  | 'slow'
  | 'missing'
  | 'reported'
  | 'metric'
  | 'certificate'
  | 'left'
  | 'after_maintenance'

export function symptomOf(kind: ProbeKind, to: ProbeState, sample: Sample): Symptom {
  if (!isAsked(kind) && !isAnswered(sample)) return 'missing'
  if (!isAsked(kind)) return kind === 'metric' ? 'metric' : 'reported'
  if (to !== 'down') return 'slow'
  if (!isAnswered(sample)) return 'silent'
  return sample.status === null && sample.reason.includes('certificate') ? 'certificate' : 'errors'
}

type Tongue = { locale: string; timeZone: string }

/** What a probe knows when it opens an incident. */
export type Opening = {
  symptom: Symptom
  /** Of the component now. */
  status: Exclude<ComponentStatus, 'operational'>
  impact: Impact
  since: number
  now: number
  component: string
  /** Names of what does not work because of it. */
  dragged: string[]
  /** In words for operators. */
  reason: string
  page: Tongue & { name: string }
}

/** The first words about an outage: an operator's own where they prepared some, else the usual ones. */
export function openingOf(opening: Opening, own: TemplateWords | null): TemplateWords {
  const usual = usualOpening(opening)
  const filled = own && fill(own, textsOf(opening))
  return { title: filled?.title || usual.title, body: filled?.body || usual.body }
}

function usualOpening(opening: Opening): TemplateWords {
  const { symptom, status, page, dragged } = opening
  const say = speak(page.locale)
  const usual = {
    title: say(`probe.${symptom}`),
    body: [
      say(`probe.${symptom}.body`),
      say(`probe.impact.${status}`),
      say('probe.investigating'),
    ].join(' '),
  }
  const { title, body } = fill(usual, textsOf(opening))
  return { title, body: renameDragged(body, page.locale, [], dragged) }
}

function textsOf(opening: Opening): Record<Gap, string> {
  const { component, dragged, page, impact, since, now, reason } = opening
  const { locale, timeZone, name } = page
  return {
    component,
    components: listOf([component, ...sorted(dragged, locale)], locale),
    time: formatTime(since, locale, timeZone),
    impact: speak(locale)(`impact.${impact}`),
    duration: formatDuration(now - since, locale),
    page: name,
    reason,
  }
}

/**
 * The same words once something else is dragged down, or no longer: the sentence about it is exchanged, added before the
 * closing one, or after words that an operator prepared.
 */
export function renameDragged(
  body: string,
  locale: string,
  before: string[],
  after: string[],
): string {
  const [old, now] = [sentenceOf(before, locale), sentenceOf(after, locale)]
  if (old === now) return body
  if (old !== '' && body.includes(old)) {
    if (now !== '') return body.replace(old, () => now)
    return body.replace(`\n\n${old}`, '').replace(`${old} `, '')
  }
  if (now === '') return body
  const closing = speak(locale)('probe.investigating')
  const at = body.lastIndexOf(closing)
  return at < 0 ? `${body}\n\n${now}` : `${body.slice(0, at)}${now} ${body.slice(at)}`
}

function sentenceOf(dragged: string[], locale: string): string {
  if (dragged.length === 0) return ''
  const components = listOf(sorted(dragged, locale), locale)
  const body = speak(locale)('probe.dragged')
  return fill({ title: '', body }, { ...noTexts, components }).body
}

const noTexts: Record<Gap, string> = {
  component: '',
  components: '',
  time: '',
  impact: '',
  duration: '',
  page: '',
  reason: '',
}

/** Names in a list; the rest is in the incident itself. */
const NAMED = 8

/** `Search, Checkout and 3 more` */
export function listOf(names: string[], locale: string): string {
  const rest = names.length - NAMED
  const items = rest > 1 ? names.slice(0, NAMED) : names
  const more = rest > 1 ? [speak(locale)('probe.more', { n: rest })] : []
  // Plain `en` would put a comma before the `and`.
  const language = locale === 'en' ? 'en-GB' : locale
  return new Intl.ListFormat(language, { type: 'conjunction' }).format([...items, ...more])
}

export function sorted(names: string[], locale: string): string[] {
  return [...new Set(names)].toSorted(new Intl.Collator(locale).compare)
}
