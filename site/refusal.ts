import type { FieldError } from '../api/domain/error.ts'
import type { MessageKey, Say, Saying } from '../api/domain/message.ts'
import type { Voice } from './voice.ts'

/** What a form's field is called where the form shows it. */
const labels: Record<string, MessageKey> = {
  channel: 'refused.channel',
  address: 'refused.address',
  consent: 'refused.consent',
  code: 'refused.code',
  components: 'manage.components',
  groups: 'manage.components',
  events: 'manage.events',
  min_impact: 'manage.min_impact',
  updates: 'manage.updates',
  incidents: 'manage.incidents',
  only_incidents: 'manage.incidents',
  quiet_from: 'manage.quiet',
  quiet_until: 'manage.quiet',
  digest_at: 'manage.digest',
  time_zone: 'manage.time_zone',
  locale: 'manage.locale',
}

/** Where a form shows fields under a common roof. */
const places: Record<string, string> = { groups: 'components', only_incidents: 'incidents' }

/** The field of a form that a path of the API is about. */
function fieldOf(path: string): string {
  const [field = '', part] = path.split('.')
  return field === 'quiet' && part ? `quiet_${part}` : field
}

type Refusal = { message: string; say?: Saying; fields: FieldError[] }

/** A refusal in its reader's language. */
export function spokenBy<R extends Refusal>(voice: Voice, refusal: R): R {
  return {
    ...refusal,
    message: sentenceOf(voice, refusal),
    fields: refusal.fields.map((field) => ({ ...field, message: sentenceOf(voice, field) })),
  }
}

/** What nobody translated is told in general, since it is English. */
function sentenceOf({ locale, say, instant }: Voice, told: { message: string; say?: Saying }) {
  if (!told.say) return /^en\b/.test(locale) ? told.message : say('refusal.other')
  const { key, values = {} } = told.say
  return say(key, values.time === undefined ? values : { ...values, time: instant(values.time) })
}

/** What was wrong with a field or with those under its roof. */
export function wrongIn(errors: FieldError[], field: string): string | undefined {
  return errors.find(({ path }) => placeOf(path) === field)?.message
}

function placeOf(path: string): string {
  const field = fieldOf(path)
  return places[field] ?? field
}

export type Mistake = {
  text: string
  /** The id of the place in the form, after the form's own prefix; absent where no form shows it. */
  place?: string
}

/** What was wrong, field by field where fields are named, in the words of the form. */
export function mistakesIn(message: string, fields: FieldError[], say: Say): Mistake[] {
  if (fields.length === 0) return [{ text: message }]
  return fields.map((field) => {
    const label = labels[fieldOf(field.path)]
    const text = say('refused.field', {
      field: label ? say(label) : field.path,
      message: field.message,
    })
    return label && field.path !== 'channel' ? { text, place: placeOf(field.path) } : { text }
  })
}
