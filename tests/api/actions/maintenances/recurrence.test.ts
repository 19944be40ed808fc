import * as fc from 'fast-check'
import { sync } from 'node-ical'
import { describe, expect, test } from 'vitest'
import {
  assertRecurrence,
  nextStarts,
  type Recurrence,
} from '../../../../api/actions/maintenances/recurrence.ts'
import { DomainError } from '../../../../api/domain/error.ts'
import { addDays, DAY, HOUR, localTime, MINUTE } from '../../../../api/domain/time.ts'
import { anyTime, anyZone } from '../../../support/wishes.ts'

const far = Date.parse('2040-01-01T00:00Z')

function first(count: number, startsLocal: string, timeZone: string, rrule: string): string[] {
  return nextStarts({ startsLocal, timeZone, rrule }, -Infinity, far, count).map(short)
}

const short = (at: number) => `${new Date(at).toISOString().slice(0, 16)}Z`

describe('clocks decide', () => {
  test.each([
    [
      'two in the morning in Berlin stays two in the morning, and is three on the day without it',
      '2026-03-22T02:30',
      'Europe/Berlin',
      ['2026-03-22T01:30Z', '2026-03-29T01:00Z', '2026-04-05T00:30Z'],
    ],
    [
      'of two half past twos in Berlin it is the first',
      '2026-10-18T02:30',
      'Europe/Berlin',
      ['2026-10-18T00:30Z', '2026-10-25T00:30Z', '2026-11-01T01:30Z'],
    ],
    [
      'New York springs forward at two',
      '2026-03-01T02:00',
      'America/New_York',
      ['2026-03-01T07:00Z', '2026-03-08T07:00Z', '2026-03-15T06:00Z'],
    ],
    [
      'New York has half past one twice',
      '2026-10-25T01:30',
      'America/New_York',
      ['2026-10-25T05:30Z', '2026-11-01T05:30Z', '2026-11-08T06:30Z'],
    ],
    [
      'Lord Howe skips half an hour',
      '2026-09-27T02:15',
      'Australia/Lord_Howe',
      ['2026-09-26T15:45Z', '2026-10-03T15:30Z', '2026-10-10T15:15Z'],
    ],
    [
      'Lord Howe has half an hour twice',
      '2026-03-29T01:45',
      'Australia/Lord_Howe',
      ['2026-03-28T14:45Z', '2026-04-04T14:45Z', '2026-04-11T15:15Z'],
    ],
    [
      'Kolkata knows no change',
      '2026-03-22T02:30',
      'Asia/Kolkata',
      ['2026-03-21T21:00Z', '2026-03-28T21:00Z', '2026-04-04T21:00Z'],
    ],
    [
      'Brazil had a day without midnight',
      '2018-10-28T00:00',
      'America/Sao_Paulo',
      ['2018-10-28T03:00Z', '2018-11-04T03:00Z', '2018-11-11T02:00Z'],
    ],
    [
      'Samoa had a week without a Friday',
      '2011-12-23T10:00',
      'Pacific/Apia',
      ['2011-12-23T20:00Z', '2011-12-30T10:00Z', '2012-01-05T20:00Z'],
    ],
  ])('%s', (_, starts, timeZone, expected) => {
    expect(first(3, starts, timeZone, 'FREQ=WEEKLY')).toEqual(expected)
  })
})

