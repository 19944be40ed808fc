import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, addMonths, DAY, MINUTE, startOfDay } from '../../../api/domain/time.ts'
import {
  daysOfMonth,
  knownSeconds,
  lastFixedMonth,
  monthsUntil,
  sumOf,
  verdictOf,
} from '../../../api/domain/uptime-months.ts'
import { calendar, daysOf, uptimeOf, type Interval } from '../../../api/domain/uptime.ts'
import { componentStatuses } from '../../../api/domain/words.ts'

test.each([
  ['February has 28 days', '2026-02', 'Etc/UTC', 28, 28 * 24],
  ['and 29 in leap years', '2028-02', 'Etc/UTC', 29, 29 * 24],
  ['in March Berlin loses an hour', '2026-03', 'Europe/Berlin', 31, 31 * 24 - 1],
  ['in October it gets it back', '2026-10', 'Europe/Berlin', 31, 31 * 24 + 1],
  ['Lord Howe Island moves by half an hour', '2026-04', 'Australia/Lord_Howe', 30, 720.5],
])('%s', (_, month, timeZone, days, hours) => {
  const found = daysOfMonth(month, timeZone)
  expect(found).toHaveLength(days)
  expect((found.at(-1)!.end - found[0]!.start) / (60 * MINUTE)).toBe(hours)
})

test.each([
  ['on its last day a month is not over', '2026-11-30T23:59:59+01:00', '2026-10'],
  ['on the first day after it it can be corrected', '2026-12-01T23:59:59+01:00', '2026-10'],
  ['on the second it is fixed', '2026-12-02T00:00:00+01:00', '2026-11'],
  ['so it is at the turn of a year', '2027-01-02T00:00:00+01:00', '2026-12'],
])('%s', (_, now, month) => {
  expect(lastFixedMonth(Date.parse(now), 'Europe/Berlin')).toBe(month)
})

test('twelve months end with the one under way', () => {
  const months = monthsUntil(Date.parse('2026-11-30T23:30:00Z'), 12, 'Europe/Berlin')
  expect([months.length, months[0], months.at(-1)]).toEqual([12, '2026-01', '2026-12'])
})

test.each([
  [99.95, 99.9, 'kept'],
  [99.9, 99.9, 'kept'],
  [99.8999, 99.9, 'missed'],
  [100, 100, 'kept'],
  [null, 99.9, 'unknown'],
] as const)('an uptime of %s against %s is %s', (uptime, target, verdict) => {
  expect(verdictOf(uptime, target)).toBe(verdict)
})

test('whatever a target allows to lose, losing just that keeps it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 5000, max: 10_000 }),
      fc.integer({ min: 1, max: 31 }),
      (n, days) => {
        const target = n / 100
        const known = days * 86_400
        const major_s = (known * (10_000 - n)) / 10_000
        const month = { operational_s: known - major_s, degraded_s: 0, partial_s: 0, major_s }
        expect(verdictOf(uptimeOf([month]), target)).toBe('kept')
        if (major_s > 1)
          expect(
            verdictOf(
              uptimeOf([
                { ...month, major_s: major_s + 1, operational_s: month.operational_s - 1 },
              ]),
              target,
            ),
          ).toBe('missed')
      },
    ),
  )
})

const zones = fc.constantFrom('Etc/UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kolkata')

test('a month is the sum of its days, however its history goes and whenever it is looked at', () => {
  const parts = fc.array(
    fc.record({
      status: fc.constantFrom(...componentStatuses),
      minutes: fc.integer({ min: 1, max: 20_000 }),
      hole: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(parts, zones, fc.integer({ min: 0, max: 60 }), (parts, timeZone, passed) => {
      const begin = Date.parse('2026-09-20T10:00:00Z')
      const intervals: Interval[] = []
      let at = begin
      for (const { status, minutes, hole } of parts) {
        const endedAt = at + minutes * MINUTE
        if (!hole) intervals.push({ status, startedAt: at, endedAt })
        at = endedAt
      }
      const now = begin + passed * DAY
      const span = { since: 0, now }
      const month = sumOf(daysOf(intervals, daysOfMonth('2026-10', timeZone), span))
      const days = calendar('2026-09-01', '2026-12-31', timeZone)
        .filter(({ date }) => date.startsWith('2026-10'))
        .map((day) => daysOf(intervals, [day], span)[0]!)
      expect(uptimeOf([month]) ?? -1).toBeCloseTo(uptimeOf(days) ?? -1, 9)
      const [start, end] = ['2026-10', '2026-11'].map((one) => startOfDay(`${one}-01`, timeZone))
      const within = (one: Interval) =>
        Math.max(0, Math.min(one.endedAt!, end!, now) - Math.max(one.startedAt, start!))
      const known = intervals.reduce((sum, one) => sum + within(one) / 1000, 0)
      expect(knownSeconds(month)).toBeCloseTo(known, 6)
    }),
  )
})

test('the days of all months follow one another without a gap', () => {
  fc.assert(
    fc.property(zones, fc.integer({ min: 0, max: 60 }), (timeZone, count) => {
      const month = addMonths('2024-01', count)
      const days = daysOfMonth(month, timeZone)
      const next = daysOfMonth(addMonths(month, 1), timeZone)
      expect(addDays(days.at(-1)!.date, 1)).toBe(next[0]!.date)
      expect(days.at(-1)!.end).toBe(next[0]!.start)
    }),
  )
})
