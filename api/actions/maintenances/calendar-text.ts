import ICAL from 'ical.js'
import { cutAtWord } from '../../domain/letters/letter-cut.ts'
import { convertMarkdown, plainWords } from '../../domain/letters/letter-markup.ts'
import { SECOND } from '../../domain/time.ts'

export type CalendarEvent = {
  uid: string
  sequence: number
  createdAt: number
  changedAt: number
  start: number
  end: number
  name: string
  state: string
  /** CommonMark. */
  body: string
  affected: string
  url: string
  status: 'TENTATIVE' | 'CONFIRMED' | 'CANCELLED'
}

export type Calendar = {
  name: string
  /** Where it is read again; null for what is taken once. */
  url: string | null
  category: string
  events: CalendarEvent[]
}

// The space before a continued line counts too, and the library leaves it out.
ICAL.foldLength = 74

const NAME = 500
const BODY = 4000

/** RFC 5545 and RFC 7986. Times are facts and never the clock's, so that what did not change has the same bytes. */
export function calendarText({ name, url, category, events }: Calendar): string {
  const calendar = new ICAL.Component('vcalendar')
  const add = addTo(calendar)
  add('version', '2.0')
  add('prodid', '-//Allclear//Status page//EN')
  add('calscale', 'GREGORIAN')
  add('method', 'PUBLISH')
  if (url !== null) {
    add('name', escaped(lineOf(name)))
    add('x-wr-calname', escaped(lineOf(name)))
    add('source', url, 'uri')
    add('refresh-interval', ICAL.Duration.fromString('PT1H'), 'duration')
    add('x-published-ttl', ICAL.Duration.fromString('PT1H'), 'duration')
  }
  for (const event of events) calendar.addSubcomponent(eventOf(event, category))
  return `${calendar.toString()}\r\n`
}

function eventOf(event: CalendarEvent, category: string): ICAL.Component {
  const component = new ICAL.Component('vevent')
  const add = addTo(component)
  add('uid', event.uid)
  add('sequence', event.sequence)
  add('dtstamp', timeOf(event.changedAt))
  add('created', timeOf(event.createdAt))
  add('last-modified', timeOf(event.changedAt))
  add('dtstart', timeOf(event.start))
  add('dtend', timeOf(event.end))
  add('summary', lineOf(event.name))
  add('description', descriptionOf(event))
  add('url', event.url)
  add('status', event.status)
  add('categories', lineOf(category))
  // Nobody who subscribes is busy because of it.
  add('transp', 'TRANSPARENT')
  return component
}

function addTo(component: ICAL.Component) {
  return (name: string, value: string | number | object, type?: string) => {
    const property = new ICAL.Property(type ? [name, {}, type] : name, component)
    property.setValue(value)
    component.addProperty(property)
  }
}

function descriptionOf({ state, body, affected, url }: CalendarEvent): string {
  const words = cutAtWord(convertMarkdown(body, plainWords), BODY)
  return [state, words, affected, url].map(printable).filter(Boolean).join('\n\n')
}

/** A name is one line, whatever somebody put into it. */
function lineOf(text: string): string {
  return cutAtWord(printable(text).replaceAll(/\s+/g, ' ').trim(), NAME)
}

/** Of properties that the library does not know as text. */
function escaped(line: string): string {
  return line.replaceAll(/[\\,;]/g, '\\$&')
}

/** RFC 5545 knows no control characters but the line's end. */
function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .trim()
}

/** In UTC, to the second. */
function timeOf(at: number): ICAL.Time {
  return ICAL.Time.fromJSDate(new Date(Math.floor(at / SECOND) * SECOND), true)
}
