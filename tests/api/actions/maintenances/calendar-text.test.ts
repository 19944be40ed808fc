import * as fc from 'fast-check'
import { sync, type VEvent } from 'node-ical'
import { describe, expect, test } from 'vitest'
import {
  calendarText,
  type CalendarEvent,
} from '../../../../api/actions/maintenances/calendar-text.ts'

const planned: CalendarEvent = {
  uid: 'abcdefghijkl@status.example',
  sequence: 3,
  createdAt: Date.parse('2026-11-01T08:00:00.123Z'),
  changedAt: Date.parse('2026-11-20T09:30:59.999Z'),
  start: Date.parse('2026-12-01T22:00Z'),
  end: Date.parse('2026-12-02T01:30Z'),
  name: 'Database upgrade',
  state: 'Scheduled',
  body: 'We upgrade **the database**.\n\n- [Notes](https://shop.example/notes)',
  affected: 'Affected: Checkout, Search',
  url: 'https://status.example/incidents/abcdefghijkl',
  status: 'CONFIRMED',
}

function write(...events: Partial<CalendarEvent>[]): string {
  return calendarText({
    name: 'Corner Shop: Scheduled maintenance',
    url: 'https://status.example/maintenance.ics',
    category: 'Scheduled maintenance',
    events: events.map((event) => ({ ...planned, ...event })),
  })
}

function readElsewhere(text: string): VEvent[] {
  return Object.values(sync.parseICS(text)).filter((part) => part?.type === 'VEVENT')
}

function oneEvent(event: Partial<CalendarEvent>): VEvent {
  const [read] = readElsewhere(write(event))
  return read!
}

test("a calendar is read by somebody else's program", () => {
  const text = write({})
  expect(sync.parseICS(text)['vcalendar']).toMatchObject({
    type: 'VCALENDAR',
    version: '2.0',
    method: 'PUBLISH',
    'WR-CALNAME': 'Corner Shop: Scheduled maintenance',
  })
  expect(readElsewhere(text)).toMatchObject([
    {
      uid: 'abcdefghijkl@status.example',
      sequence: 3,
      summary: 'Database upgrade',
      description:
        'Scheduled\n\nWe upgrade the database.\n\n- Notes\n\nAffected: Checkout, Search\n\nhttps://status.example/incidents/abcdefghijkl',
      status: 'CONFIRMED',
      categories: ['Scheduled maintenance'],
      url: 'https://status.example/incidents/abcdefghijkl',
      transparency: 'TRANSPARENT',
    },
  ])
  const [event] = readElsewhere(text)
  expect(event!.start.toISOString()).toBe('2026-12-01T22:00:00.000Z')
  expect(event!.end!.toISOString()).toBe('2026-12-02T01:30:00.000Z')
  expect(event!.dtstamp.toISOString()).toBe('2026-11-20T09:30:59.000Z')
  expect(text).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n')
  expect(text).toContain('\r\nNAME:Corner Shop: Scheduled maintenance\r\n')
  expect(text).toMatch(/\r\nEND:VCALENDAR\r\n$/)
})

test('what did not change has the same bytes', () => {
  expect(write({})).toBe(write({}))
})

describe('a name cannot leave its place', () => {
  test.each([
    ['with line ends', 'A\r\nSTATUS:CANCELLED\nB\rC', 'A STATUS:CANCELLED B C'],
    ['that closes the event', 'A\nEND:VEVENT\nEND:VCALENDAR', 'A END:VEVENT END:VCALENDAR'],
    ['with commas, semicolons and backslashes', 'a, b; c \\ d: "e"', 'a, b; c \\ d: "e"'],
    ['with control characters', 'a\u0000b\u0007c\u007Fd\u2028e', 'a b c d e'],
    ['with half a character', 'a\uD83Db', 'a\uFFFDb'],
    ['in an alphabet of another direction', 'صيانة قاعدة', 'صيانة قاعدة'],
  ])('%s', (_, name, summary) => {
    const text = write({ name }, { uid: 'second@status.example' })
    const events = readElsewhere(text)
    expect(events.map((event) => event.status)).toEqual(['CONFIRMED', 'CONFIRMED'])
    expect(events[0]!.summary).toBe(summary)
  })

  test('of 5,000 characters: it is cut', () => {
    const { summary } = oneEvent({ name: 'word '.repeat(1000) })
    expect(String(summary).length).toBeLessThanOrEqual(500)
    expect(summary).toMatch(/^word word .* word…$/)
  })

  test('and words of 20,000 are cut, with all that follows them kept', () => {
    const { description } = oneEvent({ body: 'word '.repeat(4000) })
    expect(String(description).length).toBeLessThan(4200)
    expect(description).toMatch(/…\n\nAffected: Checkout, Search\n\nhttps:/)
  })

  test('nor can that of the page', () => {
    const name = 'A, B; C\\\r\nX-EVIL:1'
    const text = calendarText({ name, url: 'https://a.example/', category: 'a,b', events: [] })
    expect(text).toContain('\r\nNAME:A\\, B\\; C\\\\ X-EVIL:1\r\n')
  })
})

// Without what `node-ical` itself reads otherwise: quotes around a text, and a backslash before an n.
const hostile = fc.string({
  unit: fc.constantFrom('a', ' ', ',', ';', '\\ ', '\n', '\r', ':', 'é', '字', '😀', '👩‍🚒'),
  maxLength: 100,
  size: 'max',
})

test('lines have at most 75 octets, and no character is torn', () => {
  fc.assert(
    fc.property(hostile, (name) => {
      const text = write({ name })
      for (const line of text.split('\r\n')) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
        expect(line).toBe(line.toWellFormed())
      }
      const shown = name.replaceAll(/\s+/g, ' ').trim()
      expect(oneEvent({ name }).summary ?? '').toBe(shown)
    }),
    { numRuns: 200 },
  )
})
