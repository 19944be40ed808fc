import { maintenanceTellings } from '../domain/maintenance.ts'
import { refusedFields } from '../domain/refusal.ts'
import { ruleOf } from '../domain/repeat.ts'
import { instantOf, localTime } from '../domain/time.ts'
import { optional, type Fields } from './forms.ts'

// What the forms of the console say, in the words of the API.

/** The fields that a maintenance and a series have in common. */
export function planOf(form: Fields) {
  const minutes = textOf(form, 'remind_before_min')
  return {
    remind_before_min: minutes === '' ? null : Number(minutes),
    auto_start: form['auto_start'] === 'on',
    auto_complete: form['auto_complete'] === 'on',
    tells: maintenanceTellings.filter((telling) => form[`tells:${telling}`] === 'on'),
  }
}

export function worksOf(form: Fields) {
  return { name: form['name'], body: form['body'], components: componentsOf(form) }
}

/** Boxes named `component:<id>`. */
function componentsOf(form: Fields) {
  return Object.keys(form)
    .filter((field) => field.startsWith('component:') && form[field] === 'on')
    .map((field) => ({ id: field.slice('component:'.length) }))
}

/** Local times of fields as instants of a zone. */
export function instantsOf<Name extends string>(
  form: Fields,
  names: Name[],
  timeZone: string,
): Record<Name, string> {
  const wrong = names.filter((name) => !isLocal(textOf(form, name)))
  if (wrong.length > 0)
    throw refusedFields(wrong.map((path) => ({ path, message: 'must be a date and a time' })))
  return Object.fromEntries(
    names.map((name) => [name, new Date(instantOf(textOf(form, name), timeZone)).toISOString()]),
  ) as Record<Name, string>
}

/** `YYYY-MM-DDTHH:MM`, as browsers send it, and a day that exists. */
function isLocal(text: string): boolean {
  const at = Date.parse(`${text}Z`)
  return Number.isFinite(at) && localTime(at, 'Etc/UTC') === text
}

/** When a series comes again. */
export function recurrenceOf(form: Fields) {
  const starts = textOf(form, 'starts')
  const repeat = textOf(form, 'repeat')
  return {
    starts,
    time_zone: textOf(form, 'time_zone'),
    // Without a first day there is no rule either, but the day is what is missing.
    rrule: repeat === 'custom' ? textOf(form, 'rrule') : (ruleOf(repeat, starts) ?? 'FREQ=DAILY'),
    duration_min: Number(textOf(form, 'duration_min')),
  }
}

/** What a move says, with or without words of its own. */
export function sayingOf(form: Fields) {
  return { body: optional(form['body']), notify: form['notify'] === 'on' }
}

function textOf(form: Fields, name: string): string {
  return String([form[name] ?? ''].flat()[0] ?? '').trim()
}
