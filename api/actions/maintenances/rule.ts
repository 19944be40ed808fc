import ICAL from 'ical.js'
import { DomainError } from '../../domain/error.ts'

/** Which parts a rule may have by how often it comes. */
const partsOf = {
  DAILY: ['BYDAY', 'BYMONTH', 'BYMONTHDAY'],
  WEEKLY: ['BYDAY', 'BYMONTH', 'WKST'],
  MONTHLY: ['BYDAY', 'BYMONTH', 'BYMONTHDAY', 'BYSETPOS'],
  YEARLY: ['BYDAY', 'BYMONTH', 'BYMONTHDAY'],
}
type Frequency = keyof typeof partsOf
const frequencies = Object.keys(partsOf).join(', ')
const everywhere = ['INTERVAL', 'COUNT', 'UNTIL']

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const weekday = `(${weekdays.join('|')})`
const monthDay = '-?([1-9]|[12]\\d|3[01])'
const month = '([1-9]|1[0-2])'

const shapes: Record<string, [RegExp, string]> = {
  INTERVAL: [/^[1-9]\d{0,2}$/, 'must be a number from 1 to 999'],
  COUNT: [/^[1-9]\d{0,3}$/, 'must be a number from 1 to 9999'],
  UNTIL: [/^\d{8}(T\d{6}Z?)?$/, 'must be a day or a moment such as 20271231 or 20271231T220000Z'],
  BYDAY: [
    new RegExp(`^([+-]?[1-5])?${weekday}(,([+-]?[1-5])?${weekday})*$`),
    'must be days such as TU,TH, or 1MO for the first Monday and -1SU for the last Sunday',
  ],
  BYMONTH: [new RegExp(`^${month}(,${month})*$`), 'must be months from 1 to 12'],
  BYMONTHDAY: [
    new RegExp(`^${monthDay}(,${monthDay})*$`),
    'must be days from 1 to 31, or -1 for the last one of a month',
  ],
  BYSETPOS: [
    new RegExp(`^${monthDay}(,${monthDay})*$`),
    'must be places from 1, or -1 for the last one',
  ],
  WKST: [new RegExp(`^${weekday}$`), 'must be a day such as MO'],
}

/** A rule as it was read; an empty list says nothing. */
export type Rule = {
  frequency: Frequency
  interval: number
  count: number
  /** The last moment: an instant, or what clocks show, `YYYY-MM-DDTHH:MM:SS`. */
  until: number | string
  /** 0 is Sunday; `place` counts within the month, from its end when negative, and 0 is any. */
  byDay: { weekday: number; place: number }[]
  byMonth: number[]
  byMonthDay: number[]
  bySetPos: number[]
  weekStart: number
}

const LONGEST = 500

/** Reads a rule of RFC 5545, section 3.3.10; what cannot be kept is refused with the reason. */
export function readRule(text: string): Rule {
  if (text.length > LONGEST) throw wrongRule(`must have at most ${LONGEST} characters`)
  const said = split(text.trim().toUpperCase())
  const frequency = frequencyOf(said)
  assertKnown(said, frequency)
  const recur = recurOf(said)
  const byDay = recur.getComponent('BYDAY').map((day) => ({
    weekday: weekdays.indexOf(String(day).slice(-2)),
    place: Number(String(day).slice(0, -2)),
  }))
  const rule: Rule = {
    frequency,
    interval: recur.interval,
    count: Number(said.get('COUNT') ?? Infinity),
    until: endOf(said.get('UNTIL')),
    byDay,
    byMonth: recur.getComponent('BYMONTH').map(Number),
    byMonthDay: recur.getComponent('BYMONTHDAY').map(Number),
    bySetPos: recur.getComponent('BYSETPOS').map(Number),
    weekStart: weekdays.indexOf(said.get('WKST') ?? 'MO'),
  }
  assertSensible(rule, said)
  return rule
}

export function wrongRule(message: string): DomainError {
  return new DomainError('invalid', `rrule: ${message}`, { fields: [{ path: 'rrule', message }] })
}

function split(text: string): Map<string, string> {
  const said = new Map<string, string>()
  if (text.includes('DTSTART')) throw wrongRule('must not say DTSTART: that is `starts`')
  for (const part of text
    .replace(/^RRULE:/, '')
    .replace(/;$/, '')
    .split(';')) {
    const [name, value, ...rest] = part.split('=')
    if (!name || !value || rest.length > 0)
      throw wrongRule('must be parts such as FREQ=WEEKLY;BYDAY=TU')
    if (said.has(name)) throw wrongRule(`must not say ${name} twice`)
    said.set(name, value)
  }
  return said
}

function frequencyOf(said: Map<string, string>): Frequency {
  const frequency = said.get('FREQ')
  if (frequency === undefined || !Object.hasOwn(partsOf, frequency))
    throw wrongRule(`must say FREQ, one of ${frequencies}`)
  return frequency as Frequency
}

function assertKnown(said: Map<string, string>, frequency: Frequency): void {
  const known = [...partsOf[frequency], ...everywhere]
  for (const [name, value] of said) {
    if (name === 'FREQ') continue
    if (/^BY(SECOND|MINUTE|HOUR)$/.test(name))
      throw wrongRule(`must not say ${name}: the time of day is that of the first start`)
    if (!known.includes(name))
      throw wrongRule(`must not say ${name}; with FREQ=${frequency} it may say ${known.join(', ')}`)
    const [shape, message] = shapes[name]!
    if (!shape.test(value)) throw wrongRule(`${name} ${message}`)
  }
}

function recurOf(said: Map<string, string>): ICAL.Recur {
  try {
    return ICAL.Recur.fromString([...said].map((part) => part.join('=')).join(';'))
  } catch (error) {
    throw wrongRule(`cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** What makes no sense side by side, or would mean something else elsewhere. */
function assertSensible(rule: Rule, said: Map<string, string>): void {
  const isNumbered = rule.byDay.some(({ place }) => place !== 0)
  const isYearly = rule.frequency === 'YEARLY'
  if (said.has('COUNT') && said.has('UNTIL')) throw wrongRule('must not say both COUNT and UNTIL')
  if (isNumbered && !isYearly && rule.frequency !== 'MONTHLY')
    throw wrongRule(`BYDAY must be days without a number with FREQ=${rule.frequency}`)
  if (isYearly && rule.byDay.length > 0 && rule.byMonth.length === 0)
    throw wrongRule('must say BYMONTH where FREQ=YEARLY says BYDAY')
  if (rule.bySetPos.length > 0 && rule.byDay.length === 0)
    throw wrongRule('BYSETPOS must stand beside BYDAY')
}

function endOf(until: string | undefined): number | string {
  if (until === undefined) return Infinity
  const [, day, time = '235959', utc] = /^(\d{8})(?:T(\d{6})(Z)?)?$/.exec(until)!
  const iso = `${day!.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}`
  // `20270231` would be read as 3 March.
  const at = Date.parse(`${iso}Z`)
  if (!Number.isFinite(at) || !new Date(at).toISOString().startsWith(iso))
    throw wrongRule('UNTIL must be a day and a time that exist')
  return utc ? at : iso
}