describe('a rule gives', () => {
  test.each([
    ['each Tuesday', 'FREQ=WEEKLY;BYDAY=TU', ['2026-12-01', '2026-12-08', '2026-12-15']],
    ['working days', 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', ['2026-12-01', '2026-12-02', '2026-12-03']],
    [
      'every second Sunday',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU',
      ['2026-12-06', '2026-12-20', '2027-01-03'],
    ],
    [
      'the last Sunday of a month',
      'FREQ=MONTHLY;BYDAY=-1SU',
      ['2026-12-27', '2027-01-31', '2027-02-28'],
    ],
    [
      'the last working day of a month',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      ['2026-12-31', '2027-01-29', '2027-02-26'],
    ],
    [
      'the last day of a month',
      'FREQ=MONTHLY;BYMONTHDAY=-1',
      ['2026-12-31', '2027-01-31', '2027-02-28'],
    ],
    [
      'the 31st where there is one',
      'FREQ=MONTHLY;BYMONTHDAY=31',
      ['2026-12-31', '2027-01-31', '2027-03-31'],
    ],
    [
      'a leap day',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
      ['2028-02-29', '2032-02-29', '2036-02-29'],
    ],
    [
      'two months, whichever is named first',
      'FREQ=YEARLY;BYMONTH=9,3;BYDAY=1SA',
      ['2027-03-06', '2027-09-04', '2028-03-04'],
    ],
    [
      'not the day it begins on, where that is none of it',
      'FREQ=DAILY;BYMONTH=2',
      ['2027-02-01', '2027-02-02', '2027-02-03'],
    ],
    [
      'each Friday the 13th',
      'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
      ['2027-08-13', '2028-10-13', '2029-04-13'],
    ],
    ['as many as it counts', 'FREQ=DAILY;BYDAY=SA,SU;COUNT=2', ['2026-12-05', '2026-12-06']],
    [
      'days until a day, that day included',
      'FREQ=DAILY;UNTIL=20261202',
      ['2026-12-01', '2026-12-02'],
    ],
    ['days until a local time', 'FREQ=DAILY;UNTIL=20261202T215959', ['2026-12-01']],
    ['days until an instant', 'FREQ=DAILY;UNTIL=20261202T210000Z', ['2026-12-01', '2026-12-02']],
    [
      'the same in small letters, as calendars write it',
      'RRULE:freq=weekly;byday=tu;',
      ['2026-12-01', '2026-12-08', '2026-12-15'],
    ],
  ])('%s', (_, rrule, expected) => {
    const recurrence = { startsLocal: '2026-12-01T22:00', timeZone: 'Europe/Berlin', rrule }
    const starts = nextStarts(recurrence, -Infinity, far, 3)
    expect(starts.map((at) => localTime(at, 'Europe/Berlin'))).toEqual(
      expected.map((day) => `${day}T22:00`),
    )
  })
})

describe('it is refused', () => {
  const starts = '2026-12-01T22:00'
  test.each([
    ['in a zone that does not exist', { timeZone: 'Europe/Bielefeld' }, 'time_zone', /IANA/],
    ['on a day that does not exist', { startsLocal: '2026-02-30T22:00' }, 'starts', /that exists/],
    ['at an instant', { startsLocal: '2026-12-01T22:00Z' }, 'starts', /local date/],
    ['as an empty rule', { rrule: '' }, 'rrule', /parts such as/],
    ['without a frequency', { rrule: 'BYDAY=TU' }, 'rrule', /must say FREQ/],
    ['every second', { rrule: 'FREQ=SECONDLY' }, 'rrule', /must say FREQ, one of/],
    ['every minute', { rrule: 'FREQ=MINUTELY' }, 'rrule', /must say FREQ, one of/],
    ['every hour', { rrule: 'FREQ=HOURLY' }, 'rrule', /must say FREQ, one of/],
    ['by the hour', { rrule: 'FREQ=DAILY;BYHOUR=1,2' }, 'rrule', /time of day/],
    ['with a start of its own', { rrule: 'DTSTART=20261201;FREQ=DAILY' }, 'rrule', /DTSTART/],
    [
      'in the form of several lines',
      { rrule: 'DTSTART:20261201\nRRULE:FREQ=DAILY' },
      'rrule',
      /DTSTART/,
    ],
    ['with an unknown word', { rrule: 'FREQ=DAILY;BYMOON=1' }, 'rrule', /must not say BYMOON/],
    ['by weeks of the year', { rrule: 'FREQ=YEARLY;BYWEEKNO=1' }, 'rrule', /must not say BYWEEKNO/],
    ['with the same word twice', { rrule: 'FREQ=DAILY;FREQ=WEEKLY' }, 'rrule', /twice/],
    ['on a day with no name', { rrule: 'FREQ=WEEKLY;BYDAY=XX' }, 'rrule', /BYDAY must be days/],
    [
      'on the second Tuesday of a week',
      { rrule: 'FREQ=WEEKLY;BYDAY=2TU' },
      'rrule',
      /without a number/,
    ],
    ['in the 13th month', { rrule: 'FREQ=DAILY;BYMONTH=13' }, 'rrule', /BYMONTH must be months/],
    ['never again', { rrule: 'FREQ=DAILY;INTERVAL=0' }, 'rrule', /INTERVAL/],
    [
      'every 999 years, from a day that is not one',
      { rrule: 'FREQ=YEARLY;INTERVAL=999;BYMONTH=1' },
      'rrule',
      /this has none/,
    ],
    [
      'with two ends',
      { rrule: 'FREQ=DAILY;COUNT=2;UNTIL=20270101' },
      'rrule',
      /both COUNT and UNTIL/,
    ],
    ['until a day that does not exist', { rrule: 'FREQ=DAILY;UNTIL=20270231' }, 'rrule', /UNTIL/],
    ['on 30 February', { rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }, 'rrule', /this has none/],
    [
      'every seventh day from a Tuesday, on Mondays',
      { rrule: 'FREQ=DAILY;INTERVAL=7;BYDAY=MO' },
      'rrule',
      /this has none/,
    ],
    ['until before it begins', { rrule: 'FREQ=DAILY;UNTIL=20261130' }, 'rrule', /this has none/],
    [
      'when all of it is over',
      { startsLocal: '2026-01-01T22:00', rrule: 'FREQ=DAILY;COUNT=3' },
      'rrule',
      /over/,
    ],
    ['at a length', { rrule: `FREQ=DAILY;BYMONTH=${'1,'.repeat(400)}1` }, 'rrule', /at most 500/],
    ['on Sundays of a year', { rrule: 'FREQ=YEARLY;BYDAY=1SU' }, 'rrule', /must say BYMONTH/],
    ['in a place among nothing', { rrule: 'FREQ=MONTHLY;BYSETPOS=1' }, 'rrule', /beside BYDAY/],
    ['in another century', { startsLocal: '2126-12-01T22:00' }, 'starts', /within five years/],
  ] satisfies [string, Partial<Recurrence>, string, RegExp][])('%s', (_, given, path, message) => {
    const recurrence = {
      startsLocal: starts,
      timeZone: 'Europe/Berlin',
      rrule: 'FREQ=WEEKLY',
      ...given,
    }
    const error = refusalOf(recurrence, HOUR)
    expect(error.fields).toMatchObject([{ path }])
    expect(error.fields[0]!.message).toMatch(message)
  })

  test.each([
    ['when the next begins before it ends', 'FREQ=DAILY', '2026-12-01T22:00', 24 * HOUR + MINUTE],
    [
      'when only the shortest day of the year is too short',
      'FREQ=DAILY',
      '2026-12-01T22:00',
      24 * HOUR,
    ],
    ['when two days in a row are named', 'FREQ=WEEKLY;BYDAY=SA,SU', '2026-12-01T22:00', 30 * HOUR],
  ])('%s', (_, rrule, startsLocal, duration) => {
    const error = refusalOf({ startsLocal, timeZone: 'Europe/Berlin', rrule }, duration)
    expect(error.fields).toMatchObject([{ path: 'duration_min' }])
    expect(error.message).toMatch(/one starts at .*, the next at /)
  })

  test('but not when one begins as the one before ends', () => {
    const recurrence = { startsLocal: starts, timeZone: 'Asia/Kolkata', rrule: 'FREQ=DAILY' }
    expect(() => assertRecurrence(recurrence, 24 * HOUR, far - 4000 * DAY)).not.toThrow()
  })
})

function refusalOf(recurrence: Recurrence, duration: number): DomainError {
  try {
    assertRecurrence(recurrence, duration, Date.parse('2026-11-21T12:00Z'))
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
  throw new Error('it was not refused')
}

const weekdays = fc.uniqueArray(fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'), {
  minLength: 1,
})
const months = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 })
const monthDays = fc.uniqueArray(fc.constantFrom(1, 2, 13, 28, 29, 30, 31, -1, -2), {
  minLength: 1,
  maxLength: 3,
})
const numbered = fc
  .tuple(fc.constantFrom(1, 2, 3, 4, 5, -1, -2), weekdays)
  .map(([place, [day]]) => `BYDAY=${place}${day}`)
