import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration } from '../../../api/domain/duration.ts'
import { countSegments } from '../../../api/domain/segments.ts'
import {
  addDays,
  addMonths,
  dayOf,
  formatDay,
  formatInstant,
  formatMonth,
  formatTime,
  isBetween,
  HOUR,
  MINUTE,
  nextDaily,
  nextTimeOfDay,
  startOfDay,
} from '../../../api/domain/time.ts'
import { anyMoment, anyTime, anyZone, clockIn } from '../../support/wishes.ts'

describe('a day begins', () => {
  test.each([
    ['at midnight UTC', '2026-11-21', 'Etc/UTC', '2026-11-21T00:00Z'],
    ['at midnight there', '2026-07-01', 'Europe/Berlin', '2026-06-30T22:00Z'],
    ['at one where midnight is skipped', '2026-03-29', 'Asia/Beirut', '2026-03-28T22:00Z'],
    [
      'at one where midnight was skipped in Brazil',
      '2018-11-04',
      'America/Sao_Paulo',
      '2018-11-04T03:00Z',
    ],
    ['at the first of two midnights', '2026-11-01', 'America/Havana', '2026-11-01T04:00Z'],
    ['at the first of two midnights in the east', '2021-10-29', 'Asia/Amman', '2021-10-28T21:00Z'],
    ['half an hour off the hour', '2026-01-05', 'Asia/Kolkata', '2026-01-04T18:30Z'],
    ['a day ahead of most', '2026-01-05', 'Pacific/Kiritimati', '2026-01-04T10:00Z'],
  ])('%s', (_, day, timeZone, instant) => {
    expect(new Date(startOfDay(day, timeZone)).toISOString()).toBe(new Date(instant).toISOString())
  })

  test('with its first minute, in any zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.integer({ min: 0, max: 366 * 12 }),
        (timeZone, count) => {
          const day = addDays('2015-01-01', count)
          const start = startOfDay(day, timeZone)
          expect(dayOf(start, timeZone)).toBe(day)
          expect(dayOf(start - MINUTE, timeZone) < day).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })
})

test('days and months are counted by the calendar', () => {
  expect(addDays('2026-02-27', 2)).toBe('2026-03-01')
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
  expect(addMonths('2026-11', 2)).toBe('2027-01')
  expect(addMonths('2026-01', -1)).toBe('2025-12')
})

test('times are read with their zone', () => {
  const at = Date.parse('2026-11-21T03:05:00Z')
  expect(formatInstant(at, 'en', 'Etc/UTC')).toBe('21 Nov 2026, 03:05 UTC')
  expect(formatTime(at, 'en', 'Etc/UTC')).toBe('03:05 UTC')
  expect(formatTime(at, 'en', 'Europe/Berlin')).toMatch(/^04:05 (CET|GMT\+1)$/)
  expect(formatDay('2026-11-21', 'en')).toBe('21 November 2026')
  expect(formatMonth('2026-11', 'en')).toBe('November 2026')
})

test.each<[string, string, string, string, string, boolean]>([
  ['by day', '09:00', '17:00', 'Europe/Berlin', '2026-11-21T12:00Z', true],
  ['from its first minute', '13:00', '17:00', 'Europe/Berlin', '2026-11-21T12:00Z', true],
  ['but not in its last', '09:00', '13:00', 'Europe/Berlin', '2026-11-21T12:00Z', false],
  ['past midnight, before it', '22:00', '07:00', 'Europe/Berlin', '2026-11-21T22:00Z', true],
  ['past midnight, after it', '22:00', '07:00', 'Europe/Berlin', '2026-11-21T05:59Z', true],
  [
    'past midnight, not in the evening',
    '22:00',
    '07:00',
    'Europe/Berlin',
    '2026-11-21T20:59Z',
    false,
  ],
  [
    'never, when it ends as it begins',
    '13:00',
    '13:00',
    'Europe/Berlin',
    '2026-11-21T12:00Z',
    false,
  ],
  ['half an hour off the hour', '17:30', '17:31', 'Asia/Kolkata', '2026-11-21T12:00Z', true],
  ['a quarter off the hour', '17:45', '17:46', 'Asia/Kathmandu', '2026-11-21T12:00Z', true],
])('a moment is between two times of day: %s', (_, from, until, zone, at, between) => {
  expect(isBetween(Date.parse(at), from, until, zone)).toBe(between)
})

