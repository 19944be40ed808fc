import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  addMonths,
  dayOf,
  formatDay,
  formatInstant,
  formatMonth,
  formatTime,
  MINUTE,
  startOfDay,
} from '../../../api/domain/time.ts'

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