const list = (name: string) => (values: unknown[]) => `${name}=${values.join(',')}`
const rule = (frequency: string, most: number, ...parts: fc.Arbitrary<string>[]) =>
  fc
    .tuple(fc.integer({ min: 1, max: most }), ...parts.map((part) => fc.option(part)))
    .map(([interval, ...said]) =>
      [`FREQ=${frequency}`, `INTERVAL=${interval}`, ...said.filter((part) => part !== null)].join(
        ';',
      ),
    )

/** Every kind of rule that is let in. */
const anyRule = fc.oneof(
  rule(
    'DAILY',
    9,
    weekdays.map(list('BYDAY')),
    months.map(list('BYMONTH')),
    monthDays.map(list('BYMONTHDAY')),
  ),
  rule(
    'WEEKLY',
    5,
    weekdays.map(list('BYDAY')),
    months.map(list('BYMONTH')),
    fc.constant('WKST=SU'),
  ),
  rule('MONTHLY', 5, monthDays.map(list('BYMONTHDAY')), numbered, months.map(list('BYMONTH'))),
  rule(
    'MONTHLY',
    4,
    fc
      .tuple(weekdays, fc.constantFrom(1, 2, -1, -2))
      .map(([days, place]) => `BYDAY=${days.join(',')};BYSETPOS=${place}`),
  ),
  rule('YEARLY', 3, months.map(list('BYMONTH')), monthDays.map(list('BYMONTHDAY'))),
  fc
    .tuple(months, fc.oneof(numbered, weekdays.map(list('BYDAY'))))
    .map(([month, day]) => `FREQ=YEARLY;BYMONTH=${month.join(',')};${day}`),
)