describe('the next time of day', () => {
  test.each<[string, string, string, string, string]>([
    ['is today', '08:00', 'Europe/Berlin', '2026-11-21T06:59Z', '2026-11-21T07:00Z'],
    [
      'or tomorrow, when it is now',
      '08:00',
      'Europe/Berlin',
      '2026-11-21T07:00Z',
      '2026-11-22T07:00Z',
    ],
    ['in Nepal', '07:00', 'Asia/Kathmandu', '2026-11-21T12:00Z', '2026-11-22T01:15Z'],
    [
      'behind the date line',
      '07:00',
      'Pacific/Pago_Pago',
      '2026-11-21T12:00Z',
      '2026-11-21T18:00Z',
    ],
    ['ahead of it', '07:00', 'Pacific/Kiritimati', '2026-11-21T12:00Z', '2026-11-21T17:00Z'],
    [
      'after a night of 23 hours',
      '07:00',
      'Europe/Berlin',
      '2026-03-28T21:00Z',
      '2026-03-29T05:00Z',
    ],
    [
      'after a night of 25 hours',
      '07:00',
      'Europe/Berlin',
      '2026-10-24T20:00Z',
      '2026-10-25T06:00Z',
    ],
    [
      'is the end of the gap that skips it',
      '02:30',
      'Europe/Berlin',
      '2026-03-28T21:00Z',
      '2026-03-29T01:00Z',
    ],
    [
      'also of a gap that ends at midnight',
      '23:30',
      'America/Nuuk',
      '2026-03-28T22:00Z',
      '2026-03-29T01:00Z',
    ],
    [
      'and of one of half an hour',
      '02:15',
      'Australia/Lord_Howe',
      '2026-10-03T12:00Z',
      '2026-10-03T15:30Z',
    ],
    ['is the first of two', '02:30', 'Europe/Berlin', '2026-10-24T20:00Z', '2026-10-25T00:30Z'],
    ['then the second', '02:30', 'Europe/Berlin', '2026-10-25T00:30Z', '2026-10-25T01:30Z'],
    [
      'is found where a day was skipped',
      '07:00',
      'Pacific/Apia',
      '2011-12-29T18:00Z',
      '2011-12-30T17:00Z',
    ],
  ])('%s', (_, time, zone, at, next) => {
    expect(new Date(nextTimeOfDay(Date.parse(at), time, zone)).toISOString()).toBe(
      new Date(next).toISOString(),
    )
  })

  test('once a day leaves out the second of two', () => {
    const first = Date.parse('2026-10-25T00:30Z')
    expect(nextDaily(first - MINUTE, '02:30', 'Europe/Berlin')).toBe(first)
    expect(nextDaily(first, '02:30', 'Europe/Berlin')).toBe(Date.parse('2026-10-26T01:30Z'))
  })

  test('is shown by clocks there, or skipped by them, within a day and an hour', () => {
    fc.assert(
      fc.property(anyMoment, anyTime, anyZone, (at, time, zone) => {
        const next = nextTimeOfDay(at, time, zone)
        const [before, shown] = [clockIn(zone, next - MINUTE), clockIn(zone, next)]
        expect(next).toBeGreaterThan(at)
        expect(next - at).toBeLessThanOrEqual(25 * HOUR)
        const skipped =
          before < shown ? before < time && time < shown : before < time || time < shown
        expect(shown === time || skipped).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

const zones = ['Europe/Berlin', 'Asia/Kolkata', 'America/New_York', 'Etc/UTC']

test.each([
  ['en', '21 Nov 2026, ', ['04:05 CET', '08:35 GMT+5:30', '22:05 GMT-5', '03:05 UTC']],
  ['de', '21. Nov. 2026, ', ['04:05 MEZ', '08:35 GMT+5:30', '22:05 GMT-5', '03:05 UTC']],
  ['fr', '21 nov. 2026, ', ['04:05 UTC+1', '08:35 UTC+5:30', '22:05 UTC-5', '03:05 UTC']],
  ['es', '21 nov 2026, ', ['04:05 CET', '08:35 GMT+5:30', '22:05 GMT-5', '03:05 UTC']],
  ['hi', '21 नव॰ 2026, ', ['04:05 GMT+1', '08:35 IST', '22:05 GMT-5', '03:05 UTC']],
  ['ja', '2026年11月21日 ', ['04:05 GMT+1', '08:35 GMT+5:30', '22:05 GMT-5', '03:05 UTC']],
])('in %s times are told as there, in characters that SMS have', (locale, day, times) => {
  const at = Date.parse('2026-11-21T03:05:00Z')
  const told = zones.map((zone) => formatTime(at, locale, zone))
  expect(told).toEqual(times)
  for (const time of told) expect(countSegments(time).encoding).toBe('GSM-7')
  expect(formatInstant(at, locale, 'Etc/UTC')).toBe(`${day}03:05 UTC`)
  for (const zone of zones)
    expect(formatInstant(at, locale, zone)).not.toMatch(/[\u00a0\u202f\u2212]/)
})

test.each([
  ['en', '1 hour, 5 minutes', '1 day, 6 hours'],
  ['de', '1 Stunde, 5 Minuten', '1 Tag, 6 Stunden'],
  ['fr', '1 heure et 5 minutes', '1 jour et 6 heures'],
  ['es', '1 hora y 5 minutos', '1 día y 6 horas'],
  ['hi', '1 घंटा और 5 मिनट', '1 दिन और 6 घंटे'],
  ['ja', '1 時間 5 分', '1 日 6 時間'],
])('in %s a length of time is told as %s', (locale, hours, days) => {
  const told = (ms: number) => formatDuration(ms, locale).replaceAll('\u00a0', ' ')
  expect(told(65 * MINUTE)).toBe(hours)
  expect(told(30 * HOUR)).toBe(days)
})