const anyStart = fc.integer({ min: 0, max: 1500 }).map((days) => addDays('2026-01-01', days))

test('somebody else reads every rule as we do', () => {
  fc.assert(
    fc.property(anyStart, anyRule, (day, rrule) => {
      const until = Date.parse('2034-01-01T00:00Z')
      const recurrence = { startsLocal: `${day}T10:00`, timeZone: 'Etc/UTC', rrule }
      const ours = nextStarts(recurrence, -Infinity, until, 15)
      expect(ours.map(short)).toEqual(readElsewhere(day, rrule, until).slice(0, 15).map(short))
    }),
    { numRuns: 60 },
  )
})

function readElsewhere(day: string, rrule: string, until: number): number[] {
  const start = `${day.replaceAll('-', '')}T100000Z`
  const text = `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:${start}\r\nRRULE:${rrule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
  const event = Object.values(sync.parseICS(text)).find((part) => part?.type === 'VEVENT')
  const found = event!.rrule!.between(new Date(`${day}T10:00Z`), new Date(until - 1), true)
  return found.map((date) => date.getTime())
}

test('each start shows the same local time unless clocks skip it, and comes after the one before', () => {
  fc.assert(
    fc.property(anyStart, anyTime, anyZone, anyRule, (day, time, timeZone, rrule) => {
      const recurrence = { startsLocal: `${day}T${time}`, timeZone, rrule }
      const starts = nextStarts(recurrence, -Infinity, far, 60)
      for (const [index, at] of starts.entries()) {
        if (index > 0) expect(at).toBeGreaterThan(starts[index - 1]!)
        const shown = localTime(at, timeZone).slice(11)
        if (shown === time) continue
        // The wanted time lies between what the minute before shows and what it shows itself.
        const before = Date.parse(`${localTime(at - MINUTE, timeZone)}Z`)
        const after = Date.parse(`${localTime(at, timeZone)}Z`)
        const days = [before, after].map((shown) => new Date(shown).toISOString().slice(0, 10))
        const wanted = days.map((day) => Date.parse(`${day}T${time}Z`))
        expect(wanted.some((moment) => before < moment && moment < after)).toBe(true)
      }
    }),
    { numRuns: 150 },
  )
})
